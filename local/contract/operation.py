"""What is said of one operation besides its route, and of one way in which it fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
Content = Mapping[str, Schema]
"""Schemas by media type."""

JSON, FORM, HTML = "application/json", "application/x-www-form-urlencoded", "text/html; charset=utf-8"
NOTHING: Schema = {"$ref": "#/components/schemas/Nothing"}


@dataclass(frozen=True)
class Problem:
    """One way to fail: HTTP status, gRPC or OAuth code, and the message, in which {} stands for what varies."""

    status: int
    code: int | str
    message: str


@dataclass(frozen=True)
class Operation:
    """One operation; `security` has the names of alternative schemes, of which "a+b" is both together.

    `query` and `headers` are schemas by name, `problems` is every error but those that all operations have. `event` is
    the sample event in events/ that shows it; `answer` is the schema of what 200 brings, by media type.
    """

    tag: str
    summary: str
    security: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    query: Mapping[str, Schema] = field(default_factory=dict)
    headers: Mapping[str, Schema] = field(default_factory=dict)
    body: Content = field(default_factory=dict)
    answer: Content = field(default_factory=lambda: {JSON: NOTHING})
    event: str = ""
    errors: str = "Error"
    more: Mapping[str, Any] = field(default_factory=dict)


def ref(name: str) -> Schema:
    """Give a reference to a schema of the document's components."""
    return {"$ref": f"#/components/schemas/{name}"}


def problems(status: int, code: int | str, *messages: str) -> tuple[Problem, ...]:
    """Give the problems that have these in common."""
    return tuple(Problem(status, code, message) for message in messages)


def invalid(*messages: str) -> tuple[Problem, ...]:
    """Give what is malformed."""
    return problems(400, 3, *messages)


def unmet(*messages: str) -> tuple[Problem, ...]:
    """Give what is not set up, or not in the state for it."""
    return problems(400, 9, *messages)


def refused(*messages: str) -> tuple[Problem, ...]:
    """Give keys, tokens and credentials that are missing or wrong."""
    return problems(401, 16, *messages)


def forbidden(*messages: str) -> tuple[Problem, ...]:
    """Give what the caller may not do."""
    return problems(403, 7, *messages)


def missing(*messages: str) -> tuple[Problem, ...]:
    """Give what does not exist."""
    return problems(404, 5, *messages)


def taken(*messages: str) -> tuple[Problem, ...]:
    """Give what belongs to another account."""
    return problems(409, 6, *messages)


def full(*messages: str) -> tuple[Problem, ...]:
    """Give places that are taken, for as long as nobody gives one back."""
    return problems(429, 8, *messages)


def too_many(*messages: str) -> tuple[Problem, ...]:
    """Give limits on how often; the message says when to come back, as `Retry-After` does."""
    return problems(429, 8, *(f"{message} Try again in {{}}." for message in messages))


def unavailable(*messages: str) -> tuple[Problem, ...]:
    """Give what is down or too busy."""
    return problems(503, 14, *messages)
