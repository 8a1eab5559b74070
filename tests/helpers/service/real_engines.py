"""Engines of DynamoDB that are no fake of ours: the embedded store, and a second one from another hand.

Where one of them is not installed, the tests that need it are skipped and say why.
"""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from local import ROOT
from local.errors import StartError
from local.store.store import running_store

_DYNOXIDE = ROOT / "tests/engines/node_modules/@dynoxide/linux-x64/dynoxide"
_START_SEC = 10

_REAL = [pytest.param(name, marks=pytest.mark.long) for name in ("embedded", "dynoxide")]

ENGINES = pytest.mark.parametrize("engine", ["memory", *_REAL], indirect=True, scope="session")
"""Runs a test, or a module whose `pytestmark` this is, on the engine in memory and on the real ones."""

REAL_ENGINES = pytest.mark.parametrize("engine", _REAL, indirect=True, scope="session")
"""The same without the one in memory."""


@contextmanager
def running(name: str) -> Iterator[str]:
    """Run the engine of that name, empty, and give its URL; "memory" has none, since it is in this process."""
    start: dict[str, Callable[[], AbstractContextManager[str]]] = {
        "memory": lambda: nullcontext(""),
        "embedded": _embedded,
        "dynoxide": _dynoxide,
    }
    with start[name]() as endpoint:
        yield endpoint


@contextmanager
def _embedded() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        try:
            with running_store(Path(folder)) as store:
                yield store.endpoint
        except StartError as error:
            pytest.skip(str(error))


@contextmanager
def _dynoxide() -> Iterator[str]:
    if not _DYNOXIDE.exists():
        pytest.skip("dynoxide is not installed in tests/engines: npm ci --prefix tests/engines")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [_DYNOXIDE, "serve", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _START_SEC
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert time.monotonic() < deadline, "dynoxide did not start"
            time.sleep(0.02)
        else:
            return
