"""How a change of friendships is written: one transaction over the edges and both users' items.

An edge's item is {user_id, friend_id, state, update_time, metadata}; metadata is JSON text, left out when it says
nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from symbolon.aws.dynamodb import Item, Key, Write, key
from symbolon.errors import NotFound
from symbolon.friends.friendship import Pair, Rule, State
from symbolon.identities.users import timestamp, user_key

_EXISTS = "attribute_exists(user_id)"
_EXISTS_NOT = "attribute_not_exists(user_id)"


@dataclass(frozen=True)
class Wish:
    """What a user wants of friendships: the rule for each, and the metadata (JSON) of the edges that it makes."""

    user_id: str
    rule: Rule
    metadata: str = ""


@dataclass(frozen=True)
class Change:
    """What a wish makes of one friendship."""

    wish: Wish
    friend_id: str
    before: Pair
    after: Pair

    @classmethod
    def of(cls, wish: Wish, friend_id: str, items: Mapping[Key, Item]) -> Self:
        """Return what the wish makes of a friendship whose edges are among the items."""
        found = [items.get(at) for at in edge_keys(wish.user_id, friend_id)]
        before = Pair(*(State(item["state"]) if item else None for item in found))
        return cls(wish, friend_id, before, wish.rule(before))

    @property
    def makes_edges(self) -> bool:
        """Whether there will be an edge where there is none."""
        return any(was is None and becomes is not None for was, becomes in zip(self.before, self.after, strict=True))

    @property
    def counts(self) -> dict[str, int]:
        """By how much the number of friends changes, for both users."""
        return {
            self.wish.user_id: (self.after.own is State.FRIEND) - (self.before.own is State.FRIEND),
            self.friend_id: (self.after.other is State.FRIEND) - (self.before.other is State.FRIEND),
        }


def edge_keys(user_id: str, friend_id: str) -> tuple[Key, Key]:
    """Return the keys of the edges between two users, the first one's own first."""
    return edge_key(user_id, friend_id), edge_key(friend_id, user_id)


def edge_key(user_id: str, friend_id: str) -> Key:
    """Return the key of the edge from one user to another."""
    return key("FRIENDS_TABLE", user_id=user_id, friend_id=friend_id)


def writes(changes: Iterable[Change], gone: Collection[Key]) -> dict[Key, Write]:
    """Return the transaction that makes the changes, nothing when there is nothing to do.

    `gone` has the keys of items that turned out not to exist: a user among them gets no new edge. Raises NotFound when
    that is the one who wishes.
    """
    done = [change for change in changes if change.before != change.after]
    if any(change.makes_edges and user_key(change.wish.user_id) in gone for change in done):
        raise NotFound("Account not found.")
    done = [change for change in done if not (change.makes_edges and user_key(change.friend_id) in gone)]
    now = timestamp()
    return {at: write for change in done for at, write in _edges(change, now)} | _users(done, gone)


def _edges(change: Change, now: str) -> list[tuple[Key, Write]]:
    attributes = {"update_time": now} | ({"metadata": change.wish.metadata} if change.wish.metadata else {})
    places = edge_keys(change.wish.user_id, change.friend_id)
    steps = zip(places, change.before, change.after, strict=True)
    return [(at, _edge(at, was, becomes, attributes)) for at, was, becomes in steps]


def _edge(at: Key, was: State | None, becomes: State | None, attributes: Mapping[str, Any]) -> Write:
    """Write an edge; one that does not change is a condition, or two reads that saw different times could meet."""
    names = {} if was is None else {"#state": "state"}
    values = {} if was is None else {":was": int(was)}
    condition = _EXISTS_NOT if was is None else "#state = :was"
    if was == becomes:
        return Write("ConditionCheck", at, condition, names=names, values=values)
    if becomes is None:
        return Write("Delete", at, condition, names=names, values=values)
    return Write("Put", at, condition, names=names, values=values, item={"state": int(becomes), **attributes})


def _users(changes: Sequence[Change], gone: Collection[Key]) -> dict[Key, Write]:
    """Count friends, and insist on users who get an edge; a user who is gone has no count to keep."""
    counts: dict[str, int] = {}
    needed: set[str] = set()
    for change in changes:
        for user_id, step in change.counts.items():
            counts[user_id] = counts.get(user_id, 0) + step
        needed |= change.counts.keys() if change.makes_edges else set()
    concerned = {user_key(user_id): step for user_id, step in counts.items() if step or user_id in needed}
    return {at: _user(at, step) for at, step in concerned.items() if at not in gone}


def _user(at: Key, step: int) -> Write:
    if not step:
        return Write("ConditionCheck", at, _EXISTS)
    return Write("Update", at, _EXISTS, "ADD edge_count :step", values={":step": step})
