"""A further provider takes three files besides its events and its page: the newest one, Meta Quest, is the measure."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local import ROOT

NAMES = re.compile("meta.?quest", re.IGNORECASE)
APP, TEST, TEMPLATE = "functions/metaquest/app.py", "tests/providers/test_metaquest.py", "template.yaml"
MOST_LINES, MOST_OF_THE_TEMPLATE = 250, 36
CODE = ("bench", "functions", "local", "shared", "tests")
COPIED = (*CODE, "docs", "events", "examples", "requirements", TEMPLATE, "Makefile", "pyproject.toml", "README.md")
LEFT = shutil.ignore_patterns("__pycache__", "node_modules", ".*", "test_metaquest.py")
TRIED = (
    "tests/house/test_layout.py",
    "tests/house/test_events.py",
    "tests/providers/test_imaginary.py",
    "tests/template/test_least_privilege.py",
    "tests/verification/test_empty_credentials.py",
)
_ENTRY = re.compile(r"^  (\w+):")


def imaginary(text: str) -> str:
    """Give a text about Meta Quest as one about a provider that there is not."""
    text = text.replace("graph.oculus.com", "imaginary.example.com").replace("metaquest", "imaginary")
    return text.replace("MetaQuest", "Imaginary").replace("Meta Quest", "Imaginary")


def template_lines() -> list[tuple[str, bool]]:
    """Give the template's lines, each with whether it is there for the provider: in an entry of its own, or by name."""
    marked, own = [], False
    for line in (ROOT / TEMPLATE).read_text(encoding="utf-8").splitlines():
        entry = _ENTRY.match(line)
        if entry or (line and not line.startswith("  ")) or line.startswith("  #"):
            own = bool(entry and NAMES.search(entry[1]))
        marked.append((line, own or bool(NAMES.search(line))))
    return marked


def with_the_copy() -> str:
    """Give the template with a copy of all that it has for the provider."""
    lines: list[str] = []
    pending: list[str] = []
    for line, is_own in [*template_lines(), ("", False)]:
        if not is_own:
            lines += pending
            pending = []
        is_list = is_own and ("PROVIDERS:" in line or ("${MetaQuest" in line and "PROVIDER" not in line))
        lines.append(beside(line) if is_list else line)
        pending += [imaginary(line)] if is_own and not is_list else []
    return "\n".join(lines)


def beside(line: str) -> str:
    """Give a line with lists of names, each name of the provider with the other one beside it."""
    return " ".join(f"{word} {imaginary(word)}" if NAMES.search(word) else word for word in line.split(" "))


def test_nothing_else_names_it() -> None:
    """No list in the code, in the tests or in what serves them has to know a provider by name."""
    files = [path for room in CODE for path in (ROOT / room).rglob("*") if path.suffix in {".py", ".mjs", ".toml"}]
    naming = {
        str(path.relative_to(ROOT))
        for path in files
        if "node_modules" not in path.parts and NAMES.search(path.read_text(encoding="utf-8"))
    }

    assert naming - {APP, TEST, "tests/house/test_scaffold.py"} == set()


def test_it_is_small() -> None:
    """Its code, its tests and its part of the template stay within what one reads in a sitting."""
    template = sum(is_own for _, is_own in template_lines())
    lines = template + sum(len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in (APP, TEST))

    assert template <= MOST_OF_THE_TEMPLATE
    assert lines <= MOST_LINES


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a copy of the project in which one more provider has its three files, its events and its page."""
    for name in COPIED:
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=LEFT)
        else:
            shutil.copy(source, target)
    named = [ROOT / APP, ROOT / TEST, *ROOT.glob("events/metaquest_*.json"), ROOT / "docs/providers/metaquest.md"]
    for path in named:
        copy = tmp_path / imaginary(str(path.relative_to(ROOT)))
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(imaginary(path.read_text(encoding="utf-8")), encoding="utf-8")
    (tmp_path / TEMPLATE).write_text(with_the_copy(), encoding="utf-8")
    return tmp_path


@pytest.mark.long
def test_a_copy_is_a_provider(tree: Path) -> None:
    """Under another name the same three files are one more provider, which the tests of all providers take up."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "imaginary or agree or Imaginary",
        *TRIED,
    ]

    done = subprocess.run(command, cwd=tree, env=variables, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert int(re.findall(r"(\d+) passed", done.stdout)[-1]) > 30
