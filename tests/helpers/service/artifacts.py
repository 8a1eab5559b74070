"""Builds as `sam build` makes them, from packages that `make wheels` has downloaded."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest

from local.template.template import TEMPLATE

ROOT = TEMPLATE.parent
NATIVE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
"""This machine, as Lambda calls it."""


@dataclass(frozen=True)
class Builder:
    """Who builds: with which Python, under which umask, with which variables of the makefiles besides."""

    python: str = ""
    umask: int = -1
    variables: Mapping[str, str] = field(default_factory=dict)


USUAL = Builder()
"""Lambda's version of Python, and this process's umask."""


def layer(name: str, architecture: str, into: Path, builder: Builder = USUAL) -> Path:
    """Build a layer and give what becomes /opt in Lambda; skips the test where that cannot be done."""
    wheels = ROOT / ".wheels" / architecture
    if not (wheels / "done").exists():
        pytest.skip(f"the layers' packages for {architecture} are not there: make wheels")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels.as_uri(), "PIP_CONFIG_FILE": os.devnull}
    told = replace(builder, variables={**builder.variables, "LAYER_ARCH": architecture, **offline})
    return _make(ROOT / "shared", ["Makefile", f"build-{name}"], into, told)


def function(folder: Path, into: Path, builder: Builder = USUAL, name: str = "AnyFunction") -> Path:
    """Build a function, by its logical id, and give what becomes /var/task."""
    return _make(folder, [str(ROOT / "functions/Makefile"), f"build-{name}"], into, builder)


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
def python(version: tuple[int, int] = (3, 13)) -> str:
    """Give the interpreter of a runtime's version, Lambda's usual one; skips the test where there is none."""
    asking = f"import sys; sys.exit(sys.version_info[:2] != {version})"
    name = "python{}.{}".format(*version)
    given = os.environ.get(name.upper().replace(".", ""))
    for candidate in filter(None, (sys.executable, shutil.which(given or name))):
        if subprocess.run([candidate, "-c", asking], check=False, capture_output=True).returncode == 0:
            return candidate
    pytest.skip("needs Python {}.{}".format(*version))


def _make(folder: Path, what: list[str], into: Path, builder: Builder) -> Path:
    make = shutil.which("make") or pytest.skip("needs make")
    into.mkdir(parents=True)
    variables = {"PYTHON313": python(), "PYTHON": builder.python or python(), **builder.variables}
    environment = {**os.environ, **variables, "ARTIFACTS_DIR": str(into)}
    for name in ("MAKEFLAGS", "MAKELEVEL"):  # of the make that runs the tests
        environment.pop(name, None)
    command = [make, "--silent", "--makefile", *what]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, umask=builder.umask)
    return into
