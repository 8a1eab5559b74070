"""The SAM CLI as the commands here use it: as a program that runs, and as one that serves; and its containers."""

import os
import platform
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local import ROOT
from local.errors import TrialError

ARCHITECTURE = "arm64" if platform.machine().lower() in ("aarch64", "arm64") else "x86_64"
"""This machine's, as Lambda calls it."""

_START_SECONDS = 60
_END_SECONDS = 30
_SHOWN = 4000


def run_sam(command: str, options: Mapping[str, str], **variables: str) -> str:
    """Run `sam <command>`, with environment variables besides our own, and give what it prints. Raises TrialError."""
    arguments = _arguments(command, options)
    done = subprocess.run(arguments, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TrialError(f"FAILED  sam {command}\n{done.stdout[-_SHOWN:]}\n{done.stderr[-_SHOWN:]}")
    return done.stdout


@contextmanager
def sam_serving(command: str, options: Mapping[str, str], log: Path) -> Iterator[str]:
    """Run `sam <command>`, a server, on a free port of this machine, and give its URL. Raises TrialError."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = _arguments(command, {**options, "--host": "127.0.0.1", "--port": str(port)})
    with log.open("wb") as output:
        process = subprocess.Popen(arguments, cwd=ROOT, stdout=output, stderr=output)
    try:
        _wait_for(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _arguments(command: str, options: Mapping[str, str]) -> list[str]:
    words = (word for option in options.items() for word in option if word)
    return [os.environ.get("SAM") or "sam", *command.split(), *words]


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TrialError(f"FAILED  sam did not start to serve: {log.read_text(errors='replace')[-_SHOWN:]}")
