"""What all players share: the service, as it can be asked from outside, and what they know of each other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from local.torture.judge.history import History
from local.torture.play.board import IDENTITIES, Board, Identity
from local.torture.play.wire import Answer, Call

if TYPE_CHECKING:
    from local.torture.play.turn import Turn

Event = tuple[str, Mapping[str, Any]]
"""An invocation that waits: the function, and its event."""


class Letter(NamedTuple):
    """A letter in somebody's mailbox: to an address, with a subject, and the code in it, "" where there is none."""

    address: str
    subject: str
    code: str


def _nothing() -> Sequence[Any]:
    return ()


def _silent(_turn: "Turn") -> bool:
    return False


def _nobody() -> int:
    return 0


def _in_vain(_turn: "Turn", _event: Event) -> None:
    raise NotImplementedError


@dataclass(frozen=True)
class Surroundings:
    """What all players share: the service, the studio's keys, and the time.

    `focus` is how often they meet at the same account. `letters` are those that were mailed, `waiting` the invocations
    that nobody has served, one of which `serve` serves; where nobody stands in for mail there are none. `follow` has
    some of the `untold` changes told to the bus, where there is one, and says whether they were.
    """

    send: Callable[["Turn", Call], Answer]
    board: Board
    history: History
    server_key: str
    http_key: str
    partner: tuple[str, str]
    routes: tuple[str, ...]
    focus: float
    now: Callable[[], float]
    wait: Callable[[float], None]
    identities: Sequence[Identity] = IDENTITIES
    letters: Callable[[], Sequence[Letter]] = _nothing
    waiting: Callable[[], Sequence[Event]] = _nothing
    serve: Callable[["Turn", Event], None] = _in_vain
    follow: Callable[["Turn"], bool] = _silent
    untold: Callable[[], int] = _nobody
