"""What a function's code imports, at its start or later, as it is written, and which layers bring that."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from local.template.template import TEMPLATE

SHARED = TEMPLATE.parent / "shared"
LOCKS = {path.stem: path for path in sorted((SHARED / "layers").glob("*.txt"))}
"""The lock file of each layer, by the layer's logical id."""


def layers_needed(folder: Path) -> set[str]:
    """Give the layers that have what the code in a function's folder imports, by itself or through symbolon."""
    return {"SymbolonLayer"} | {layer for layer in LOCKS for name in third_party(folder) if _brings(layer, name)}


def third_party(folder: Path) -> set[str]:
    """Give the modules of others that a function imports at some time, the standard library's among them."""
    pending, done, found = list(folder.rglob("*.py")), set[Path](), set[str]()
    while pending:
        done.add(path := pending.pop())
        for name in _imported(path):
            own = SHARED / f"{name.replace('.', '/')}.py"
            if own.is_file() and own not in done:
                pending.append(own)
            elif not name.startswith("symbolon"):
                found.add(name)
    return found


def locked(layer: str) -> frozenset[str]:
    """Give the packages of a layer, by their normalized names."""
    return frozenset(map(_normal, re.findall(r"^([\w.-]+)==", LOCKS[layer].read_text(), re.MULTILINE)))


def _brings(layer: str, name: str) -> bool:
    return bool(locked(layer) & {_normal(found) for found in _distributions().get(name.split(".", maxsplit=1)[0], [])})


@cache
def _imported(path: Path) -> frozenset[str]:
    return frozenset(_names(ast.parse(path.read_text(encoding="utf-8"))))


def _names(node: ast.AST) -> Iterator[str]:
    """Give the modules that are named in imports, but for those that only type checkers see."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        if node.module.startswith("symbolon"):  # what is taken from a package may be a module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "find_spec":
        yield from (str(name.value) for name in node.args if isinstance(name, ast.Constant))  # whose files are used
    for child in ast.iter_child_nodes(node):
        yield from _names(child)


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(packages_distributions())


def _normal(name: str) -> str:
    """Give the one spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
