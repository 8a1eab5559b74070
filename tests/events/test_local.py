"""Events on a developer's machine: the same function, behind the embedded store's streams."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.players.client import Client
from tests.helpers.players.races import over_http
from tests.helpers.service import local_gateway

SECONDS = 10.0


def told(started: local_gateway.Started, number: int) -> list[dict[str, Any]]:
    """Give the events that a server has printed, as soon as there are so many."""
    deadline = time.monotonic() + SECONDS
    lines: list[dict[str, Any]] = []
    while len(lines) < number and time.monotonic() < deadline:
        time.sleep(0.1)
        lines = [json.loads(line) for line in started.printed().splitlines() if line.startswith('{"event"')]
    return lines


@pytest.mark.long
def test_events_of_a_development_server(tmp_path: Path) -> None:
    """`make serve` prints a line for each event, and when it begins again tells none twice."""
    started = local_gateway.start(tmp_path, CONSOLE_PORT="0")
    client = Client(over_http(started.wait_for_url()))
    anna = client.sign_in("anna")
    client.link(anna, "custom", id="custom-1")
    first = told(started, 2)
    client.delete_account(anna)
    started.end()  # what has not been told yet is told at the end
    after = told(started, 3)

    again = local_gateway.start(tmp_path)
    berta = Client(over_http(again.wait_for_url())).sign_in("berta")
    second = told(again, 1)
    again.end()

    assert [one["event"] for one in first] == ["account.created", "account.linked"]
    assert [one["event"] for one in after] == ["account.created", "account.linked", "account.deleted"]
    assert [(one["event"], one["account_id"]) for one in second] == [("account.created", berta.user_id)]
