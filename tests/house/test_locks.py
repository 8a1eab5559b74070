"""What is installed is what the lock files say: every file with hashes, nothing looked up anew, nothing missing."""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from local import ROOT

LOCKS = sorted([*(ROOT / "requirements").glob("*.txt"), *(ROOT / "shared/layers").glob("*.txt")])
NAMED = pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
_HASH = r"\n    --hash=sha256:[0-9a-f]{64}"
PINNED = re.compile(rf"([a-z0-9][a-z0-9-]*)==([^ ;]+)(?: ; [^\\]+?)? \\(?:{_HASH} \\)*{_HASH}\n")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS: dict[str, list[str]] = PROJECT["dependency-groups"]
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
RUNTIME = [*PROJECT["project"]["dependencies"], *(one for extra in EXTRAS.values() for one in extra)]
ASKED_FOR = {
    "serve": [*RUNTIME, *GROUPS["gateway"]],
    "test": [*RUNTIME, *GROUPS["gateway"], *GROUPS["test"]],
    "dev": [*RUNTIME, *(one for group in ("gateway", "postgres", "test", "check") for one in GROUPS[group])],
    **{name: GROUPS[name] for name in ("bench", "clients", "fuzz", "postgres", "sam", "scan", "site", "store")},
    "SymbolonLayer": PROJECT["project"]["dependencies"],
    "PasswordLayer": EXTRAS["password"],
    "ProviderLayer": EXTRAS["provider"],
    "SigningLayer": EXTRAS["signing"],
}
STORE = ROOT / ".venv-store"


def canonical(name: str) -> str:
    """Give a package's name as lock files write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: Path) -> dict[str, set[str]]:
    """Give the versions of each package of a lock file; there are several where Pythons need different ones."""
    found: dict[str, set[str]] = {}
    for name, version in PINNED.findall(lock.read_text()):
        found.setdefault(name, set()).add(version)
    return found


@NAMED
def test_locks_pin_versions_with_hashes(lock: Path) -> None:
    """A lock file has versions with their hashes and nothing else: no address of a registry, no open requirement."""
    assert PINNED.sub("", lock.read_text()) == ""
    assert pins(lock)


@NAMED
def test_locks_have_what_the_project_asks_for(lock: Path) -> None:
    """A dependency that was added, or whose version was raised, is in the lock file that brings it."""
    for asked in map(Requirement, ASKED_FOR[lock.stem]):
        versions = pins(lock)[canonical(asked.name)]
        assert all(asked.specifier.contains(version, prereleases=True) for version in versions), asked


@pytest.mark.parametrize(
    "lock", ["serve", "test", "postgres", "bench", "SymbolonLayer", "PasswordLayer", "ProviderLayer", "SigningLayer"]
)
def test_locks_agree(lock: str) -> None:
    """What is tested is what serves and what is deployed: the same versions."""
    [path] = [path for path in LOCKS if path.stem == lock]
    known = pins(ROOT / "requirements/dev.txt")

    assert not {name: versions for name, versions in pins(path).items() if not versions <= known.get(name, versions)}


@pytest.mark.parametrize("makefile", ["Makefile", "shared/Makefile", ".ci/run"])
def test_pip_takes_nothing_but_what_is_locked(makefile: str) -> None:
    """Each use of pip that installs or downloads insists on hashes and follows no dependency by itself."""
    text = (ROOT / makefile).read_text()
    options = dict(re.findall(r"^(PACKAGES|PINNED) = ((?:.*\\\n)*.*)$", text, re.MULTILINE))
    uses = re.findall(r"pip (?:--python \S+ )?(?:install|download|\$\(PACKAGES\)).*", text)

    assert all({"--no-deps", "--require-hashes"} <= set(words.split()) for words in options.values())
    assert all("$(PACKAGES)" in use or "$(PINNED)" in use for use in uses)
    assert uses or makefile == ".ci/run"


def lacking(installed: dict[str, Distribution], asked_for: list[str]) -> Iterator[str]:
    """Give what packages need on this Python, with the extras that are asked for, and is not there as they need it."""
    roots = [(canonical(one.name), extra) for one in map(Requirement, asked_for) for extra in one.extras]
    asked = [*((name, "") for name in installed), *roots]
    for name, extra in asked:
        for need in map(Requirement, installed[name].requires or [] if name in installed else []):
            if need.marker and not need.marker.evaluate({"extra": extra}):
                continue
            found = installed.get(canonical(need.name))
            if not found or not need.specifier.contains(found.version, prereleases=True):
                yield f"{name}[{extra}] needs {need}, not {found and found.version}"
            asked += [more for one in need.extras if (more := (canonical(need.name), one)) not in asked]


@pytest.mark.parametrize(
    ("environment", "lock"), [(Path(sys.prefix), "test"), (STORE, "store")], ids=["tests", "store"]
)
def test_nothing_is_missing(environment: Path, lock: str) -> None:
    """Since pip follows no dependency, a lock file that leaves one out would show when somebody imports it."""
    folders = [str(folder) for folder in environment.glob("lib/python3.*/site-packages")]
    installed = {canonical(found.name): found for found in distributions(path=folders)}

    assert installed
    assert list(lacking(installed, ASKED_FOR[lock])) == []
