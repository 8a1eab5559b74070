"""Development servers of their own, for tests that speak HTTP, or need a real store behind many threads."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from local import ROOT
from tests.helpers.service.aws import Aws
from tests.helpers.watch.leaks import LEAKS

_NOT_INHERITED = re.compile("HOST|PORT|GAME_PORT|PROCESSES|SETTINGS.*|DYNAMODB_ENDPOINT|STATE_DIR|AWS_.*|.*_TABLE")
_URL = re.compile(r"^Symbolon serves .* at (http://\S+)$", re.MULTILINE)
_START_SEC = 30
_END_SEC = 10


@dataclass(frozen=True)
class Started:
    """A `python -m local.gateway.serve`, and the files that it prints to."""

    process: subprocess.Popen[bytes]
    output: Path
    errors: Path
    used_before: int = field(default_factory=lambda: len(LEAKS.ever))
    """How many secrets tests had used when it started, of which it can know none."""

    def printed(self) -> str:
        """Give what is on its standard output so far: a few lines, then a JSON log line for each request."""
        return self.output.read_text(encoding="utf-8")

    def complained(self) -> str:
        """Give what is on its standard error so far."""
        return self.errors.read_text(encoding="utf-8")

    def wait_for_url(self) -> str:
        """Give its URL once it has introduced itself. Raises AssertionError with its complaint when it does not."""
        deadline = time.monotonic() + _START_SEC
        while self.process.poll() is None and time.monotonic() < deadline:
            if "Ctrl-C" in self.printed() and (found := _URL.search(self.printed())):
                return found[1]
            time.sleep(0.02)
        raise AssertionError(f"no server: {self.complained()}")

    def end(self) -> int:
        """End it with SIGTERM, if it runs, and give its exit status."""
        self.process.terminate()
        status = self.process.wait(_END_SEC)
        lines = [*self.printed().splitlines(), *self.complained().splitlines()]
        log = "\n".join(line for line in lines if line.startswith("{"))  # not its own words, with the key to try
        LEAKS.look("a server's log", log, islice(LEAKS.ever, self.used_before, None))
        return status


def start(folder: Path, **variables: str) -> Started:
    """Start a server on a free port, its state and output in `folder`, with `variables` (PORT, SETTINGS_FILE, …)."""
    return start_within(folder, [], variables)


def start_within(folder: Path, shell: Sequence[str], variables: Mapping[str, str]) -> Started:
    """Start it by the command line `shell`, which runs what is appended to it."""
    folder.mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if not _NOT_INHERITED.fullmatch(name)}
    defaults = {"PORT": "0", "CONSOLE_PORT": "0", "GAME_PORT": "0", "STATE_DIR": str(folder / "state")}
    output, errors = folder / "output.txt", folder / "errors.txt"
    with output.open("wb") as stdout, errors.open("wb") as stderr:
        process = subprocess.Popen(
            [*shell, sys.executable, "-m", "local.gateway.serve"],
            cwd=ROOT,
            env={**inherited, **defaults, **variables},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
    return Started(process, output, errors)


@contextmanager
def running_gateway(**variables: str) -> Iterator[str]:
    """Run a server with an empty store on a free port, and give its URL; `variables` are added to its environment."""
    with TemporaryDirectory() as folder:
        started = start(Path(folder), **variables)
        try:
            yield started.wait_for_url()
        finally:
            started.end()


@contextmanager
def guarded_gateway(engine: str) -> Iterator[str]:
    """Run a server over the engine at this URL, which refuses what the role of a function does not allow.

    Raises AssertionError at the end when it had to.
    """
    door = Aws()
    door.begin(engine)
    try:
        with running_gateway(DYNAMODB_ENDPOINT=door.url) as url:
            yield url
    finally:
        door.close()
    door.end()
