"""What is asked of a provider, and what it answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symbolon.errors import Unavailable

MAX_ANSWER_BYTES = 64 * 1024


class NonsenseAnswer(Exception):
    """The provider answered something that is no answer to the request."""


@dataclass(frozen=True)
class Call:
    """A request to a provider: with a `form` it is a POST, else a GET; the answer may have `most` bytes."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    most: int = MAX_ANSWER_BYTES


@dataclass(frozen=True)
class Answer:
    """A provider's answer: its status, headers by lower-case name, and body, of at most the allowed size."""

    provider: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object; raises Unavailable when it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise self.nonsense() from error
        if not isinstance(value, dict):
            raise self.nonsense() from NonsenseAnswer()
        return value

    def nonsense(self) -> Unavailable:
        """Return the error to raise for an answer that is none."""
        return unavailable(self.provider)


def unavailable(provider: str) -> Unavailable:
    """Return the error that says that the provider cannot be asked, by its name and nothing else."""
    return Unavailable(f"{provider} is not available at the moment.")
