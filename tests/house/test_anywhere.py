"""Builds on any machine: the same bytes whoever makes them, for each of the runtimes that the parameter offers."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.operate import built
from tests.helpers.service import artifacts
from tests.helpers.service.artifacts import NATIVE, ROOT, Builder
from tests.helpers.service.deployment import FUNCTIONS, PARAMETERS, named, properties
from tests.helpers.service.imports import LOCKS, layers_needed, third_party

SOMEBODY = Builder(sys.executable, umask=0o077)
"""Who has the Python that these tests run on, and lets nobody read."""
BARE = Builder(sys.executable, variables={"BYTE_CODE": "no"})
RUNTIMES = [(3, 13), (3, 14)]
FOLDER = ROOT / "functions/recovery"


def modules(artifact: Path, version: str) -> set[str]:
    """Give the extension modules of a layer that are for one version of Python alone."""
    mark = f".cpython-{version}-"
    return {path.name.split(mark)[0] for path in artifact.rglob(f"*{mark}*.so")}


def test_the_parameter_offers_what_the_layers_are_for() -> None:
    """Functions run on a runtime of the parameter's, and each layer is for all of them."""
    offered = PARAMETERS["FunctionRuntime"]["AllowedValues"]

    assert offered == [f"python{major}.{minor}" for major, minor in RUNTIMES]
    assert all(properties(layer)["CompatibleRuntimes"] == offered for layer in named("AWS::Serverless::LayerVersion"))
    assert not any("Runtime" in properties(function) for function in FUNCTIONS)


@pytest.mark.long
@pytest.mark.parametrize("name", LOCKS)
def test_whoever_builds_a_layer_makes_the_same(name: str, tmp_path: Path) -> None:
    """Another Python with another pip, another umask and a path with a space leave no trace, byte code included."""
    usual = artifacts.layer(name, "arm64", tmp_path / "usual")
    somebody = artifacts.layer(name, "arm64", tmp_path / "some body's" / name, SOMEBODY)

    assert artifacts.content(somebody) == artifacts.content(usual)
    assert built.digest(somebody) == built.digest(usual)
    assert built.byte_code_digest(somebody) == built.byte_code_digest(usual) != ""


@pytest.mark.long
def test_whoever_builds_a_function_makes_the_same(tmp_path: Path) -> None:
    """So it is with a function, whose folder has no secrets of the builder's machine in it."""
    usual = artifacts.function(FOLDER, tmp_path / "usual")
    somebody = artifacts.function(FOLDER, tmp_path / "some body's", SOMEBODY)

    assert artifacts.content(somebody) == artifacts.content(usual)
    assert {oct(path.stat().st_mode & 0o777) for path in somebody.rglob("*.py")} == {"0o644"}


@pytest.mark.long
@pytest.mark.parametrize("name", ["SigningLayer", "SymbolonLayer"])
def test_without_the_runtimes_python_all_but_byte_code_is_built(name: str, tmp_path: Path) -> None:
    """What cannot be compiled here is left out, and nothing else; so the artifact is the same for each runtime."""
    usual = artifacts.content(artifacts.layer(name, "arm64", tmp_path / "usual"))
    bare = artifacts.content(artifacts.layer(name, "arm64", tmp_path / "bare", BARE))
    newer = Builder(BARE.python, 0o002, {**BARE.variables, "RUNTIME": "python3.14"})

    assert bare == {path: file for path, file in usual.items() if not path.endswith(".pyc")} != usual
    assert artifacts.content(artifacts.layer(name, "arm64", tmp_path / "newer", newer)) == bare


@pytest.mark.long
@pytest.mark.parametrize("name", LOCKS)
def test_layers_have_extension_modules_for_each_runtime(name: str, tmp_path: Path) -> None:
    """A module that is for one version of Python alone is there for the other as well."""
    expected = {"_cffi_backend"} if name in ("PasswordLayer", "SigningLayer") else set()

    layer = artifacts.layer(name, "arm64", tmp_path / name, BARE)

    assert modules(layer, "313") == modules(layer, "314") == expected


@pytest.mark.long
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_function_starts_on_each_runtime(runtime: tuple[int, int], tmp_path: Path) -> None:
    """The same layers and functions start on each version of Python, where it is to be had."""
    python = artifacts.python(runtime)
    layers = {name: artifacts.layer(name, NATIVE, tmp_path / name) / "python" for name in LOCKS}

    for folder in (ROOT / properties(function)["CodeUri"] for function in FUNCTIONS):
        paths = [str(folder), *(str(layers[name]) for name in layers_needed(folder))]
        imports = "\n".join(f"import {name}" for name in sorted(third_party(folder)))
        program = f"import sys\nsys.path[:0] = {paths!r}\nimport app\n{imports}"
        subprocess.run([python, "-SIBc", program], check=True, env={"POWERTOOLS_METRICS_NAMESPACE": "Symbolon"})


def test_what_was_built_is_told_by_its_digest(tmp_path: Path) -> None:
    """The digest changes with a file's name, mode and content, and with nothing else."""
    (tmp_path / "one").mkdir()
    file = tmp_path / "one/app.py"
    file.write_text("a = 1\n")
    file.chmod(0o644)
    first = built.digest(tmp_path / "one")
    file.write_text("a = 1\n")
    same = built.digest((tmp_path / "one").rename(tmp_path / "two"))

    (tmp_path / "two/app.py").chmod(0o600)
    hidden = built.digest(tmp_path / "two")
    (tmp_path / "two/app.py").chmod(0o644)
    (tmp_path / "two/app.py").write_text("a = 2\n")

    assert same == first
    assert len({first, hidden, built.digest(tmp_path / "two")}) == 3
    assert list(built.lines(tmp_path)) == [
        f"{'two':<30}      0 KB unpacked      0 KB packed  {built.digest(tmp_path / 'two')[:16]}  byte code none"
    ]
