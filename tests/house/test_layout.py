"""The layout holds: a provider's folder, template block, tests and events agree, and modules import one way only."""

import ast
import importlib
import inspect
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import ROOT
from local.template.template import Function
from symbolon.providers import Provider
from tests.helpers.service.lambdas import TEMPLATE

FOLDERS = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))
FUNCTIONS = {Path(function.directory).name: function for function in TEMPLATE.functions}
VERBS = ("authenticate", "link", "unlink")
LAYER = ROOT / "shared"
SHARED = {
    ".".join(path.relative_to(LAYER).with_suffix("").parts): path for path in sorted(LAYER.glob("symbolon/**/*.py"))
}
SOURCES = sorted({*ROOT.glob("functions/**/*.py"), *SHARED.values(), *ROOT.glob("local/**/*.py")})
STORAGE = {"aws", "accounts", "sessions", "identities.users"}
"""What provider code must not see: it says whose a credential is, and others do the rest."""

MOST_FILES = 15
"""Python files of one folder, __init__.py not counted: what one takes in at a glance."""


def provider_of(folder: str) -> Provider | None:
    """Give the provider that a function is of, None for one of the other functions."""
    app = importlib.import_module(f"functions.{folder}.app")
    provider = getattr(app, "PROVIDER", None)
    return (
        provider
        if isinstance(provider, Provider) and hasattr(app, "handler") and _has_verbs(FUNCTIONS[folder])
        else None
    )


def _has_verbs(function: Function) -> bool:
    return any(route.path.startswith("/v2/account/authenticate/") for route in function.routes)


PROVIDERS = sorted(folder for folder in FOLDERS if folder in FUNCTIONS and provider_of(folder))


def imported(path: Path) -> Iterator[str]:
    """Give the full names of the modules that a file imports, and of what it takes from them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names_of(path: Path) -> set[str]:
    """Give the modules of the shared layer that a file imports."""
    return set(imported(path)) & SHARED.keys()


def rooms_of(path: Path) -> set[str]:
    """Give those modules and the packages that they are in, without the name of the layer."""
    parts = [name.split(".")[1:] for name in names_of(path)]
    return {".".join(part[:length]) for part in parts for length in range(1, len(part) + 1)}


def test_each_folder_has_a_block() -> None:
    """A folder with an app is a function of the template, and the other way round."""
    assert sorted(FUNCTIONS) == FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_routes_agree(folder: str) -> None:
    """A function serves the very routes that the template sends to it."""
    app = importlib.import_module(f"functions.{folder}.app")
    served = inspect.getclosurevars(app.handler).nonlocals.get("routes", {})

    assert sorted(served) == sorted(route.key for route in FUNCTIONS[folder].routes)


@pytest.mark.parametrize("folder", PROVIDERS)
def test_provider_is_complete(folder: str) -> None:
    """A provider is spelt alike everywhere: folder, name, three routes, test file, sample events."""
    provider = provider_of(folder)
    routes = {route.path for route in FUNCTIONS[folder].routes}
    files = [f"tests/providers/test_{folder}.py", *(f"events/{folder}_{verb}.json" for verb in VERBS)]

    assert provider
    assert provider.name == folder
    assert routes >= {f"/v2/account/{verb}/{folder}" for verb in VERBS}
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder not in PROVIDERS])
def test_other_functions_have_events(folder: str) -> None:
    """A function that is no provider has a sample event too."""
    assert list(ROOT.glob(f"events/{folder}_*.json"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_functions_import_the_layer_only(folder: str) -> None:
    """A function knows the shared layer, and neither its siblings nor what is for development."""
    for path in ROOT.glob(f"functions/{folder}/**/*.py"):
        ours = {name for name in imported(path) if name.split(".")[0] in {"functions", "local", "tests"}}
        assert {name for name in ours if not name.startswith(f"functions.{folder}")} == set()


@pytest.mark.parametrize("folder", PROVIDERS)
def test_providers_do_not_see_the_tables(folder: str) -> None:
    """A provider's code says whose a credential is; it cannot reach accounts or sessions."""
    for path in ROOT.glob(f"functions/{folder}/**/*.py"):
        assert rooms_of(path) & STORAGE == set()


@pytest.mark.parametrize("name", SHARED)
def test_layer_imports_nothing_of_ours_but_itself(name: str) -> None:
    """The layer knows no function, no development code, and no SDK."""
    found = {module.split(".")[0] for module in imported(SHARED[name])}

    assert found & {"functions", "local", "tests", "boto3", "botocore"} == set()


@pytest.mark.parametrize("package", sorted({path.parent for path in SHARED.values()}), ids=lambda path: path.name)
def test_packages_say_what_they_know(package: Path) -> None:
    """A package says over its door what it knows and what it must not know, and hands on no names."""
    tree = ast.parse((package / "__init__.py").read_text())
    text = ast.get_docstring(tree) or ""

    assert 1 <= len(text.splitlines()) <= 6
    assert not [name for name in imported(package / "__init__.py") if name.startswith("symbolon")]


def test_folders_are_taken_in_at_a_glance() -> None:
    """No folder has more Python files than one can look over."""
    tracked = [*ROOT.glob("functions/**/*.py"), *ROOT.glob("shared/**/*.py"), *ROOT.glob("local/**/*.py")]
    tracked += [*ROOT.glob("tests/**/*.py"), *ROOT.glob("bench/**/*.py")]
    files = Counter(path.parent for path in tracked if path.name != "__init__.py" and "node_modules" not in path.parts)

    assert {str(folder.relative_to(ROOT)): count for folder, count in files.items() if count > MOST_FILES} == {}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short(path: Path) -> None:
    """A file of more than 220 lines is two files."""
    assert len(path.read_text().splitlines()) <= 220
