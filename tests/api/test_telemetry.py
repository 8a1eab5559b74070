"""The log: one line of JSON for each request, which is also its metrics, and which keeps secrets."""

import json
import sys
import time
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from symbolon.api import telemetry
from symbolon.api.request import Trace
from tests.conftest import Log
from tests.helpers.players.client import Call, Client, device_of
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store
from tests.helpers.watch.metrics import by_filters

REQUEST_ID = "JKJaXmPLvHcESHA="


def test_line_says_what_happened(client: Client, log: Log) -> None:
    """A request leaves one line: function, verb, provider, outcome, status, user, duration and cold start."""
    session = client.sign_in("anna")

    [line] = log()
    assert (
        line.items()
        >= {
            "level": "INFO",
            "service": "device",
            "verb": "authenticate",
            "provider": "device",
            "outcome": "ok",
            "status": 200,
            "user_id": session.user_id,
            "events": ["AccountsCreated"],
            "cold_start": True,
        }.items()
    )
    assert 0 < line["duration_ms"] < 60_000
    assert line["timestamp"]


def test_line_of_a_refusal(client: Client, log: Log) -> None:
    """What is refused is named by the kind of error, with the message that the client got."""
    client.authenticate("device", {"create": "false"}, id="1234567890")

    [line] = log()
    assert (line["level"], line["outcome"], line["status"]) == ("INFO", "NotFound", 404)
    assert line["reason"] == "User account not found."


class _NobodyReads(StringIO):
    def write(self, _text: str) -> int:
        """Fail, as a pipe does whose reader is gone."""
        raise BrokenPipeError


def test_line_that_nobody_reads(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request is answered though its line cannot be written."""
    monkeypatch.setattr(sys, "stdout", _NobodyReads())

    assert client.call("GET /healthcheck").status == 200


def test_only_the_first_request_is_cold(client: Client, log: Log) -> None:
    """A process is cold once."""
    for _ in range(3):
        client.call("GET /healthcheck")
    restart()
    client.call("GET /healthcheck")

    assert [line["cold_start"] for line in log()] == [True, False, False, True]


@pytest.mark.usefixtures("store")
def test_line_names_the_invocation(log: Log) -> None:
    """The line has the id of the access log's line, and where it failed the one of Lambda's own lines."""
    context = SimpleNamespace(aws_request_id="8f5e1c3a")
    for route in ("GET /healthcheck", "GET /nothing"):
        lambdas.handlers()["GET /healthcheck"](lambdas.make_event(Call(route)) | {"routeKey": route}, context)
    with telemetry.observed(Trace("mail", "send"), context):
        pass

    assert [line["request_id"] for line in log()] == [REQUEST_ID, REQUEST_ID, "8f5e1c3a"]


def test_crash_is_logged_and_goes_on(client: Client, store: Store, log: Log) -> None:
    """An error that nobody expected still leaves its line, and is left to Lambda to report."""
    store.put_user_without_attributes("0f0e2a52-0000-4000-8000-000000000000", identity=f"device#{device_of('anna')}")

    with pytest.raises(KeyError):
        client.authenticate("device", id=device_of("anna"))

    [line] = log()
    assert (line["level"], line["outcome"], line["status"]) == ("ERROR", "crashed", 500)


def metrics_of(line: dict[str, Any]) -> dict[str, Any]:
    """Check a line against the embedded metric format, and give the metrics that it makes with their dimensions."""
    filtered = {name: dimensions for name, dimensions in by_filters(line) if name != "ProviderFailures"}
    if "_aws" not in line:
        return filtered
    assert abs(line["_aws"]["Timestamp"] / 1000 - time.time()) < 60
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Symbolon"
    [dimensions] = directive["Dimensions"]
    assert all(isinstance(line[name], str) and line[name] for name in dimensions)
    assert {metric["Unit"] for metric in directive["Metrics"]} == {"Count"}
    assert all(line[metric["Name"]] == [1.0] for metric in directive["Metrics"])
    carried = {metric["Name"]: {name: line[name] for name in dimensions} for metric in directive["Metrics"]}
    assert not filtered.keys() & carried.keys()
    return filtered | carried


def counted(log: Log) -> list[list[str]]:
    """Give the names of the metrics of each line."""
    return [list(metrics_of(line)) for line in log()]


def test_metrics_have_provider_and_outcome(client: Client, log: Log) -> None:
    """Sign-ins are counted by provider and outcome."""
    client.sign_in("anna")
    client.authenticate("custom", id="short")

    created, refused = log()
    assert metrics_of(created) == {
        "SignIns": {"service": "device", "outcome": "ok"},
        "AccountsCreated": {"service": "device", "outcome": "ok"},
    }
    assert metrics_of(refused) == {"SignIns": {"service": "custom", "outcome": "InvalidArgument"}}


def test_what_is_counted(client: Client, clock: Clock, log: Log) -> None:
    """Sign-ins, links, unlinks, refreshes, logouts and reuse are counted; the rest is API Gateway's to count."""
    session = client.sign_in("anna")
    client.sign_in("anna")
    client.link(session, "custom", id="custom-id-of-anna")
    client.unlink(session, "custom")
    client.refresh(client.refresh(session.refresh_token).refresh_token)
    clock.advance(40)
    client.refresh(session.refresh_token)
    client.logout(client.sign_in("anna"))
    client.get_account(session)
    client.call("GET /healthcheck")

    assert counted(log) == [
        ["SignIns", "AccountsCreated"],
        ["SignIns"],
        ["Links"],
        ["Unlinks"],
        ["Refreshes"],
        ["Refreshes"],
        ["Refreshes", "RefreshTokensReused"],
        ["SignIns"],
        ["Logouts"],
        [],
        [],
    ]


def test_frequent_metrics_are_in_no_line(client: Client, log: Log) -> None:
    """What each sign-in counts is counted by a filter, which costs nothing, and not by text in each line."""
    client.sign_in("anna")
    client.sign_in("anna")

    assert not any("_aws" in line for line in log())


def test_line_leaves_out_what_goes_without_saying(
    client: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign-in that went well says who it was and what it took; CloudWatch has the time, the rest is as usual."""
    client.sign_in("anna")
    monkeypatch.delenv("SYMBOLON_LOCAL")
    restart()
    client.sign_in("anna")
    capsys.readouterr()

    session = client.sign_in("anna")

    line = json.loads(capsys.readouterr().out)
    assert line.pop("duration_ms") > 0
    assert line == {
        "service": "device",
        "verb": "authenticate",
        "outcome": "ok",
        "user_id": session.user_id,
        "read_units": 1.5,
        "request_id": REQUEST_ID,
    }


@pytest.mark.parametrize("verb", ["authenticate", "get_account"])
def test_metrics_of_routes(client: Client, log: Log, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """Where a deployment asks for it, a route's duration and request units are metrics, counted or not otherwise."""
    monkeypatch.setenv("METRICS_BY_ROUTE", "true")
    client.get_account(client.sign_in("anna"))

    [line] = [line for line in log() if line["verb"] == verb]
    assert abs(line["_aws"]["Timestamp"] / 1000 - time.time()) < 60
    directive = line["_aws"]["CloudWatchMetrics"][-1]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Symbolon", [["service", "verb"]])
    fields = [metric["Name"] for metric in directive["Metrics"]]
    assert fields == ["duration_ms", "read_units", "write_units"]
    assert all(isinstance(line[field], float) for field in fields)
