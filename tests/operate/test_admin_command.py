"""An operator's day, on the command line: requests are signed, and a local gateway in this process verifies them."""

import json
import shlex
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import local.operate.admin.__main__  # noqa: F401 (it brings the commands)
from local.gateway.gateway import Gateway
from local.gateway.iam.operators import Operators, key_pairs
from local.gateway.listener import listening
from local.operate.admin.desk import admin
from local.stopping import stop
from symbolon.identities.bans import rfc3339
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

Run = Callable[..., Result]
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a server's data."""
    return tmp_path_factory.mktemp("state of a server")


@pytest.fixture(scope="module")
def url(state: Path) -> Iterator[str]:
    """Give the URL of the operators' API, served by the function in this process."""
    [function] = [one for one in lambdas.TEMPLATE.functions if one.name == "AdminFunction"]
    operators = Operators(key_pairs(state), lambdas.TEMPLATE.operator_policies)
    gateway = Gateway([(function, lambdas.handler_of(function.name))], lambdas.TEMPLATE.cors, operators)
    server: Any = listening(gateway, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    stop(server)


@pytest.fixture
def run(url: str, state: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a function that runs a command line and gives its result."""
    assert store.rows("UsersTable") == []
    monkeypatch.delenv("STACK", raising=False)
    for name, value in {"URL": url, "STATE_DIR": str(state), "HTTP_PROXY": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)

    # The signer asks the system for the time, which the tests' clock does not move.
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: datetime.fromtimestamp(time.time(), UTC))

    def invoke(line: str, **options: Any) -> Result:  # noqa: ANN401 (click's)
        return CliRunner().invoke(admin, shlex.split(line), **options)

    return invoke


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give a session of a player with a device and a custom id."""
    session = client.sign_in("anna")
    client.link(session, "custom", id="custom-id-of-anna")
    return session


def said(result: Result) -> str:
    """Give what a command printed, without the lines that the function has logged in the same process."""
    return "".join(
        line for line in result.stdout.splitlines(keepends=True) if not line.startswith(('{"level"', '{"timestamp"'))
    )


def of(result: Result) -> Any:  # noqa: ANN401 (JSON)
    """Give the JSON that a command printed."""
    assert result.exit_code == 0, result.output
    return json.loads(said(result))


def signs_in(client: Client) -> int:
    """Give the status of a sign-in by the player's custom id, which makes no account."""
    return client.authenticate("custom", {"create": "false"}, id="custom-id-of-anna").status


def test_day(run: Run, client: Client, clock: Clock, tmp_path: Path) -> None:
    """A player is found, banned for an hour, let in when that has passed, unlinked, linked again, exported, erased."""
    client.link(client.sign_in("anna"), "custom", id="custom-id-of-anna")
    [found] = of(run("find custom-id-of-anna --json"))["users"]
    user_id = found["id"]
    assert {one["provider"] for one in of(run(f"show {user_id} --json"))["identities"]} == {"device", "custom"}

    ban = of(run(f"ban {user_id} --for 1h --reason 'Aimbot ∞ again.' --json"))["ban"]
    refused = client.authenticate("device", id=device_of("anna"))
    assert (refused.status, refused.body["until"]) == (403, ban["until"])
    clock.advance(3601)
    assert signs_in(client) == 200

    entry = of(run(f"unlink {user_id} custom --json"))["entry"]
    assert signs_in(client) == 404
    assert run(f"undo {entry}").exit_code == 0
    assert signs_in(client) == 200

    out = tmp_path / "export.json"
    assert run(f"export {user_id} --out {shlex.quote(str(out))}").exit_code == 0
    assert json.loads(out.read_text())["account"]["username"] == "anna"
    assert out.stat().st_mode & 0o777 == 0o600

    assert run(f"erase {user_id} --yes").exit_code == 0
    assert signs_in(client) == 404
    log = of(run(f"log {user_id} --json"))["entries"]
    assert [one["action"] for one in log] == ["delete", "link", "unlink", "ban", "link"]
    assert "custom-id-of-anna" not in json.dumps(log)


def test_tables(run: Run, anna: Answer) -> None:
    """Without --json, people get tables and lines."""
    run(f"note {anna.user_id} 'Was polite.'")
    run(f"ban {anna.user_id} --reason 'Aimbot.'")

    assert anna.user_id in run("find an").stdout
    shown = run(f"show {anna.user_id}").stdout
    assert "BANNED for good" in shown
    assert "Was polite." in shown
    assert "custom-id-of-anna" in shown
    assert [line.split()[1] for line in said(run(f"log {anna.user_id}")).splitlines()] == [
        *("action", "ban", "note", "link")
    ]


def test_nothing_there(run: Run, anna: Answer) -> None:
    """Empty answers say so."""
    assert said(run("find nobody-like-that")) == "Nobody was found.\n"
    assert said(run(f"sessions {anna.user_id}")) == "No session is stored.\n"
    assert said(run(f"log {NOBODY}")) == "There are no entries.\n"


def test_sessions(run: Run, client: Client, anna: Answer) -> None:
    """Sessions are shown; one of them, or all, are ended."""
    renewed = client.refresh(anna.refresh_token)
    sid = renewed.claims["tid"]
    assert of(run(f"sessions {anna.user_id} --json"))["sessions"][0]["session_id"] == sid

    assert run(f"sessions {anna.user_id} --end {sid}").exit_code == 0
    assert client.get_account(renewed).status == 401
    other = client.sign_in("anna")
    assert run(f"signout {anna.user_id} --reason 'Asked for it.'").exit_code == 0
    assert client.get_account(other).status == 401


def test_edit(run: Run, client: Client, anna: Answer) -> None:
    """Fields are changed, and an entry undone."""
    answer = of(run(f"edit {anna.user_id} --username bella --metadata '{{\"vip\": true}}' --json"))
    assert client.get_account(anna).body["user"]["username"] == "bella"

    assert said(run(f"undo {answer['entry']}")).startswith("Undone.")
    assert client.get_account(anna).body["user"]["username"] == "anna"
    assert said(run(f"edit {anna.user_id} --username anna")) == "That is how it was already.\n"


def test_erasing_asks_first(run: Run, client: Client, anna: Answer) -> None:
    """Nothing is erased before somebody has said yes, nor where nobody can."""
    for answer in ("n\n", ""):
        result = run(f"erase {anna.user_id}", input=answer)
        assert result.exit_code == 1
        assert "anna" in result.stderr
    assert signs_in(client) == 200

    assert run(f"erase {anna.user_id}", input="y\n").exit_code == 0
    assert signs_in(client) == 404


def test_support(run: Run, anna: Answer, clock: Clock) -> None:
    """Who has the policy of support bans for up to thirty days, and does not get past what it allows."""
    assert run(f"--profile support ban {anna.user_id} --for 30d --reason 'Aimbot.'").exit_code == 0
    until = rfc3339(clock.now() + 40 * 24 * 3600)

    for line in (
        f"ban {anna.user_id} --for 31d --reason x",
        f"ban {anna.user_id} --until {until} --reason x",
        f"ban {anna.user_id} --reason x",
        f"unban {anna.user_id}",
        f"erase {anna.user_id} --yes",
        f"export {anna.user_id} --out -",
    ):
        result = run(f"--profile support {line}")
        assert (result.exit_code, "not let through" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("line", "status", "message"),
    [
        (f"show {NOBODY}", 1, "User not found."),
        (f"unban {NOBODY}", 1, "User not found."),
        (f"undo {'a' * 40}", 1, "Entry not found."),
        ("undo nonsense", 2, "is no entry"),
        ("undo a/../../b", 2, "is no entry"),
        ("show anna", 2, "is no user id"),
        (f"ban {NOBODY} --for 7d", 2, "--reason"),
        (f"ban {NOBODY} --for tomorrow --reason x", 2, "no span of time"),
        (f"ban {NOBODY} --for 9999999d --reason x", 2, "no span of time"),
        (f"ban {NOBODY} --for 1d --until 2099-01-01T00:00:00Z --reason x", 2, "two ways"),
        (f"ban {NOBODY} --until tomorrow --reason x", 1, "until invalid"),
        ("log --since yesterday", 1, "since invalid"),
        ("find ''", 1, "query invalid"),
        ("--profile nobody find x", 1, "has no profile"),
        ("nonsense", 2, "No such command"),
    ],
)
def test_refusals(run: Run, line: str, status: int, message: str) -> None:
    """What is wrong is said on standard error, and by the exit status."""
    result = run(line)

    assert (result.exit_code, said(result)) == (status, "")
    assert message in result.stderr


def test_file_that_cannot_be_written(run: Run, anna: Answer, tmp_path: Path) -> None:
    """An export that has no place is refused with the reason."""
    result = run(f"export {anna.user_id} --out {tmp_path}/nothing/here.json")

    assert result.exit_code in (1, 2)
    assert "here.json" in result.stderr


def test_text_that_commands_the_terminal(run: Run, client: Client, anna: Answer, store: Store) -> None:
    """What a player wrote is shown, and does nothing else to the operator's terminal."""
    store.set_user(anna.user_id, display_name="\x1b[2Jgone")

    assert client.get_account(anna).status == 200
    assert "\x1b" not in run("find anna").stdout


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"URL": "http://127.0.0.1:9"}, "gives no answer"),
        ({"STATE_DIR": "/nowhere/at/all"}, "start the server with `make serve`"),
        ({"STACK": "a-stack"}, "URL and STACK"),
    ],
)
def test_no_server(run: Run, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], message: str) -> None:
    """Where there is nobody to ask, the command says what to do."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    result = run("find anna")

    assert result.exit_code == 1
    assert message in result.stderr
