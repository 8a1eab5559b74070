"""What the console shows is one of these: the development server, or a deployed stack. Each says how it is asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from local.admin_api import Api
from local.console.spans import Span

Letters = Callable[[], list[dict[str, Any]]]


@dataclass(frozen=True)
class Counts:
    """What was counted in the parts of a span of time, the oldest first; `start` is in seconds since 1970.

    `sign_ins` that succeeded by provider, new `accounts`, `failures` by kind of error, and `operations` in all by the
    names that `local.prices` has for them.
    """

    span: Span
    start: int
    sign_ins: Mapping[str, Sequence[int]]
    accounts: Sequence[int]
    failures: Mapping[str, Sequence[int]]
    operations: Mapping[str, int]


@dataclass(frozen=True)
class Exchange:
    """A request that was answered: `line` is what its function logged of it, "" where there is nothing."""

    id: str
    time: float
    method: str
    path: str
    status: int
    duration_ms: float
    fields: Mapping[str, Any] = field(default_factory=dict)
    line: str = ""


class Requests(Protocol):
    """The latest requests to the service."""

    @property
    def every_seconds(self) -> int:
        """How often it may be asked."""

    def latest(self, most: int) -> list[Exchange]:
        """Give the latest exchanges, the newest first; raises StartError where they cannot be had."""

    def of_player(self, user_id: str, most: int) -> list[Exchange]:
        """Give the latest of one player, as far back as they are kept; raises as `latest` does."""

    def one(self, exchange_id: str) -> Exchange | None:
        """Give one of them, with its line; None where it is not known any more. Raises StartError."""


class Setup(Protocol):
    """How the service is set up."""

    def state(self, place: str) -> str:
        """Say how the setting at the place is: "set", "missing", or "unknown" where nobody here can see it."""

    def settings(self) -> list["Setting"]:
        """Give all that is set, without secrets."""


@dataclass(frozen=True)
class Setting:
    """A setting: its name, what it is, and what that means."""

    name: str
    value: str
    meaning: str = ""


@dataclass(frozen=True)
class Service:
    """A service: what it is called, where clients reach it, and whom to ask for each thing.

    `letters` is None where letters go to people and not to a mailbox, `events` where none are told on this machine;
    `server_key` is "" where it is not known.
    """

    name: str
    url: str
    is_local: bool
    facts: Mapping[str, str]
    api: Api
    counts: Callable[[Span], Counts]
    requests: Requests
    setup: Setup
    letters: Letters | None = None
    events: Letters | None = None
    server_key: str = ""
