"""What a million of each operation cost: each is made and measured, and the published table computes with that."""

import json
import re
from collections.abc import Callable

import pytest

from local.prices import OPERATIONS, SAMPLE_REQUEST, Operation, cost
from tests.helpers.players.client import Answer, Client
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.deployment import DOCUMENT, properties
from tests.helpers.service.process import restart

EMAIL = {"email": "anna@example.com", "password": "the password of anna"}
DEVICE = {"id": "8d7e21c4-5b1f-4a53-9d0e-2f6f2f0d6c11"}

Line = Callable[[], str]

GOALS = {"sign-in, account exists": 1.9, "sign-in, new account": 5.0, "e-mail sign-in": 3.0, "refresh": 2.3}
"""Dollars for a million that are not to be exceeded."""

_GATEWAY_HEADERS = 100
"""Bytes of what API Gateway adds to each answer: its date, its length, its request's id."""

UNCOUNTED = {"account get": 2.0, "refresh": 1.0, "link": 2.0}
"""Units read that the engine does not count: of batches."""


def _known(client: Client, _clock: Clock) -> Callable[[], Answer]:
    client.authenticate("device", **DEVICE)
    return lambda: client.authenticate("device", **DEVICE)


def _new(client: Client, _clock: Clock) -> Callable[[], Answer]:
    return lambda: client.authenticate("device", **DEVICE)


def _email(client: Client, _clock: Clock) -> Callable[[], Answer]:
    client.authenticate("email", None, **EMAIL)
    return lambda: client.authenticate("email", None, **EMAIL)


def _refresh(client: Client, clock: Clock) -> Callable[[], Answer]:
    session = client.refresh(client.authenticate("device", **DEVICE).refresh_token)
    clock.advance(3000)
    return lambda: client.refresh(session.refresh_token)


def _account(client: Client, _clock: Clock) -> Callable[[], Answer]:
    session = client.authenticate("device", **DEVICE)
    return lambda: client.get_account(session)


def _link(client: Client, _clock: Clock) -> Callable[[], Answer]:
    session = client.authenticate("device", **DEVICE)
    return lambda: client.link(session, "custom", id="custom-id-of-anna")


def _logout(client: Client, _clock: Clock) -> Callable[[], Answer]:
    session = client.authenticate("device", **DEVICE)
    return lambda: client.logout(session)


MADE: dict[str, Callable[[Client, Clock], Callable[[], Answer]]] = {
    "sign-in, account exists": _known,
    "sign-in, new account": _new,
    "e-mail sign-in": _email,
    "refresh": _refresh,
    "account get": _account,
    "link": _link,
    "logout": _logout,
}


def of(name: str) -> Operation:
    """Give the operation of this name."""
    [found] = [operation for operation in OPERATIONS if operation.name == name]
    return found


@pytest.fixture
def deployed_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    """Give a function that takes the last line which was logged, as a deployed function logs it."""
    monkeypatch.delenv("SYMBOLON_LOCAL")
    return lambda: capsys.readouterr().out.strip().rpartition("\n")[2]


@pytest.fixture
def measuring(aws: Aws, clock: Clock, deployed_line: Line) -> tuple[Aws, Clock, Line]:
    """Give what counts requests, the clock, and what takes the last line."""
    restart()
    return aws, clock, deployed_line


@pytest.mark.parametrize("engine", ["embedded"], indirect=True, scope="session")
@pytest.mark.parametrize("name", MADE)
def test_figures_are_measured(name: str, client: Client, measuring: tuple[Aws, Clock, Line]) -> None:
    """Units, requests to DynamoDB, and the bytes of line and answer are what making the request takes."""
    aws, clock, deployed_line = measuring
    act, operation = MADE[name](client, clock), of(name)
    client.call("GET /healthcheck")  # which reads the settings, and is the cold one
    before = len(aws.asked)
    deployed_line()

    answer = act()

    text = deployed_line()
    line, headers = json.loads(text), answer.headers.items()
    measured = Operation(
        name,
        operation.cpu_ms,
        round_trips=len(aws.asked) - before,
        read_units=UNCOUNTED.get(name, line.get("read_units", 0)),
        write_units=line.get("write_units", 0),
        log_bytes=len(text),
        answer_bytes=_GATEWAY_HEADERS + len(answer.text) + sum(len(f"{key}: {value}\r\n") for key, value in headers),
        memory_mb=operation.memory_mb,
    )
    assert answer.status == 200
    assert (measured.round_trips, measured.read_units, measured.write_units) == (
        operation.round_trips,
        operation.read_units,
        operation.write_units,
    )
    assert operation.log_bytes == pytest.approx(measured.log_bytes, abs=4)
    assert operation.answer_bytes == pytest.approx(measured.answer_bytes, abs=10)
    assert cost(measured).total == pytest.approx(cost(operation).total, abs=0.02)


@pytest.mark.parametrize("name", GOALS)
def test_goals(name: str) -> None:
    """What players do most costs no more than was promised."""
    assert cost(of(name)).total <= GOALS[name]


def test_access_log_is_as_long_as_it_is() -> None:
    """The access log's line is counted as the template writes it, and Lambda writes none while all goes well."""
    written = re.sub(r"\$context\.([\w.]+)", lambda found: SAMPLE_REQUEST[found[1]], access_format())

    assert of("sign-in, account exists").access_log_bytes == len(json.dumps(json.loads(written), separators=(",", ":")))
    assert DOCUMENT["Globals"]["Function"]["LoggingConfig"]["SystemLogLevel"] == "WARN"


def access_format() -> str:
    """Give the format of the access log's line."""
    return str(properties("Api")["AccessLogSettings"]["Format"])
