"""What a function loads: at its start no more than its routes need, and from layers no more than it ever imports."""

import os
import subprocess
import sys
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from local.template.template import TEMPLATE
from tests.helpers.service.deployment import DOCUMENT, FUNCTIONS, RESOURCES, named, properties
from tests.helpers.service.imports import LOCKS, layers_needed, locked

ROOT = TEMPLATE.parent
COMMON = [layer["Ref"] for layer in DOCUMENT["Globals"]["Function"]["Layers"]]
SLOW = {
    *("argon2", "email_validator", "cryptography", "jwt", "requests", "urllib3", "certifi", "mnemonic"),
    *("boto3", "botocore.client", "asyncio", "multiprocessing", "xml"),
}
"""What takes longer to import than a sign-in takes otherwise."""

DONE_OTHERWISE = {"aws_lambda_powertools", "dataclasses", "dns", "cffi", "inspect", "pathlib"}
"""What would be loaded besides, and is not where a player waits."""

PASSWORDS, TOKENS = {"argon2"}, {"jwt", "cryptography"}
STARTS_WITH = {
    "activate": PASSWORDS,
    "apple": TOKENS,
    "callback": TOKENS,
    "email": PASSWORDS,
    "recovery": PASSWORDS,
    "facebook": TOKENS,
    "gamecenter": {"cryptography"},
    "google": TOKENS,
    "revocation": TOKENS,
    "rpc": PASSWORDS,
}
"""What functions import of that when they start; others, nothing."""


def folder_of(function: str) -> Path:
    """Give the folder of a function's code."""
    return ROOT / str(properties(function)["CodeUri"])


@cache
def started(folder: str) -> tuple[int, str, str]:
    """Give status, modules and errors of a process without any variable that imports a function's code."""
    paths = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'shared')!r}]; "
    command = [sys.executable, "-c", f"{paths}import functions.{folder}.app; print(*sys.modules)"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={})
    return done.returncode, done.stdout, done.stderr


def loaded(folder: str) -> set[str]:
    """Give the modules that there are when a function's code has been imported."""
    return set(started(folder)[1].split())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_import_has_no_other_effect(function: str) -> None:
    """A function is imported without any variable of its environment: it reads them at the first request."""
    status, said, complaints = started(folder_of(function).name)

    assert (status, said.count("\n"), complaints) == (0, 1, "")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_start_with_no_more_than_their_routes_need(function: str) -> None:
    """Nothing that is slow to import is loaded at the start of a function most of whose requests do without."""
    folder = folder_of(function).name

    assert loaded(folder) & SLOW == STARTS_WITH.get(folder, set())


@pytest.mark.parametrize(
    "folder", ["account", "custom", "device", "discord", "facebookinstantgame", "friend", "session", "steam"]
)
def test_cold_start_imports_what_it_needs(folder: str) -> None:
    """Nor does a function that players wait for load what does for it what something else does as well."""
    assert loaded(folder) & DONE_OTHERWISE == set()


@pytest.mark.parametrize("folder", ["device", "friendimport"])
def test_garbage_is_collected_once_a_function_has_started(folder: str) -> None:
    """In Lambda, what a function imports is no garbage: it is looked for from the end of the start on, not before."""
    paths = f"import sys, gc; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'shared')!r}]; "
    # Some Pythons begin with objects that are never looked at.
    program = f"frozen = gc.get_freeze_count(); import symbolon; on = gc.isenabled(); import functions.{folder}.app; "
    command = [sys.executable, "-c", paths + program + "print(on, gc.isenabled(), gc.get_freeze_count() > frozen)"]

    def at_start(**variables: str) -> str:
        return subprocess.check_output(command, env={**os.environ, **variables}, text=True)

    assert at_start(AWS_LAMBDA_RUNTIME_API="127.0.0.1:9001") == "False True True\n"
    assert at_start() == "True True False\n"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_functions_have_the_layers_that_their_code_needs(function: str) -> None:
    """A function has each layer that some code of it imports from, at whatever time, and none beside what all have."""
    own = properties(function).get("Layers", [])

    assert {layer["Ref"] for layer in own} == layers_needed(folder_of(function)) - {*COMMON}


def test_layers_are_locked() -> None:
    """Each layer has a file of locked packages, and packages that all functions have are in one layer only."""
    assert sorted(LOCKS) == sorted(named("AWS::Serverless::LayerVersion"))
    assert all(RESOURCES[layer]["Properties"]["ContentUri"] == "shared/" for layer in LOCKS)
    assert not any(locked("SymbolonLayer") & locked(layer) for layer in LOCKS if layer != "SymbolonLayer")


def test_what_two_layers_share_has_one_version() -> None:
    """Packages that are in two layers are the same there, whichever wins in a function that has both."""
    for one, other in combinations(LOCKS.values(), 2):
        lines = [{line for line in path.read_text().splitlines() if "==" in line} for path in (one, other)]
        names = [{line.split("==")[0]: line.split()[0] for line in found} for found in lines]
        shared = names[0].keys() & names[1].keys()
        assert {names[0][name] for name in shared} == {names[1][name] for name in shared}
