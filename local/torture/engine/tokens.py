"""The words of DynamoDB's expressions, and what a request says that they stand for.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from local.torture.engine.errors import invalid
from local.torture.engine.values import Item, Value, stored

MAX_EXPRESSION_BYTES = 4096

_RESERVED = frozenset((Path(__file__).with_name("reserved.txt")).read_text().split())
_TOKEN = re.compile(r"\s*(?:([#:]?[A-Za-z0-9_]+)|(<>|<=|>=|[=<>(),.\[\]+-]))")
_KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"})


@dataclass(frozen=True)
class Scope:
    """What an expression is evaluated over: an item, {} where there is none, and what names and values stand for."""

    item: Item
    names: Mapping[str, str]
    values: Mapping[str, Value]


class Tokens:
    """An expression's words, one after the other.

    `used` has the placeholders that were met, and `kinds` the types that some of the values must be of.
    """

    def __init__(self, expression: str) -> None:
        """Take the text apart; raises Refused where it is no expression."""
        if len(expression.encode()) > MAX_EXPRESSION_BYTES:
            raise invalid("Expression size has exceeded the maximum allowed size")
        self._words = list(_split(expression))
        self._at = 0
        self.used: set[str] = set()
        self.kinds: dict[str, tuple[str, ...]] = {}

    @property
    def next(self) -> str:
        """The next word, "" at the end; a keyword is in capitals, however it was written."""
        word = self._words[self._at] if self._at < len(self._words) else ""
        return word.upper() if word.upper() in _KEYWORDS else word

    def skip(self, *wanted: str) -> str:
        """Step over the next word where it is one of these, and return it, "" where it is another."""
        word = self.next
        if word not in wanted or not word:
            return ""
        self._at += 1
        return word

    def expect(self, wanted: str) -> None:
        """Step over the next word, which must be this one."""
        if not self.skip(wanted):
            raise self.error()

    def take(self) -> str:
        """Step over the next word, whatever it is, and return it."""
        word = self.next
        self._at += 1
        if word[:1] in "#:":
            self.used.add(word)
        return word

    def error(self) -> Exception:
        """Return what to raise where another word was expected."""
        return invalid(f'Invalid expression: Syntax error; token: "{self.next or "<EOF>"}"')

    def require(self, word: str, *kinds: str) -> None:
        """Note that a word, if it is a value's placeholder, must stand for one of these types."""
        if word.startswith(":"):
            self.kinds[word] = kinds

    def take_name(self) -> str:
        """Step over an attribute's name or the placeholder for one; raises Refused for a reserved word."""
        word = self.next
        if not re.fullmatch(r"#\w+|[A-Za-z_]\w*", word) or word in _KEYWORDS:
            raise self.error()
        if word.upper() in _RESERVED:
            raise invalid(f"Invalid expression: Attribute name is a reserved keyword; reserved keyword: {word}")
        return self.take()


class Expression(Protocol):
    """A condition or an update that was read."""

    @property
    def used(self) -> frozenset[str]:
        """The placeholders in it."""

    @property
    def kinds(self) -> Mapping[str, tuple[str, ...]]:
        """Of which types values must be."""


def placeholders(
    arguments: Mapping[str, Any], expressions: Collection[Expression]
) -> tuple[Mapping[str, str], Mapping[str, Value]]:
    """Return what a request's names and values stand for; raises Refused unless they are those that were used."""
    names, values = (arguments.get(f"ExpressionAttribute{kind}") for kind in ("Names", "Values"))
    for kind, given in (("Names", names), ("Values", values)):
        if given is not None and not given:
            raise invalid(f"ExpressionAttribute{kind} must not be empty")
    given, wanted = {*(names or ()), *(values or ())}, {word for one in expressions for word in one.used}
    if missing := wanted - given:
        raise invalid(f"An expression attribute name or value used in expression is not defined: {sorted(missing)}")
    if unused := given - wanted:
        raise invalid(f"Value provided in ExpressionAttributeNames or Values unused in expressions: {sorted(unused)}")
    known = {name: stored(value) for name, value in (values or {}).items()}
    if any(not known[word].keys() & kinds for one in expressions for word, kinds in one.kinds.items()):
        raise invalid("Incorrect operand type for operator or function")
    return names or {}, known


def _split(expression: str) -> Iterator[str]:
    at = 0
    text = expression.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise invalid(f'Invalid expression: Syntax error; token: "{text[at]}"')
        yield found[1] or found[2]
        at = found.end()
