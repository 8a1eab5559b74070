"""What the build makes of the source: only what runs, from locked and hashed packages of no particular registry."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment import FUNCTIONS, RESOURCES, properties

ROOT = Path(__file__).parent.parent
MAKE = shutil.which("make")


def test_the_layer_describes_the_services_that_are_called() -> None:
    """The layer keeps botocore's description of each service that a client is made for, and of no other."""
    sources = [*ROOT.glob("shared/symbolon/**/*.py"), *ROOT.glob("functions/*/*.py")]
    called = {name for source in sources for name in re.findall(r'create_client\("(\w+)"', source.read_text())}
    services = re.search(r"^SERVICES = (.+)$", (ROOT / "shared/Makefile").read_text(), re.MULTILINE)

    assert services
    assert set(services[1].split()) == called


def test_the_layer_is_made_of_locked_packages() -> None:
    """Each package has one version and its hashes, and the file names no registry."""
    text = (ROOT / "shared/requirements.txt").read_text()
    entries = re.split(r"\n(?=\w)", text.strip())

    assert all(re.match(r"[\w.-]+==\S+ (;.+ )?\\\n", entry) and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_are_built_by_the_shared_makefile(function: str) -> None:
    """Every function is built by functions/Makefile, so that it ships byte code and downloads nothing."""
    folder = ROOT / properties(function)["CodeUri"]

    assert RESOURCES[function]["Metadata"] == {"BuildMethod": "makefile", "ContextPath": "functions"}
    assert (folder / "app.py").is_file()
    assert not (folder / "requirements.txt").exists()


@pytest.mark.skipif(not MAKE, reason="needs make")
def test_a_function_ships_byte_code_that_does_not_age(tmp_path: Path) -> None:
    """The artifact is the source and byte code that is valid whatever date the file gets when it is packed."""
    settings = [f"ARTIFACTS_DIR={tmp_path}", f"PYTHON={sys.executable}"]
    command = [str(MAKE), "--silent", "--makefile", str(ROOT / "functions/Makefile"), "build-DeviceFunction", *settings]

    subprocess.run(command, cwd=ROOT / "functions/device", check=True)

    made = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert made == [f"__pycache__/app.{sys.implementation.cache_tag}.pyc", "app.py"]
    assert (tmp_path / made[0]).read_bytes()[4:8] == b"\1\0\0\0"  # unchecked, hash-based: PEP 552
