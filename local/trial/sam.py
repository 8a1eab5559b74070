"""The SAM CLI as the commands here use it: as a program that runs, and as one that serves."""

import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local import ROOT
from local.errors import TrialError
from local.ports import free_port, wait_until_listening

ARCHITECTURE = "arm64" if platform.machine().lower() in ("aarch64", "arm64") else "x86_64"
"""This machine's, as Lambda calls it."""

_END_SECONDS = 30
_SHOWN = 4000


def run_sam(command: str, options: Mapping[str, str], **variables: str) -> str:
    """Run `sam <command>`, with environment variables besides our own, and give what it prints. Raises TrialError."""
    arguments = _arguments(command, options)
    environment = os.environ | variables | {"SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TrialError(f"FAILED  sam {command}\n{done.stdout[-_SHOWN:]}\n{done.stderr[-_SHOWN:]}")
    return done.stdout


def for_makefiles() -> dict[str, str]:
    """Give the variables of shared/Makefile and functions/Makefile, for `sam build`."""
    return {"LAYER_ARCH": ARCHITECTURE, "PYTHON": os.environ.get("PYTHON313") or "python3.13"}


@contextmanager
def sam_serving(command: str, options: Mapping[str, str], log: Path) -> Iterator[str]:
    """Run `sam <command>`, a server, on a free port of this machine, and give its URL. Raises TrialError."""
    port = free_port()
    arguments = _arguments(command, {**options, "--host": "127.0.0.1", "--port": str(port)})
    with log.open("wb") as output:
        process = subprocess.Popen(arguments, cwd=ROOT, stdout=output, stderr=output)
    try:
        wait_until_listening(process, port, log)
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
