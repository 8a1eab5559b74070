"""The development server starts with a few lines, refuses with one, and ends without a trace."""

import http.client
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import processes
from local.gateway.settings import DEVELOPMENT
from local.template.template import load_template
from tests.helpers.service.local_gateway import Started, start


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Give a server for the tests that only look at one."""
    started = start(tmp_path_factory.mktemp("shared"))
    yield started
    started.end()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Started]:
    """Give a started server, which need not be ready yet."""
    started = start(tmp_path)
    yield started
    if started.process.poll() is None:
        started.end()


def complaint_of(tmp_path: Path, **variables: str) -> str:
    """Give the one line that a server which cannot start has to say."""
    started = start(tmp_path, **variables)
    status = started.process.wait(30)

    [line] = started.complained().splitlines()
    assert status == 1
    assert started.printed() == ""
    return line


def answer_of(url: str, path: str) -> int:
    """Give the status of a GET."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def is_there(process: str) -> bool:
    """Tell whether a process with this id runs."""
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    return True


def children_of(process: int) -> list[str]:
    """Give the ids of a process's children, as Linux knows them; not every machine has a program that tells."""
    return [str(found) for found in processes.with_descendants(process) if found != process]


def test_introduction_says_what_is_served(shared_server: Started) -> None:
    """The first lines have the URL, the number of functions and routes, the settings and where the data is."""
    url = shared_server.wait_for_url()

    functions = load_template().functions
    routes = sum(len(function.routes) for function in functions)
    first, *rest = shared_server.printed().splitlines()
    assert first == f"Symbolon serves {routes} routes of {len(functions)} functions at {url}"
    assert [line.split()[0] for line in rest] == ["settings", "store", "console", "game", "try", "operators", "Ctrl-C"]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_of_the_introduction_signs_in(shared_server: Started) -> None:
    """The line to try works as it is printed."""
    shared_server.wait_for_url()
    [line] = [line for line in shared_server.printed().splitlines() if line.startswith("  try")]

    answer = subprocess.run([*shlex.split(line)[1:], "-s"], capture_output=True, check=True)

    assert json.loads(answer.stdout)["created"] is True


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_signal_ends_everything(server: Started, number: signal.Signals) -> None:
    """SIGTERM and Ctrl-C end the server and its store soon, with nothing to say about it."""
    url = server.wait_for_url()
    status = answer_of(url, "/healthcheck")
    children = children_of(server.process.pid)

    before = time.monotonic()
    server.process.send_signal(number)
    exit_status = server.process.wait(10)

    assert time.monotonic() - before < 5  # of a machine that has other things to do
    assert (status, exit_status, server.complained()) == (200, 0, "")
    assert len(children) == 1
    assert not is_there(children[0])


@pytest.mark.long
def test_signals_in_a_burst_end_everything(server: Started) -> None:
    """A terminal's signal, make's and others at the same moment are one: nothing hangs, nothing is said."""
    port = int(server.wait_for_url().rpartition(":")[2])

    for at in range(100):
        server.process.send_signal([signal.SIGINT, signal.SIGTERM][at % 2])
        until = time.perf_counter() + 0.00005  # too soon for the first to be over, too late to be one with it
        while time.perf_counter() < until:
            pass
    exit_status = server.process.wait(10)

    assert (exit_status, server.complained()) == (0, "")
    socket.create_server(("127.0.0.1", port)).close()


@pytest.mark.long
def test_signal_while_it_starts(server: Started) -> None:
    """A server that is not ready yet ends as well, and never says that it serves."""
    deadline = time.monotonic() + 20
    while not children_of(server.process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)

    server.process.send_signal(signal.SIGINT)

    assert (server.process.wait(30), server.complained(), server.printed()) == (0, "", "")


@pytest.mark.long
def test_end_of_the_store_ends_the_server(server: Started) -> None:
    """A server that lost its store says so and ends: each request would fail."""
    server.wait_for_url()
    [store] = children_of(server.process.pid)

    os.kill(int(store), signal.SIGKILL)

    assert server.process.wait(10) == 1
    assert "The store ended by itself" in server.complained()


def test_port_taken(tmp_path: Path) -> None:
    """A port that is in use is named, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        assert complaint_of(tmp_path, PORT=port) == (
            f"Cannot listen on 127.0.0.1:{port} (Address already in use): choose another PORT or HOST."
        )


@pytest.mark.long
def test_port_of_no_use(tmp_path: Path) -> None:
    """A PORT that is none is shown."""
    assert complaint_of(tmp_path, PORT="65536") == "PORT must be a number up to 65535, not '65536'."


def test_settings_of_no_use(tmp_path: Path) -> None:
    """A settings file that cannot be read is named."""
    path = str(tmp_path / "settings.json")

    assert complaint_of(tmp_path, SETTINGS_FILE=path) == (
        f"Settings: SETTINGS_FILE: cannot read {path}: No such file or directory"
    )


@pytest.mark.long
def test_settings_file_is_used(tmp_path: Path) -> None:
    """The introduction names the settings file, and its curl has the server key from there."""
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({**DEVELOPMENT, "server_key": "a key", "steam": {"app_id": 480}}))
    started = start(tmp_path, SETTINGS_FILE=str(path))
    started.wait_for_url()

    printed = started.printed()
    started.end()

    assert str(path) in printed
    assert "-u 'a key:'" in printed


@pytest.mark.long
def test_engine_out_of_reach(tmp_path: Path) -> None:
    """An engine that does not answer is named."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"

    complaint = complaint_of(tmp_path, DYNAMODB_ENDPOINT=endpoint)

    assert complaint.startswith(f"The DynamoDB engine at {endpoint} is of no use:")


@pytest.mark.long
def test_another_engine_is_used(tmp_path: Path, shared_server: Started) -> None:
    """With DYNAMODB_ENDPOINT no store is started, and the tables are created where that points."""
    shared_server.wait_for_url()
    [store] = children_of(shared_server.process.pid)
    sockets = {str(file.readlink()) for file in Path(f"/proc/{store}/fd").iterdir()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    [port] = [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]

    second = start(tmp_path / "second", DYNAMODB_ENDPOINT=f"http://127.0.0.1:{port}")
    status = answer_of(second.wait_for_url(), "/healthcheck")
    children = children_of(second.process.pid)
    exit_status = second.end()

    assert (status, children, exit_status) == (200, [], 0)


@pytest.mark.long
def test_a_proxy_is_not_asked_for_what_is_here(tmp_path: Path) -> None:
    """Behind a proxy that nobody answers for, in either spelling of its variables, the server finds its own store."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        proxy = f"http://127.0.0.1:{closed.getsockname()[1]}"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")

    started = start(tmp_path, **dict.fromkeys(names, proxy), NO_PROXY="", no_proxy="")
    status = answer_of(started.wait_for_url(), "/healthcheck")

    assert (status, started.end(), started.complained()) == (200, 0, "")
