"""PyPI's nakama-python, driven against a service that runs, in a virtual environment of its own where it is there."""

import subprocess
import time
from urllib.parse import urlsplit

from local import ROOT
from local.errors import TrialError

PYTHON = ROOT / ".venv-clients/bin/python"
DRIVE = ROOT / "tests/nakama_python/drive.py"
VERSION = "from importlib.metadata import version; print(version('nakama-python'))"


def drive_python(url: str, server_key: str) -> None:
    """Use the service at the URL, which has no path, in all ways that the client knows; print one line.

    Raises TrialError, with what it wrote, when the client is not served as Nakama would.
    """
    version = _run("-c", VERSION).stdout.strip() if PYTHON.exists() else ""
    if not version:
        print("skipped nakama-python: pip has not installed it", flush=True)
        return
    start = time.perf_counter()
    place = urlsplit(url)
    port = place.port or {"https": 443}.get(place.scheme, 80)
    done = _run(str(DRIVE), str(place.hostname), str(port), server_key, place.scheme)
    if done.returncode:
        raise TrialError(f"FAILED  nakama-python {version}\n{done.stdout}\n{done.stderr}")
    print(f"ok      nakama-python {version} ({time.perf_counter() - start:.0f} s)", flush=True)


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(PYTHON), *arguments], capture_output=True, text=True, check=False)
