"""How a change of friendships is written: one transaction over the edges and both users' items.

An edge's item is {user_id, friend_id, state, update_time, metadata}; metadata is JSON text, left out when it says
nothing. It is set by what makes or changes the edge, adds to what there is, and lasts as long as the edge.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from symbolon.aws.dynamodb import Item, Key, Write, key
from symbolon.errors import NotFound
from symbolon.friends.capacity import Capacity, counting, steps
from symbolon.friends.friendship import Pair, Rule, State
from symbolon.friends.metadata import merged
from symbolon.identities.users import timestamp, user_key

_EXISTS_NOT = "attribute_not_exists(user_id)"


class Wish(NamedTuple):
    """What a user wants of friendships: the rule for each, and the metadata of the edges that it makes or changes.

    That is a JSON object as text, of the user's own edges or, of those that are `mutual`, of both users'. A wish that
    makes edges has a `capacity`; None is no limit.
    """

    user_id: str
    rule: Rule
    metadata: str = ""
    mutual: bool = False
    capacity: Capacity | None = None


class Change(NamedTuple):
    """What a wish makes of one friendship."""

    wish: Wish
    friend_id: str
    before: Pair
    after: Pair
    known: tuple[str, str] = ("", "")

    @classmethod
    def of(cls, wish: Wish, friend_id: str, items: Mapping[Key, Item]) -> Self:
        """Return what the wish makes of a friendship whose edges are among the items."""
        found = [items.get(at) for at in edge_keys(wish.user_id, friend_id)]
        before = Pair(*(State(item["state"]) if item else None for item in found))
        own, other = (item.get("metadata", "") if item else "" for item in found)
        return cls(wish, friend_id, before, wish.rule(before), (own, other))

    @property
    def makes_edges(self) -> bool:
        """Whether there will be an edge where there is none."""
        return any(was is None and becomes is not None for was, becomes in zip(self.before, self.after, strict=True))

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """By how much the counts of both users change, see `capacity`."""
        return {
            self.wish.user_id: steps(self.before.own, self.after.own),
            self.friend_id: steps(self.before.other, self.after.other),
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
    wish, places = change.wish, edge_keys(change.wish.user_id, change.friend_id)
    added = (wish.metadata, wish.metadata if wish.mutual else "")
    steps = [_Step(*step) for step in zip(places, change.before, change.after, change.known, added, strict=True)]
    return [(step.at, step.write(now)) for step in steps]


class _Step(NamedTuple):
    """What becomes of one edge: its state, and its metadata, which was `known` and gets `added`."""

    at: Key
    was: State | None
    becomes: State | None
    known: str
    added: str

    def write(self, now: str) -> Write:
        """Write the edge; one that does not change is a condition, or two reads of different times could meet."""
        names = {} if self.was is None else {"#state": "state"}
        values: dict[str, str | int] = {} if self.was is None else {":was": int(self.was)}
        condition = _EXISTS_NOT if self.was is None else "#state = :was"
        if self.was == self.becomes:
            return Write("ConditionCheck", self.at, condition, names=names, values=values)
        if self.becomes is None:
            return Write("Delete", self.at, condition, names=names, values=values)
        if self.was is not None:  # what is written again must be what was read
            condition += " AND metadata = :known" if self.known else " AND attribute_not_exists(metadata)"
            values |= {":known": self.known} if self.known else {}
        metadata = merged(self.known, self.added)
        item = {"state": int(self.becomes), "update_time": now} | ({"metadata": metadata} if metadata else {})
        return Write("Put", self.at, condition, names=names, values=values, item=item)


def _users(changes: Sequence[Change], gone: Collection[Key]) -> dict[Key, Write]:
    """Count what lists hold, and insist on users who get an edge; a user who is gone has no counts to keep."""
    counts: dict[str, Counter[str]] = {}
    needed: set[str] = set()
    for change in changes:
        for user_id, by in change.counts.items():
            counts.setdefault(user_id, Counter()).update(by)
        needed |= change.counts.keys() if change.makes_edges else set()
    concerned = {user_key(user_id): by for user_id, by in counts.items() if any(by.values()) or user_id in needed}
    capacity = changes[0].wish.capacity if changes else None
    return {at: counting(at, by, capacity) for at, by in concerned.items() if at not in gone}
