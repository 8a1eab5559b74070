"""Released versions' own code, out of the repository's history, as servers over an engine that today's code shares."""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import ROOT
from tests.helpers.service.local_gateway import Started

COMMITS: dict[str, str] = json.loads((ROOT / "tests/template/released/commits.json").read_text(encoding="utf-8"))
"""By version, the commit that it is; a tag of that version goes before it."""

_PARTS = ("functions", "local", "shared", "docs", "events", "template.yaml", "pyproject.toml")
_PROGRAMS = ("local.gateway.serve", "local.serve")
# A deployment has no such check: a former version's server on this machine would refuse tables with a newer index.
_START = "import sys, {0} as serve; serve.create_missing_tables = lambda *_: None; sys.exit(serve.main())"
_END_SEC = 10


def unpack(version: str, folder: Path) -> Path:
    """Put a version's code into the folder, and give it; skips the test where the history is not there."""
    for name in (f"refs/tags/v{version}", COMMITS[version]):
        command = ["git", "archive", "--format=tar", name, *_PARTS]
        try:
            packed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extraction_filter = getattr(tarfile, "data_filter", None)  # the first of Python 3.11 have none
            archive.extractall(folder)  # noqa: S202 (it is our own)
        return folder
    pytest.skip(f"needs the history with version {version}: git fetch --unshallow --tags")


@contextmanager
def serving(code: Path, state: Path, engine: str, settings: Path) -> Iterator[str]:
    """Run the development server of that code over the engine at this URL, and give the server's URL."""
    state.mkdir()
    variables = {"PORT": "0", "CONSOLE_PORT": "0", "GAME_PORT": "0", "STATE_DIR": str(state), "PYTHONPATH": ""}
    variables |= {"DYNAMODB_ENDPOINT": engine, "SETTINGS_FILE": str(settings)}
    output, errors = state / "output.txt", state / "errors.txt"
    with output.open("wb") as stdout, errors.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, *_program(code)],
            cwd=code,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
    try:
        yield Started(process, output, errors).wait_for_url()
    finally:
        process.terminate()
        process.wait(_END_SEC)


def _program(code: Path) -> tuple[str, str]:
    if code == ROOT:
        return "-m", _PROGRAMS[0]
    return "-c", _START.format(next(one for one in _PROGRAMS if (code / f"{one.replace('.', '/')}.py").exists()))
