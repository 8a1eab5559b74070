"""The embedded store: MiniStack's DynamoDB in a child process, with its state in a folder that outlives it."""

import fcntl
import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from local import ROOT
from local.errors import StartError

ENDPOINT_FILE = "endpoint"
"""In the folder while the store runs: its URL, for commands that change what is in it."""

_WAIT_FOR_PREDECESSOR_SEC = 5
_WAIT_FOR_START_SEC = 30
_WAIT_FOR_END_SEC = 10


@dataclass(frozen=True)
class Store:
    """A running store: its URL and its process."""

    endpoint: str
    process: subprocess.Popen[bytes]

    def is_running(self) -> bool:
        """Tell whether it still is."""
        return self.process.poll() is None


@contextmanager
def running_store(state: Path, host: str = "127.0.0.1") -> Iterator[Store]:
    """Run the store with its data in the folder `state`, which it saves at the end, on an address of this machine.

    Raises StartError when another store has the folder, or when it does not start; also when it ended by itself.
    """
    python = Path(os.environ.get("SYMBOLON_STORE_PYTHON") or ROOT / ".venv-store/bin/python")
    if not python.exists():
        raise StartError(f"The store is not installed in {python.parent.parent}: run `make serve`, which installs it.")
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _lock(state)
    listener = socket.create_server((host, 0), backlog=1024)
    port = listener.getsockname()[1]
    process = _spawn(python, state, port, pass_fds=(listener.fileno(), lock))
    # Only the child has them from here on: the folder is free when it has saved its state, however this process ends.
    listener.close()
    os.close(lock)
    try:
        endpoint = f"http://{host}:{port}"
        _wait_until_ready(process, endpoint, state / "store.log")
        (state / ENDPOINT_FILE).write_text(endpoint)
        yield Store(endpoint, process)
        if process.poll() is not None:
            raise StartError(f"The store ended by itself, {state / 'store.log'} may say why.")
    finally:
        (state / ENDPOINT_FILE).unlink(missing_ok=True)
        _end(process)


def _lock(state: Path) -> int:
    """Take the folder, waiting a little for a predecessor that is still saving. A lock dies with its processes."""
    lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _WAIT_FOR_PREDECESSOR_SEC
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise StartError(
                    f"Another server has its data in {state}: stop it, or give this one a folder with STATE_DIR=path."
                ) from None
            time.sleep(0.05)
        else:
            return lock


def _spawn(python: Path, state: Path, port: int, pass_fds: tuple[int, int]) -> subprocess.Popen[bytes]:
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "SERVICES": "dynamodb,dynamodbstreams",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": "us-east-1",
        "LOG_LEVEL": "WARNING",
        # Its other listeners, and its search for containers of former runs, which may be somebody else's.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",
    }
    with (state / "store.log").open("wb") as log:
        return subprocess.Popen(
            [python, ROOT / "local/store/process.py", str(pass_fds[0])],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=pass_fds,
            start_new_session=True,  # a terminal's Ctrl-C is for the gateway, which ends the store after its last use
        )


def _wait_until_ready(process: subprocess.Popen[bytes], endpoint: str, log: Path) -> None:
    """Ask it for its health: the socket is listening already, so that the answer comes as soon as there can be one."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=_WAIT_FOR_START_SEC)
    try:
        connection.request("GET", "/_ministack/health")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        process.kill()
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or [str(error)]
        raise StartError(f"The store did not start: {lines[-1]} ({log} has the rest).") from error
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(_WAIT_FOR_END_SEC)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
