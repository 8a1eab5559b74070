"""Projection expressions: which attributes of an item are answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from local.torture.engine.paths import Path
from local.torture.engine.tokens import Tokens


@dataclass(frozen=True)
class Projection:
    """Paths, and as `Condition` has it, what they name."""

    paths: tuple[Path, ...]
    used: frozenset[str]
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@lru_cache(maxsize=64)
def read_projection(expression: str) -> Projection:
    """Return what a text names, nothing for none; raises Refused where it is no list of paths."""
    tokens, paths = Tokens(expression), list[Path]()
    while tokens.next:
        paths.append(Path.read(tokens))
        if tokens.next:
            tokens.expect(",")
    return Projection(tuple(paths), frozenset(tokens.used))
