"""What two users are to each other, and what becomes of it when one of them wishes something. Nothing is stored here.

Each of the two has an edge to the other, or none. Together they are one of: nothing, an invite and its mirror image,
friends, or blocks by one or both. Every rule gives one of these, whatever pair it is shown.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple


class State(IntEnum):
    """What an edge says, as Nakama numbers it."""

    FRIEND = 0
    INVITE_SENT = 1
    INVITE_RECEIVED = 2
    BLOCKED = 3


class Pair(NamedTuple):
    """The edges of two users to each other: of the one who wishes, and of the other."""

    own: State | None
    other: State | None


Rule = Callable[[Pair], Pair]

NOTHING = Pair(None, None)
FRIENDS = Pair(State.FRIEND, State.FRIEND)
_INVITED = Pair(State.INVITE_SENT, State.INVITE_RECEIVED)


def invite(pair: Pair) -> Pair:
    """Ask for friendship, or accept it where the other one has asked; a block on either side lets neither happen."""
    if State.BLOCKED in pair:
        return pair
    return FRIENDS if pair.other in (State.INVITE_SENT, State.FRIEND) else _INVITED


def befriend(pair: Pair) -> Pair:
    """Be friends without asking, as people who are friends elsewhere; a block stays."""
    return pair if State.BLOCKED in pair else FRIENDS


def block(pair: Pair) -> Pair:
    """Have nothing to do with the other, who may have blocked as well."""
    return Pair(State.BLOCKED, _block_in(pair.other))


def remove(pair: Pair) -> Pair:
    """End what there is: friendship, invite or one's own block; the other's block is not one's own to lift."""
    return Pair(None, _block_in(pair.other))


def start_over(pair: Pair) -> Pair:
    """End friendship or invite, and keep blocks."""
    return pair if pair.own is State.BLOCKED else remove(pair)


def forget(_pair: Pair) -> Pair:
    """Leave no trace: one of the two is gone."""
    return NOTHING


def _block_in(state: State | None) -> State | None:
    return state if state is State.BLOCKED else None
