"""What the build makes of the source: only what runs, from locked and hashed packages of no particular registry."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.helpers.service import artifacts
from tests.helpers.service.artifacts import NATIVE, ROOT
from tests.helpers.service.deployment import FUNCTIONS, RESOURCES, properties
from tests.helpers.service.imports import LOCKS, layers_needed, third_party

pytestmark = pytest.mark.long

MOST_BYTES = {
    "SymbolonLayer": (3_500_000, 1_560_000),
    "PasswordLayer": (4_430_000, 1_630_000),
    "SigningLayer": (17_000_000, 5_600_000),
    "ProviderLayer": (660_000, 280_000),
}
"""Unpacked and packed: about a tenth more than there is. Lambda takes 250 MB."""
MOST_BYTES_OF_A_FUNCTION = 86_000
SHIPPED = (".py", ".pem", ".txt", ".html")

FOR_PEOPLE = re.compile(r"(^|/)(tests?|bin|boto3|botocore|dns|pycparser|cffi)/|\.(pyi|c|h|js|exe)$|(^|/)py\.typed$")
UNCHECKED_BYTE_CODE = b"\1\0\0\0"
"""The flags in byte code that holds whatever date its source has: PEP 552."""


def files(artifact: Path) -> list[str]:
    """Give the paths of a build's files."""
    return sorted(str(path.relative_to(artifact)) for path in artifact.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the layers as they are deployed."""
    folder = tmp_path_factory.mktemp("deployed")
    return {name: artifacts.layer(name, "arm64", folder / name) for name in LOCKS}


@pytest.mark.parametrize("name", LOCKS)
def test_layers_are_made_of_locked_packages(name: str) -> None:
    """Each package has one version and its hashes, and the file names no registry."""
    text = LOCKS[name].read_text()
    entries = re.split(r"\n(?=\w)", text.strip())

    assert all(re.match(r"[\w.-]+==\S+ (;.+ )?\\\n", entry) and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_layers_hold_only_what_runs(layers: dict[str, Path], name: str) -> None:
    """There is nothing for people, type checkers or other uses of the packages, and all of it is small."""
    assert [path for path in files(layers[name]) if FOR_PEOPLE.search(path.removeprefix("python/"))] == []
    assert artifacts.unpacked(layers[name]) < MOST_BYTES[name][0]
    assert artifacts.packed(layers[name]) < MOST_BYTES[name][1]


@pytest.mark.parametrize("name", LOCKS)
def test_layers_have_byte_code_that_does_not_age(layers: dict[str, Path], name: str) -> None:
    """Each module has byte code that is valid whatever date its file gets when it is packed, and there is no other."""
    byte_code = {path.parent.parent / path.name.split(".")[0] for path in layers[name].rglob("*.pyc")}

    assert byte_code == {path.with_suffix("") for path in layers[name].rglob("*.py")} != set()
    assert {path.read_bytes()[4:8] for path in layers[name].rglob("*.pyc")} == {UNCHECKED_BYTE_CODE}


@pytest.mark.parametrize("name", LOCKS)
def test_layers_are_reproducible(
    layers: dict[str, Path], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another build, elsewhere and under other random hashes, is the same to the byte."""
    monkeypatch.setenv("PYTHONHASHSEED", "4711")
    again = artifacts.layer(name, "arm64", tmp_path / "elsewhere" / name)

    assert artifacts.content(again) == artifacts.content(layers[name])


@pytest.fixture(scope="module")
def native_layers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the layers as this machine can run them."""
    folder = tmp_path_factory.mktemp("native")
    return {name: artifacts.layer(name, NATIVE, folder / name) for name in LOCKS}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_find_all_they_import_in_their_layers(native_layers: dict[str, Path], function: str) -> None:
    """With nothing but Python and its layers, a function starts, and whatever it imports later is there as well."""
    folder = ROOT / properties(function)["CodeUri"]
    paths = [str(folder), *(str(native_layers[name] / "python") for name in layers_needed(folder))]
    imports = "\n".join(f"import {name}" for name in sorted(third_party(folder)))

    subprocess.run(
        [artifacts.python(), "-SIBc", f"import sys\nsys.path[:0] = {paths!r}\nimport app\n{imports}"],
        check=True,
        env={"POWERTOOLS_METRICS_NAMESPACE": "Symbolon"},
    )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_are_built_by_the_shared_makefile(function: str) -> None:
    """Every function is built by functions/Makefile, so that it ships byte code and downloads nothing."""
    folder = ROOT / properties(function)["CodeUri"]

    assert RESOURCES[function]["Metadata"] == {"BuildMethod": "makefile", "ContextPath": "functions"}
    assert (folder / "app.py").is_file()
    assert not (folder / "requirements.txt").exists()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_ship_byte_code_that_does_not_age(function: str, tmp_path: Path) -> None:
    """The artifact is the folder's files and byte code for each module, it is small, and another is the same."""
    folder = ROOT / properties(function)["CodeUri"]
    source = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in SHIPPED}

    once, again = (artifacts.function(folder, tmp_path / name) for name in ("once", "again"))

    assert {path for path in files(once) if not path.endswith(".pyc")} == source
    assert len(list(once.rglob("*.pyc"))) == sum(path.endswith(".py") for path in source)
    assert {path.read_bytes()[4:8] for path in once.rglob("*.pyc")} == {UNCHECKED_BYTE_CODE}
    assert artifacts.unpacked(once) < MOST_BYTES_OF_A_FUNCTION
    assert artifacts.content(once) == artifacts.content(again)
