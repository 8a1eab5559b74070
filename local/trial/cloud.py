"""MiniStack as the whole of AWS, with enforced roles: each function may do what its role allows and nothing else."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import ROOT
from local.loopback import bypass_proxies
from local.ports import free_port, wait_until_listening

PROGRAM = ROOT / ".venv-trial/bin/ministack"
REGION = "us-east-1"
# Functions inherit MiniStack's environment, and a developer's variables mean something to them: SETTINGS_FILE, for one.
_INHERITED = ("PATH", "HOME")
_END_SECONDS = 10
_UNUSED = {"SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0"}


@contextmanager
def running_cloud(folder: Path, certificates: str) -> Iterator[str]:
    """Run it with its files in `folder`, let this process's AWS be it, and give its URL. Raises TrialError.

    `certificates` is the path of those that functions trust in place of the public ones, or "".
    """
    port = free_port()
    log = folder / "MiniStack.log"
    environment = _environment(port, certificates) | {"TMPDIR": str(folder)}  # it leaves each function's code behind
    with log.open("wb") as file:
        process = subprocess.Popen([PROGRAM], env=environment, cwd=folder, stdout=file, stderr=file)
    try:
        wait_until_listening(process, port, log)
        _use(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
    bypass_proxies()
    os.environ |= {"AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION} | credentials
