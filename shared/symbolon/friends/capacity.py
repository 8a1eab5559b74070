"""How many entries a user's list may have: counted on the user's item, by the transaction that changes them.

A list holds friends, invites both ways, and blocks. What others put into it, their invites, is counted apart, so that
nobody can fill somebody else's. Items from before there were counts count from then on.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple, Self

from symbolon.aws.dynamodb import Key, Write
from symbolon.friends.friendship import State
from symbolon.identities.presence import THERE

if TYPE_CHECKING:
    from symbolon.settings.limits import Limits

COUNTED: Mapping[str, Collection[State]] = {
    "edge_count": {State.FRIEND},
    "entries": {State.FRIEND, State.INVITE_SENT, State.BLOCKED},
    "invites_sent": {State.INVITE_SENT},
    "invites_received": {State.INVITE_RECEIVED},
}
"""The counts, and the states of the edges that each is of."""

_LIMITED = COUNTED.keys() - {"edge_count"}
OWN_FULL = {
    "entries": "You have too many friends, invites and blocks; remove some first.",
    "invites_sent": "You have too many invites that nobody has answered; wait for answers, or take some back.",
}
THEIR_FULL = {
    "entries": "The list of a user whom you name is full.",
    "invites_received": "A user whom you name has too many invites to answer.",
}


class Capacity(NamedTuple):
    """The most that a list may have of each kind."""

    entries: int
    invites_sent: int
    invites_received: int

    @classmethod
    def of(cls, limits: "Limits") -> Self:
        """Return what the settings say."""
        return cls(limits.account_entries, limits.account_open_invites, limits.account_received_invites)


def steps(was: State | None, becomes: State | None) -> dict[str, int]:
    """Return by how much an edge that changes changes each count of its owner."""
    return {name: (becomes in states) - (was in states) for name, states in COUNTED.items()}


def counting(at: Key, by: Mapping[str, int], capacity: Capacity | None) -> Write:
    """Return the write that counts on a user's item, provided that the user exists and has room, None for any number.

    What does not grow always has room.
    """
    changed = {name: step for name, step in by.items() if step}
    if not changed:
        return Write("ConditionCheck", at, THERE)
    grows = [name for name, step in changed.items() if capacity and step > 0 and name in _LIMITED]
    room = {name: int(getattr(capacity, name)) - changed[name] for name in grows}
    conditions = [THERE, *(_has_room(name, most) for name, most in room.items())]
    values = {f":{name}": step for name, step in changed.items()}
    values |= {f":room_{name}": most for name, most in room.items()}
    update = "ADD " + ", ".join(f"{name} :{name}" for name in changed)
    return Write("Update", at, " AND ".join(conditions), update, values=values)


def _has_room(name: str, most: int) -> str:
    """Return the condition that the count is at most `most`, where one that is not there is 0."""
    return f"{name} <= :room_{name}" if most < 0 else f"(attribute_not_exists({name}) OR {name} <= :room_{name})"
