"""The verdict on a history: which things no order explains."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import chain

from local.torture.judge.friendships import Friendship
from local.torture.judge.history import History, Moment, Operation, unsure
from local.torture.judge.order import is_explained

LOST, DOUBLE, BROKEN = "lost", "double", "5xx"
LEFT_ALONE = " is not available at the moment."
"""What is said of a provider, also while it is not asked because others have waited in vain."""

START = ""
"""The state that every thing begins in: nobody's, empty, apart."""


@dataclass(frozen=True)
class Violation:
    """Something that must not be: LOST, DOUBLE or BROKEN, and what it is."""

    kind: str
    says: str


def violations(history: History) -> Iterator[Violation]:
    """Yield what is wrong with a history."""
    yield from _broken(history)
    yield from (Violation(LOST, f"did not get through: {says}") for says in history.stuck)
    for thing, moments in _things(history):
        if not is_explained(moments, START):
            yield Violation(_kind(moments), "\n  ".join([f"{thing}: no order explains", *map(str, moments)]))


def _kind(moments: Sequence[Moment]) -> str:
    """Tell what is wrong: what was acknowledged excludes each other by itself, or something of it cannot be seen."""
    return LOST if is_explained([moment for moment in moments if moment.effect.writes], START) else DOUBLE


def _broken(history: History) -> Iterator[Violation]:
    """Yield the answers that no injected fault explains: 500 never is, and 503 is where something went wrong."""
    for operation in history.operations:
        is_left_alone = history.outages and operation.outcome.endswith(LEFT_ALONE)
        is_explained_503 = operation.status == 503 and (operation.faults or is_left_alone)  # noqa: PLR2004 (HTTP's)
        if operation.status >= 500 and not is_explained_503:  # noqa: PLR2004 (HTTP's)
            says = f"player {operation.player}, {operation.name}: {operation.status} {operation.outcome}"
            yield Violation(BROKEN, f"{says}, after {operation.faults or 'nothing'} went wrong")


def _things(history: History) -> Iterator[tuple[str, list[Moment]]]:
    """Yield the effects on each thing, with what the end of an account means for its friendships."""
    for thing, moments in history.things().items():
        partings = []
        if thing.startswith("friendship "):
            both = thing.split()[1:]
            partings = [_parting(operation, both) for operation in history.operations if operation.goes in both]
        yield thing, [*moments, *chain.from_iterable(partings), *_perhaps(history, thing)]


def _perhaps(history: History, thing: str) -> Iterator[Moment]:
    """Yield what may have been done to the thing by operations that did not know of it."""
    kind = thing.partition(" ")[0]
    for operation in history.operations:
        if kind in operation.everywhere:
            yield from (Moment(operation, effect) for effect in unsure(operation.everywhere[kind](thing)))


def _parting(operation: Operation, both: Sequence[str]) -> list[Moment]:
    [other] = [user_id for user_id in both if user_id != operation.goes]
    friendship = Friendship(operation.goes, other)
    lost = replace(friendship.lost(), certain=operation.status == HTTPStatus.OK)
    return [Moment(operation, friendship.forgotten()), Moment(operation, lost)]
