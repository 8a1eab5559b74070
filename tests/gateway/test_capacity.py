"""How many are served at once where a process may have few files open."""

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier

import pytest

from local.gateway.capacity import CONNECTIONS, THREADS, Capacity, capacity_of
from local.gateway.settings import DEVELOPMENT
from tests.helpers.players.client import basic
from tests.helpers.service.local_gateway import start_within

PLAYERS = 64
HEADERS = {"authorization": basic(str(DEVELOPMENT["server_key"])), "content-type": "application/json"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (1_000_000, Capacity(THREADS, CONNECTIONS)),
        (1024, Capacity(THREADS, 836)),
        (256, Capacity(THREADS, 68)),
        (100, Capacity(13, 14)),
        (10, Capacity(1, 1)),
    ],
)
def test_connections_leave_room_for_what_serves_them(files: int, expected: Capacity) -> None:
    """Each thread can reach the store and a provider at the same time, and at least as many players can be there."""
    assert capacity_of(files) == expected


@pytest.mark.long
def test_64_players_where_256_files_may_be_open(tmp_path: Path) -> None:
    """Sixty-four players keep a connection each and are served on it at the same time, and twice as many in turns."""
    server = start_within(tmp_path, ["sh", "-c", 'ulimit -n 256; exec "$@"', "sh"], {})
    host = server.wait_for_url().removeprefix("http://")
    together = Barrier(PLAYERS)

    def play(number: int) -> list[int]:
        connection = HTTPConnection(host, timeout=30)
        statuses = []
        for _ in range(2):
            together.wait(30)
            body = json.dumps({"id": f"device-number-{number}"})
            connection.request("POST", "/v2/account/authenticate/device", body, HEADERS)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()
        return statuses

    with ThreadPoolExecutor(PLAYERS) as pool:
        answers = list(pool.map(play, range(2 * PLAYERS)))

    assert answers == [[200, 200]] * 2 * PLAYERS
    assert (server.end(), server.complained()) == (0, "")
