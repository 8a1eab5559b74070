"""A CloudFront in front of the API: who goes around it is refused, and only it may say where a client is."""

import json
from dataclasses import replace
from typing import Any

import pytest

from symbolon.api.edge import viewer_address
from tests.conftest import SETTINGS, Log
from tests.helpers.players.client import Answer, Call, Client
from tests.helpers.service import lambdas
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

SENT, ACCEPTED = "s" * 64, "a" * 64
EDGE, OWNER, STRANGER = "130.176.0.1", "198.51.100.7", "203.0.113.9"
REFUSED = (403, {"message": "Forbidden"})


def configure(monkeypatch: pytest.MonkeyPatch, **edge: object) -> None:
    """Put this edge in front of the functions."""
    secret = {"sent": SENT, "accepted": ACCEPTED}
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"edge": {"secret": secret, **edge}}))
    restart()


@pytest.fixture(autouse=True)
def _edge(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store.rows("UsersTable") == []
    configure(monkeypatch)


def through(headers: dict[str, str], address: str = EDGE) -> Client:
    """Give a client whose requests have these headers besides, and come from this address."""
    carry = lambdas.from_address(address)

    def send(call: Call) -> Answer:
        return carry(replace(call, headers={**call.headers, **headers}))

    return Client(send)


def seen(address: str, secret: str = SENT) -> Client:
    """Give a client that CloudFront saw at this address."""
    return through({"X-Symbolon-Edge": secret, "CloudFront-Viewer-Address": f"{address}:46532"})


@pytest.mark.parametrize("secret", [SENT, ACCEPTED])
def test_both_values_count(secret: str) -> None:
    """While the secret changes, requests with the value of before and of after are served."""
    assert seen(OWNER, secret).authenticate("device", id="1234567890").status == 200


def test_a_value_that_is_new_counts_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance that meets a value which it does not know looks whether there is one, once a minute at most."""
    configured = {"sent": "n" * 64, "accepted": ""}
    assert seen(OWNER).authenticate("device", id="1234567890").status == 200
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"edge": {"secret": configured}}))

    assert seen(OWNER, "n" * 64).authenticate("device", id="1234567890").status == 200
    assert seen(OWNER, SENT).authenticate("device", id="1234567890").status == 403


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"x-symbolon-edge": ""}, id="empty"),
        pytest.param({"x-symbolon-edge": SENT[:-1]}, id="a part of it"),
        pytest.param({"x-symbolon-edge": f"{SENT},{SENT}"}, id="sent twice"),
        pytest.param({"x-symbolon-edge": "é" * 64}, id="beyond ASCII"),
        pytest.param({"x-edge": SENT}, id="another name"),
        pytest.param({"cloudfront-viewer-address": f"{OWNER}:1"}, id="an address alone"),
    ],
)
def test_who_goes_around_is_refused(headers: dict[str, str]) -> None:
    """Without the secret nothing is looked at, neither a key nor a body, on no route."""
    client = through(headers)

    routes = ["POST /v2/account/authenticate/device", "GET /v2/account", "GET /healthcheck", "GET /recover"]
    answers = [client.call(route) for route in [*routes, "POST /oauth2/token", "POST /v2/rpc/any", "GET /nothing"]]

    assert [(answer.status, answer.body) for answer in answers] == [REFUSED] * 7


def test_no_route_lets_them_in() -> None:
    """Not one route of the template answers who goes around, operators' with a good signature included."""
    client = through({"cloudfront-viewer-address": f"{OWNER}:1"})

    answers = {route: client.call(route) for route in lambdas.handlers()}

    assert [route for route, answer in answers.items() if (answer.status, answer.body) != REFUSED] == []


def test_a_header_means_nothing_without_an_edge(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    """Where no CloudFront is set up, its headers are a client's, and neither let in nor move anybody."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS))
    restart()
    seen(OWNER).authenticate("email", email="anna@example.com", password="the password of anna")
    strangers = (seen(f"192.0.2.{place}", "forged" * 9) for place in range(11))

    statuses = [_guess(client).status for client in strangers]

    assert statuses.count(429) == 1
    assert not any("ip" in line for line in log())


def test_limits_count_the_client_and_not_the_edge() -> None:
    """Guesses of a stranger count at the stranger's network, though both come from CloudFront's address."""
    seen(OWNER).authenticate("email", email="anna@example.com", password="the password of anna")

    wrong = [_guess(seen(STRANGER)).status for _ in range(11)]

    assert wrong == [401] * 10 + [429]
    assert _guess(seen("192.0.2.44")).status == 401


def test_an_address_without_the_secret_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """While requests may go around, who does so is where the API saw it, whatever CloudFront's header says."""
    configure(monkeypatch, only=False)
    seen(OWNER).authenticate("email", email="anna@example.com", password="the password of anna")
    disguises = (through({"cloudfront-viewer-address": f"192.0.2.{place}:1"}, STRANGER) for place in range(11))

    statuses = [_guess(client).status for client in disguises]

    assert statuses == [401] * 10 + [429]


def test_the_line_has_the_client_s_address(log: Log) -> None:
    """The function's line says whom CloudFront saw, since the access log has CloudFront; a refused one says nobody."""
    seen("2001:db8::7").authenticate("device", id="1234567890")
    through({"cloudfront-viewer-address": f"{OWNER}:1"}).authenticate("device", id="1234567890")

    served, refused = log()
    assert served["ip"] == "2001:db8::7"
    assert (refused["status"], refused.get("ip")) == (403, None)
    assert SENT not in str(log())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("198.51.100.7:46532", "198.51.100.7"),
        ("2001:db8::8a2e:370:7334:46532", "2001:db8::8a2e:370:7334"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:0DB8:0:0:0:0:0:1:46532", "2001:db8::1"),
        ("", ""),
        ("198.51.100.7", ""),
        ("unknown:1", ""),
        ("é:1", ""),
        ("\0:1", ""),
    ],
)
def test_viewer_address(text: str, address: str) -> None:
    """The port is what follows the last colon, of either family; what is no address is none."""
    assert viewer_address(text) == address


def test_without_the_viewer_s_address_the_api_s_word_counts(log: Log) -> None:
    """A distribution that passes no address on makes all its clients one network, and their requests are served."""
    through({"x-symbolon-edge": SENT}).authenticate("device", id="1234567890")

    assert log()[-1]["ip"] == EDGE


@pytest.mark.parametrize(
    "edge",
    [
        {"secret": None},
        {"secret": "s" * 64},
        {"secret": {}},
        {"secret": {"sent": "", "accepted": ACCEPTED}},
        {"secret": {"sent": "short"}},
        {"secret": {"sent": SENT, "accepted": "short"}},
        {"secret": {"sent": SENT, "accepted": 1}},
        {"only": "false"},
    ],
)
def test_half_an_edge_lets_nobody_in(monkeypatch: pytest.MonkeyPatch, edge: dict[str, Any]) -> None:
    """Settings that are wrong refuse everybody, and the operator is told which they are."""
    configure(monkeypatch, **edge)

    assert seen(OWNER).authenticate("device", id="1234567890").status == 500


def _guess(client: Client) -> Answer:
    query = {"create": "false"}
    return client.authenticate("email", query, email="anna@example.com", password="a wrong password")
