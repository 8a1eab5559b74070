"""Requests as they come: watched at a gateway, and shown."""

import json
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

import pytest
from werkzeug.test import Client as Http

from local.console.spans import SPANS
from local.errors import StartError
from local.gateway.gateway import Gateway
from local.gateway.shown.watching import KEPT, Told, Watch
from tests.helpers.console.visitor import NoRequests, Visitor
from tests.helpers.players.client import basic, device_of
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store

PATH = "/v2/account/authenticate/device"


@pytest.fixture
def watch(store: Store) -> Iterator[Watch]:
    """Give a gateway to the functions of sign-in by device and of refresh, which is watched."""
    assert store.rows("UsersTable") == []
    known = [one for one in lambdas.TEMPLATE.functions if one.name in ("DeviceFunction", "SessionFunction")]
    watch = Watch(Gateway([(one, lambdas.handler_of(one.name)) for one in known], lambdas.TEMPLATE.cors))
    yield watch
    watch.close()


def sign_in(watch: Watch, name: str, path: str = PATH, **query: str) -> Any:  # noqa: ANN401 (JSON)
    """Send a sign-in through the gateway and give the answer."""
    body, headers = {"id": device_of(name)}, {"Authorization": basic("defaultkey")}
    from_here = {"REMOTE_ADDR": "127.0.0.1"}
    return Http(watch).post(path, json=body, headers=headers, query_string=query, environ_overrides=from_here).json


def test_another_process_answers(watch: Watch, store: Store) -> None:
    """What another process has answered, and told, is shown and counted as if this one had."""
    assert store.rows("UsersTable") == []
    queue: SimpleQueue[Told] = SimpleQueue()
    watch.told_to = queue
    sign_in(watch, "anna")
    told = watch.told(*queue.get())
    watch.told_to = None
    before = watch.latest(10)

    watch.add(told)

    assert (before, watch.latest(10)) == ([], [told])
    assert json.loads(told.line)["outcome"] == "ok"
    assert sum(watch.counts(SPANS["hour"]).sign_ins["device"]) == 1


def test_request_with_its_line(watch: Watch) -> None:
    """A request is kept with its status, what its function logged of it, and nothing of its query."""
    sign_in(watch, "anna", http_key="a-secret-of-the-studio")

    [one] = watch.latest(10)

    assert (one.method, one.path, one.status) == ("POST", PATH, 200)
    assert json.loads(one.line)["outcome"] == one.fields["outcome"] == "ok"
    assert one.fields["provider"] == "device"
    assert watch.one(one.id) == one
    assert "a-secret-of-the-studio" not in repr(one)


def test_lines_stay_with_their_requests(watch: Watch) -> None:
    """Each request has its own line."""
    for name in ("anna", "bert"):
        sign_in(watch, name, username=name)
    sign_in(watch, "anna", "/v2/nothing/there")

    nothing, bert, anna = watch.latest(3)

    assert (nothing.status, nothing.fields["outcome"]) == (404, "NotFound")
    assert len({anna.fields["user_id"], bert.fields["user_id"]}) == 2


def test_what_is_counted(watch: Watch) -> None:
    """Sign-ins, new accounts, failures and operations are counted; what operators ask for is not."""
    for name in ("anna", "anna", "bert"):
        sign_in(watch, name)
    sign_in(watch, "carl", create="false")
    sign_in(watch, "anna", "/admin/v1/users")

    for span in SPANS.values():
        counts = watch.counts(span)
        assert sum(counts.sign_ins["device"]) == 3
        assert sum(counts.accounts) == 2
        assert {kind: sum(values) for kind, values in counts.failures.items()} == {"NotFound": 1}
        assert counts.operations == {
            "sign-in, new account": 2,
            "sign-in, account exists": 1,
            "account get": 1,
        }


def test_memory_is_bounded(watch: Watch) -> None:
    """The oldest requests go when there are many; their counts stay."""
    for at in range(KEPT + 5):
        sign_in(watch, "anna", f"/v2/nothing/{at}")

    assert len(watch.latest(2 * KEPT)) == KEPT
    assert sum(watch.counts(SPANS["hour"]).operations.values()) == KEPT + 5


def test_page_of_requests(watch: Watch) -> None:
    """The page has each request with status and line, and asks for the list anew by itself unless told not to."""
    sign_in(watch, "anna")
    sign_in(watch, "anna", "/v2/nothing/there")
    visitor = Visitor(requests=watch)
    [_, one] = watch.latest(2)

    page = visitor.get("/requests")

    assert one.fields["user_id"] in page.text
    assert ">404<" in page.text
    assert 'hx-trigger="every 2s"' in page.text
    assert "hx-trigger" not in visitor.get("/requests?live=no").text
    assert "<html" not in visitor.get("/requests", HX_Request="true").text
    assert "AccountsCreated" in visitor.text(f"/requests/{one.id}")
    assert visitor.get("/requests/nonsense").status_code == 404


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("", ["/v2/nothing/there", PATH]),
        ("?kind=failed", ["/v2/nothing/there"]),
        ("?kind=broken", []),
        ("?text=DEVICE", [PATH]),
        ("?text=nobody", []),
        ("?operators=yes", ["/v2/nothing/there", PATH, "/admin/v1/users"]),
    ],
)
def test_filters(watch: Watch, query: str, paths: list[str]) -> None:
    """Requests are chosen by how they ended and by a text; what operators do is left out unless it is asked for."""
    for path in (PATH, "/v2/nothing/there", "/admin/v1/users"):
        sign_in(watch, "anna", path)

    text = Visitor(requests=watch).text(f"/requests{query}")

    assert [path for path in ("/v2/nothing/there", PATH, "/admin/v1/users") if f"POST {path}" in text] == paths
    assert ("None" in text) == (not paths)


def test_requests_of_a_player(watch: Watch) -> None:
    """The requests of one player are found by the id; what is no id is said to be none."""
    for name in ("anna", "bert"):
        sign_in(watch, name)
    visitor = Visitor(requests=watch)
    bert, anna = (one.fields["user_id"] for one in watch.latest(2))

    page = visitor.get(f"/requests?player={anna.upper()}").text

    assert (f"/players/{anna}" in page, f"/players/{bert}" in page) == (True, False)
    assert "None like that" in visitor.text("/requests?player=00000000-0000-4000-8000-000000000000")
    assert "'anna' is no player's id" in visitor.text("/requests?player=anna")


def test_no_requests() -> None:
    """A service that nobody has asked yet says so; one whose log is out of reach says why."""

    class Unreachable(NoRequests):
        def latest(self, most: int) -> list[Any]:
            raise StartError(f"No {most} lines: CloudWatch gives no answer.")

    assert "None since this server was started." in Visitor().text("/requests")
    assert "CloudWatch gives no answer." in Visitor(requests=Unreachable()).text("/requests")
