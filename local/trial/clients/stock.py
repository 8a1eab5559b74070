"""`make clients`: Nakama's own clients, as registries have them, against a server of their own, or URL=… SERVER_KEY=….

nakama-js in its last three releases, each in Node and in a browser, and nakama-python. What a machine lacks is skipped,
and said to be.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from local import ROOT
from local.errors import StartError, TrialError
from local.gateway.settings import DEVELOPMENT
from local.interrupts import INTERRUPTED, Interrupts, leave
from local.trial.clients.browser import drive_in_browser
from local.trial.clients.nakama_client import PACKAGE, drive, releases
from local.trial.clients.nakama_python import drive_python

_URL = re.compile(r"^Symbolon serves .* at (http://\S+)$", re.MULTILINE)
_START_SECONDS = 60
_MOMENT_SECONDS = 0.05


def main() -> int:
    """Let each client use the service, say what failed, and give the exit status."""
    Interrupts(raising=True)
    try:
        if url := os.environ.pop("URL", ""):
            return walk(url, os.environ.pop("SERVER_KEY", ""))
        with serving() as own:
            return walk(own, str(DEVELOPMENT["server_key"]))
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def walk(url: str, server_key: str) -> int:
    """Let all clients that there are use the service at the URL, which has no path; give the exit status."""
    drives: list[Callable[[], None]] = []
    for package in releases() or [PACKAGE]:  # without any, one line says so
        drives += [partial(way, url, server_key, package) for way in (drive, drive_in_browser)]
    drives.append(partial(drive_python, url, server_key))
    return max([_status(attempt) for attempt in drives])


def _status(attempt: Callable[[], None]) -> int:
    try:
        attempt()
    except TrialError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@contextmanager
def serving(settings_file: str = "") -> Iterator[str]:
    """Run a development server with an empty store on a free port; give its URL. Raises StartError."""
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        own = {
            "HOST": "127.0.0.1",
            "PORT": "0",
            "CONSOLE_PORT": "0",
            "GAME_PORT": "0",
            "STATE_DIR": folder,
            "SETTINGS_FILE": settings_file,
        }
        command = [sys.executable, "-m", "local.gateway.serve"]
        with (
            log.open("wb") as out,
            subprocess.Popen(command, cwd=ROOT, env=os.environ | own, stdout=out, stderr=out) as server,
        ):
            try:
                yield _url(log, server)
            finally:
                server.terminate()


def _url(log: Path, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        if found := _URL.search(log.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(_MOMENT_SECONDS)
    raise StartError(f"the server did not start: {log.read_text(encoding='utf-8').strip()}")


if __name__ == "__main__":
    leave(main())
