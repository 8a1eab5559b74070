"""Document paths: an attribute, or an element of a list or map within one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.torture.engine.errors import Refused, invalid
from local.torture.engine.tokens import Scope, Tokens
from local.torture.engine.values import Item, Value

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Path:
    """A path as an expression has it, with placeholders in it."""

    parts: Steps

    @classmethod
    def read(cls, tokens: Tokens) -> "Path":
        """Read a path; raises Refused where there is none."""
        parts: list[str | int] = [tokens.take_name()]
        while symbol := tokens.skip(".", "["):
            if symbol == ".":
                parts.append(tokens.take_name())
            else:
                parts.append(int(tokens.take()))
                tokens.expect("]")
        return cls(tuple(parts))

    def steps(self, names: Mapping[str, str]) -> Steps:
        """Return the path with what its placeholders stand for."""
        return tuple(names[part] if isinstance(part, str) and part.startswith("#") else part for part in self.parts)

    def get(self, scope: Scope) -> Value | None:
        """Return what is there, None where nothing is."""
        found: Value | None = {"M": scope.item}
        for step in self.steps(scope.names):
            found = _element(found, step) if found else None
        return found


def put(item: Item, steps: Steps, value: Value | None) -> None:
    """Put a value at a place of an item, or with None remove what is there; raises Refused for a place that is none."""
    holder = item if len(steps) == 1 else _holder(item, steps)
    last: Any = steps[-1]
    if value is None:
        if isinstance(holder, dict) and isinstance(last, str):
            holder.pop(last, None)
        elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
            del holder[last]
    elif isinstance(holder, dict) and isinstance(last, str):
        holder[last] = value
    elif isinstance(holder, list) and isinstance(last, int):
        holder[last : last + 1] = [value]
    else:
        raise _no_such_place()


def _holder(item: Item, steps: Steps) -> Any:  # noqa: ANN401 (a map's or a list's content)
    found: Value | None = {"M": item}
    for step in steps[:-1]:
        found = _element(found, step) if found else None
    content = (found or {}).get("M", (found or {}).get("L"))
    if content is None:
        raise _no_such_place()
    return content


def _no_such_place() -> Refused:
    return invalid("The document path provided in the update expression is invalid for update")


def _element(value: Value, step: str | int) -> Value | None:
    [(kind, content)] = value.items()
    if kind == "M" and isinstance(step, str):
        found: Value | None = content.get(step)
        return found
    if kind == "L" and isinstance(step, int) and step < len(content):
        element: Value = content[step]
        return element
    return None
