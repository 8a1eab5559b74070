"""`make procedures PROCEDURES=folder`: a studio's own RPC functions, tried by the tests in their folder.

A server of their own runs meanwhile, with an empty store and the folder's tables. The tests, which pytest runs, find it
by the variables SYMBOLON_URL, SYMBOLON_SERVER_KEY and SYMBOLON_HTTP_KEY. SETTINGS_FILE names other settings than the
built-in ones. Arguments are pytest's.
"""

import os
import subprocess
import sys
from pathlib import Path

from local.errors import StartError
from local.gateway.settings import DEVELOPMENT
from local.interrupts import INTERRUPTED, Interrupts, leave
from local.trial.clients.stock import serving
from symbolon.errors import Misconfigured
from symbolon.settings.document import read_document


def main(arguments: list[str]) -> int:
    """Run the server and the tests, and give pytest's exit status."""
    Interrupts(raising=True)
    folder = os.environ.get("PROCEDURES", "")
    if not folder:
        print("PROCEDURES must name the folder of your procedures: docs/procedures.md", file=sys.stderr)
        return 1
    try:
        settings = os.environ.get("SETTINGS_FILE", "")
        with serving(settings) as url:
            return subprocess.run(
                _command(folder, arguments), env=os.environ | _told(url, settings), check=False
            ).returncode
    except (StartError, Misconfigured) as error:
        print(getattr(error, "detail", error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _command(folder: str, arguments: list[str]) -> list[str]:
    alone = [
        "-c",
        os.devnull,
        f"--rootdir={Path(folder).absolute()}",
        "--import-mode=importlib",
        "-p",
        "no:cacheprovider",
    ]
    return [sys.executable, "-m", "pytest", *alone, *(arguments or ["-q"]), str(Path(folder).absolute())]


def _told(url: str, settings: str) -> dict[str, str]:
    document = read_document({"SETTINGS_FILE": settings}) if settings else DEVELOPMENT
    http_key = document.get("http_key", "")
    return {
        "SYMBOLON_URL": url,
        "SYMBOLON_SERVER_KEY": str(document.get("server_key", "")),
        "SYMBOLON_HTTP_KEY": http_key[0] if isinstance(http_key, list) else str(http_key),
    }


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
