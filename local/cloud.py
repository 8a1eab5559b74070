"""MiniStack as the whole of AWS, with enforced roles: each function may do what its role allows and nothing else."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import ROOT
from local.errors import TrialError

PROGRAM = ROOT / ".venv-trial/bin/ministack"
REGION = "us-east-1"
# Functions inherit MiniStack's environment, and a developer's variables mean something to them: SETTINGS_FILE, for one.
_INHERITED = ("PATH", "HOME")
_UNUSED = {"SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0"}
_START_SECONDS = 30


@contextmanager
def running_cloud(folder: Path, certificates: str) -> Iterator[str]:
    """Run it with its files in `folder`, let this process's AWS be it, and give its URL. Raises TrialError.

    `certificates` is the path of those that functions trust in place of the public ones, or "".
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "ministack.log"
    environment = _environment(port, certificates) | {"TMPDIR": str(folder)}  # it leaves each function's code behind
    with log.open("wb") as file:
        process = subprocess.Popen([PROGRAM], env=environment, cwd=folder, stdout=file, stderr=file)
    try:
        _wait_for(port, process, log)
        _use(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _environment(port: int, certificates: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    own = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "MINISTACK_REGION": REGION, "AUTH": "true"}
    if certificates:
        path = str(Path(certificates).absolute())
        own |= {"SSL_CERT_FILE": path, "REQUESTS_CA_BUNDLE": path}
    return inherited | own | _UNUSED


def _use(endpoint: str) -> None:
    """Make MiniStack the AWS of this process and of those that it starts; no other can be reached by mistake."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    os.environ |= {"AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION} | credentials


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TrialError(f"MiniStack did not start: {log.read_text(errors='replace')[-2000:]}")
