"""Ports of this machine for programs that take a number and no socket."""

import socket
import subprocess
import time
from pathlib import Path

from local.errors import TrialError

_START_SECONDS = 60
_SHOWN = 4000


def free_port() -> int:
    """Give the number of a port of loopback that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the process listens on the port of loopback. Raises TrialError, with the end of its log."""
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TrialError(f"FAILED  {log.stem} did not start: {log.read_text(errors='replace')[-_SHOWN:]}")
