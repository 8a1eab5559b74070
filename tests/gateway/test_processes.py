"""More than one process that serves: each answers, the first one knows of all of it, and none outlives it."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from bench import processes
from local.errors import StartError
from local.gateway.capacity import THREADS
from local.gateway.handlers import _AWS
from local.gateway.processes.cores import any_of_them, keep_to_one
from local.gateway.processes.workers import further, wanted
from local.gateway.settings import DEVELOPMENT, settings_environment
from tests.helpers.players.client import basic, device_of
from tests.helpers.service.local_gateway import Started, start

if TYPE_CHECKING:
    from local.console.service import Exchange

HEADERS = {"authorization": basic(str(DEVELOPMENT["server_key"])), "content-type": "application/json"}
PLAYERS = 24


def becomes_true(condition: Callable[[], bool]) -> bool:
    """Wait until it holds, for as long as a start may take."""
    deadline = time.monotonic() + 30
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds


def status_of(address: str, method: str, path: str, body: object = None) -> int:
    """Ask over a connection of its own, which waits for a server that still starts."""
    connection = HTTPConnection(address, timeout=30)
    connection.request(method, path, None if body is None else json.dumps(body), HEADERS)
    status = connection.getresponse().status
    connection.close()
    return status


def workers_of(started: Started) -> list[int]:
    """Give the further processes of a server."""
    found = processes.with_descendants(started.process.pid)
    return [pid for pid in found if "processes.worker" in processes.command(pid)]


def threads_of(process: int) -> int:
    """Give how many threads a process has: those that serve it gets last."""
    return len(list((processes.PROC / str(process) / "task").iterdir()))


@pytest.mark.parametrize("asked", ["0", "-1", "two", "65", "1.5"])
def test_number_makes_sense(asked: str) -> None:
    """What is no number of processes is refused in a line that says what is one."""
    assert [wanted("1"), wanted("64")] == [1, 64]
    with pytest.raises(StartError, match=r"PROCESSES must be a number from 1 to 64"):
        wanted(asked)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system does not let processes choose")
def test_threads_keep_to_one_processor() -> None:
    """A thread that serves, and those that it starts, compute on one processor, but for what may take any."""
    found: list[set[int]] = []

    def look() -> None:
        keep_to_one()
        begun = Thread(target=lambda: found.append(os.sched_getaffinity(0)))
        begun.start()
        begun.join()
        with any_of_them():
            found.append(os.sched_getaffinity(0))
        found.append(os.sched_getaffinity(0))

    looking = Thread(target=look)
    looking.start()
    looking.join()

    everywhere = os.sched_getaffinity(0)
    assert found[1] == everywhere
    assert found[0] == found[2] < everywhere if len(everywhere) > 1 else found[0] == everywhere


@pytest.mark.long
def test_further_process_answers_and_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A further process serves on the socket by itself, and tells of each request with what its function logged."""
    for name in _AWS:
        monkeypatch.delenv(name, raising=False)
    noted: list[Exchange] = []
    environment = settings_environment("", tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "{}:{}".format(*listener.getsockname())

        with further(1, listener, (environment, tmp_path), noted.append):
            statuses = [status_of(address, "GET", path) for path in ("/healthcheck", "/nowhere")]
            assert becomes_true(lambda: len(noted) == 2)

    assert statuses == [one.status for one in noted] == [200, 404]
    assert [one.path for one in noted] == ["/healthcheck", "/nowhere"]
    assert json.loads(noted[0].line)["outcome"] == noted[0].fields["outcome"] == "ok"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Started]:
    """Give a server of three processes."""
    started = start(tmp_path, PROCESSES="3")
    yield started
    started.end()


@pytest.mark.long
def test_all_processes_serve_and_end_together(server: Started) -> None:
    """Players who come at once sign in, each process does some of it, and the end of the first is the end of all."""
    address = server.wait_for_url().removeprefix("http://")
    workers = workers_of(server)
    assert becomes_true(lambda: min(map(threads_of, workers)) >= THREADS)

    path, names = "/v2/account/authenticate/device", [f"player-{number}" for number in range(PLAYERS)]
    with ThreadPoolExecutor(PLAYERS) as pool:
        statuses = list(pool.map(lambda name: status_of(address, "POST", path, {"id": device_of(name)}), names))
    server.process.kill()

    assert (len(workers), set(statuses)) == (2, {200})
    assert becomes_true(lambda: not any((processes.PROC / str(pid)).exists() for pid in workers))
