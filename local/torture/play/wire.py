"""Requests and answers, as a game's client sees them."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

UNANSWERED = 0


@dataclass(frozen=True)
class Call:
    """One HTTP request; `route` is method and path, `body` is sent as it is, `is_signed` says that an operator did.

    By `name` it is known among those that are sent again.
    """

    route: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    is_signed: bool = False
    name: str = ""


@dataclass(frozen=True)
class Answer:
    """One HTTP response with its JSON, or UNANSWERED; `faults` is what went wrong on the way, where that is known."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """What an error says."""
        return str(self.body.get("message", ""))


Send = Callable[[Call], Answer]


def request(
    route: str, body: object = None, query: Mapping[str, object] | None = None, authorization: str = ""
) -> Call:
    """Return a request with a JSON body."""
    headers = {"authorization": authorization} if authorization else {}
    text = "" if body is None else json.dumps(body)
    return Call(route, urlencode(query or {}, doseq=True), headers, text)


def basic(user: str) -> str:
    """Return the authorization that shows a key as user name."""
    return "Basic " + base64.b64encode(f"{user}:".encode()).decode()


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says, without verifying it."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims
