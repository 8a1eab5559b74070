"""The threat model names tests that there are, so that no control is claimed that nothing holds."""

import ast
import re
from pathlib import Path

from local import ROOT

REFERENCE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROW = re.compile(r"^\| [^-|].* \|$")


def references() -> list[tuple[str, str]]:
    """Give the file and name of each test that SECURITY.md names."""
    return REFERENCE.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8"))


def names_in(path: Path) -> set[str]:
    """Give the names of a file's tests."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_each_named_test_exists() -> None:
    """Every test that the threat model names is in the file that it names."""
    missing = [
        f"{file}::{name}"
        for file, name in references()
        if not (ROOT / file).is_file() or name not in names_in(ROOT / file)
    ]

    assert missing == []


def test_each_control_is_held_by_a_test() -> None:
    """Every row of the threat model names one test at least, which is all that the column has."""
    model = (
        (ROOT / "SECURITY.md").read_text(encoding="utf-8").split("## Threat model")[1].split("### What is promised")[0]
    )
    rows = [line for line in model.splitlines() if ROW.match(line) and not line.startswith("| Attack ")]

    assert len(rows) > 30
    assert [row for row in rows if not REFERENCE.search(row.split(" | ")[-1])] == []
    assert [row for row in rows if REFERENCE.sub("", row.split(" | ")[-1]).strip(" ,|")] == []
