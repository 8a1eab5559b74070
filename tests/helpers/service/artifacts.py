"""Builds as `sam build` makes them, from packages that `make wheels` has downloaded."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from local.template.template import TEMPLATE

ROOT = TEMPLATE.parent
NATIVE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
"""This machine, as Lambda calls it."""


def layer(name: str, architecture: str, into: Path) -> Path:
    """Build a layer and give what becomes /opt in Lambda; skips the test where that cannot be done."""
    wheels = ROOT / ".wheels" / architecture
    if not (wheels / "done").exists():
        pytest.skip(f"the layers' packages for {architecture} are not there: make wheels")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull}
    return _make(ROOT / "shared", ["Makefile", f"build-{name}"], into, {"LAYER_ARCH": architecture, **offline})


def function(folder: Path, into: Path) -> Path:
    """Build a function and give what becomes /var/task."""
    return _make(folder, [str(ROOT / "functions/Makefile"), "build-AnyFunction"], into, {})


def content(artifact: Path) -> dict[str, tuple[int, str]]:
    """Give what goes into a build's archive: mode and hash of each file. `sam package` dates all of it 1980."""
    return {
        str(file.relative_to(artifact)): (file.stat().st_mode, hashlib.sha256(file.read_bytes()).hexdigest())
        for file in artifact.rglob("*")
        if file.is_file()
    }


def packed(artifact: Path) -> int:
    """Give the bytes of the build's archive."""
    return Path(shutil.make_archive(str(artifact), "zip", artifact)).stat().st_size


def unpacked(artifact: Path) -> int:
    """Give the bytes in all files of a build."""
    return sum(file.stat().st_size for file in artifact.rglob("*") if file.is_file())


@cache
def python() -> str:
    """Give the interpreter of Lambda's version; skips the test where there is none."""
    asking = "import sys; sys.exit(sys.version_info[:2] != (3, 13))"
    for candidate in filter(None, (sys.executable, shutil.which(os.environ.get("PYTHON313") or "python3.13"))):
        if subprocess.run([candidate, "-c", asking], check=False, capture_output=True).returncode == 0:
            return candidate
    pytest.skip("needs Python 3.13")


def _make(folder: Path, what: list[str], into: Path, variables: dict[str, str]) -> Path:
    make = shutil.which("make") or pytest.skip("needs make")
    into.mkdir(parents=True)
    environment = {**os.environ, **variables, "ARTIFACTS_DIR": str(into), "PYTHON": python()}
    for name in ("MAKEFLAGS", "MAKELEVEL"):  # of the make that runs the tests
        environment.pop(name, None)
    command = [make, "--silent", "--makefile", *what]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return into
