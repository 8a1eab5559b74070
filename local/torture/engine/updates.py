"""Update expressions: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html."""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

from local.torture.engine.errors import invalid
from local.torture.engine.paths import Path, Steps, put
from local.torture.engine.tokens import Scope, Tokens
from local.torture.engine.values import Item, Value, checked_size, stored

Operand = Callable[[Scope], Value]


@dataclass(frozen=True)
class Update:
    """An update: what comes to which place (None: it goes from there); and as `Condition` has them, what it names."""

    changes: tuple[tuple[Path, Operand | None], ...]
    used: frozenset[str]
    kinds: Mapping[str, tuple[str, ...]]

    def check(self, names: Mapping[str, str], key: Iterable[str]) -> None:
        """Raise Refused where it changes one place twice, or the key."""
        places = [path.steps(names) for path, _ in self.changes]
        if any(_overlap(*pair) for pair in combinations(places, 2)):
            raise invalid("Invalid UpdateExpression: Two document paths overlap with each other")
        if {place[0] for place in places} & set(key):
            raise invalid("Cannot update attribute. This attribute is part of the key")

    def applied(self, scope: Scope) -> Item:
        """Return the item after the update; raises Refused."""
        # Each value is taken from the item as it was, before any is put.
        news = [(path.steps(scope.names), operand(scope) if operand else None) for path, operand in self.changes]
        item = copy.deepcopy(scope.item)
        for place, new in sorted(news, key=lambda pair: _last_first(pair[0])):
            put(item, place, new)
        return checked_size(item)


@lru_cache(maxsize=1024)
def read_update(expression: str) -> Update:
    """Return the update that a text says; raises Refused for none."""
    tokens, changes, seen = Tokens(expression), list[tuple[Path, Operand | None]](), set[str]()
    while clause := tokens.skip("SET", "REMOVE", "ADD"):
        if clause in seen:
            raise invalid(f"Invalid UpdateExpression: The {clause} section can only be used once")
        seen.add(clause)
        changes.append(_CLAUSES[clause](tokens))
        while tokens.skip(","):
            changes.append(_CLAUSES[clause](tokens))
    if tokens.next == "DELETE":
        raise NotImplementedError("sets")
    if tokens.next or not changes:
        raise tokens.error()
    return Update(tuple(changes), frozenset(tokens.used), tokens.kinds)


def _overlap(one: Steps, other: Steps) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _last_first(place: Steps) -> tuple[int, ...]:
    """Order removals from one list so that none moves what another means."""
    return tuple(-part for part in place if isinstance(part, int))


def _set(tokens: Tokens) -> tuple[Path, Operand | None]:
    path = Path.read(tokens)
    tokens.expect("=")
    first = tokens.next
    value = _operand(tokens)
    sign = tokens.skip("+", "-")
    if not sign:
        return path, value
    tokens.require(first, "N")
    tokens.require(tokens.next, "N")
    other = _operand(tokens)
    return path, lambda scope: _sum(value(scope), other(scope), 1 if sign == "+" else -1)


def _remove(tokens: Tokens) -> tuple[Path, Operand | None]:
    return Path.read(tokens), None


def _add(tokens: Tokens) -> tuple[Path, Operand | None]:
    path, name = Path.read(tokens), tokens.take()
    tokens.require(name, "N")
    return path, lambda scope: _sum(path.get(scope) or {"N": "0"}, scope.values[name], 1)


_CLAUSES = {"SET": _set, "REMOVE": _remove, "ADD": _add}


def _operand(tokens: Tokens) -> Operand:
    if tokens.next.startswith(":"):
        name = tokens.take()
        return lambda scope: scope.values[name]
    function = _FUNCTIONS.get(tokens.next)
    return function(tokens) if function else _there(Path.read(tokens))


def _if_not_exists(tokens: Tokens) -> Operand:
    tokens.take()
    tokens.expect("(")
    path = Path.read(tokens)
    tokens.expect(",")
    otherwise = _operand(tokens)
    tokens.expect(")")
    return lambda scope: path.get(scope) or otherwise(scope)


def _list_append(tokens: Tokens) -> Operand:
    tokens.take()
    tokens.expect("(")
    tokens.require(tokens.next, "L")
    first = _operand(tokens)
    tokens.expect(",")
    tokens.require(tokens.next, "L")
    second = _operand(tokens)
    tokens.expect(")")
    return lambda scope: _joined(first(scope), second(scope))


_FUNCTIONS: Mapping[str, Callable[[Tokens], Operand]] = {"if_not_exists": _if_not_exists, "list_append": _list_append}


def _there(path: Path) -> Operand:
    def operand(scope: Scope) -> Value:
        found = path.get(scope)
        if found is None:
            raise invalid("The provided expression refers to an attribute that does not exist in the item")
        return found

    return operand


def _sum(one: Value, other: Value, sign: int) -> Value:
    if "N" not in one or "N" not in other:
        raise invalid("An operand in the update expression has an incorrect data type")
    return stored({"N": str(Decimal(one["N"]) + sign * Decimal(other["N"]))})


def _joined(one: Value, other: Value) -> Value:
    if "L" not in one or "L" not in other:
        raise invalid("An operand in the update expression has an incorrect data type")
    return {"L": [*one["L"], *other["L"]]}
