"""The layers on the processor for which they are built, emulated: `make arm64` sets that up and runs this."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.helpers.service import artifacts
from tests.helpers.service.artifacts import ROOT
from tests.helpers.service.deployment import FUNCTIONS, properties
from tests.helpers.service.imports import LOCKS, third_party

MACHINE = Path(os.environ.get("ARM64_MACHINE", ""))
"""The files of a Debian for arm64 that has Lambda's version of Python."""

COMPILED = """
import platform, argon2, jwt
from cryptography.hazmat.primitives.asymmetric import ec
assert platform.machine() == "aarch64"
key = ec.generate_private_key(ec.SECP256R1())
assert jwt.decode(jwt.encode({"sub": "anna"}, key, "ES256"), key.public_key(), ["ES256"])["sub"] == "anna"
assert argon2.PasswordHasher(1, 8, 1).verify(argon2.PasswordHasher(1, 8, 1).hash("a password"), "a password")
"""
STARTED = """
for folder in {folders}:
    sys.path[0] = folder
    import app
    assert callable(app.handler)
    del sys.modules["app"]
"""

pytestmark = pytest.mark.skipif("ARM64_MACHINE" not in os.environ, reason="takes two minutes: make arm64")


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Give the layers as they are deployed."""
    folder = tmp_path_factory.mktemp("arm64")
    return [str(artifacts.layer(name, "arm64", folder / name) / "python") for name in LOCKS]


def run(program: str, layers: list[str]) -> None:
    """Run a program there with the layers and nothing else to import from. Raises CalledProcessError."""
    start = f"import sys\nsys.path[:0] = {['', *layers]!r}\n"
    emulated = ["qemu-aarch64-static", "-L", str(MACHINE), str(MACHINE / "usr/bin/python3.13")]
    subprocess.run([*emulated, "-SIBc", start + program], check=True)


def test_compiled_packages_work(layers: list[str]) -> None:
    """Tokens are signed and verified and passwords hashed by the packages' compiled parts."""
    run(COMPILED, layers)


def test_functions_start(layers: list[str]) -> None:
    """Every function starts there, and finds in the layers whatever it imports later."""
    folders = [ROOT / str(properties(function)["CodeUri"]) for function in FUNCTIONS]
    later = sorted({name for folder in folders for name in third_party(folder)})

    run("".join(f"import {name}\n" for name in later) + STARTED.format(folders=list(map(str, folders))), layers)
