"""What becomes of the edges of a friendship whose one user is merged into another account. Nothing is stored here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symbolon.aws.dynamodb import Item, Key, Write
from symbolon.friends.capacity import steps
from symbolon.friends.edges import edge_keys
from symbolon.friends.friendship import FRIENDS, NOTHING, Pair, State
from symbolon.friends.metadata import merged
from symbolon.identities.users import user_key


@dataclass(frozen=True)
class Edge:
    """What becomes of one edge, for what it was."""

    at: Key
    was: Item | None
    becomes: Item | None

    def write(self) -> Write:
        """Write it, on the condition that the edge is as it was."""
        if self.was is None:
            condition, names, values = "attribute_not_exists(user_id)", {}, {}
        else:
            known: dict[str, Any] = {":known": self.was["metadata"]} if "metadata" in self.was else {}
            condition = "metadata = :known" if known else "attribute_not_exists(metadata)"
            condition, names = f"#state = :was AND {condition}", {"#state": "state"}
            values = {":was": self.was["state"], **known}
        action = "Put" if self.becomes else "Delete" if self.was else "ConditionCheck"
        return Write(action, self.at, condition, names=names, values=values, item=self.becomes or {})

    @property
    def steps(self) -> dict[str, int]:
        """By how much it changes each count of its owner."""
        return steps(_state(self.was), _state(self.becomes))


@dataclass(frozen=True)
class Way:
    """The way that friendships take: from one account to another, `back` where a merge is undone."""

    source: str
    target: str
    back: bool

    def concerns(self, edge: Item) -> bool:
        """Tell whether an edge of the source goes this way."""
        return not self.back or edge.get("moved", {}).get("from") == self.target

    def edges(self, friend_id: str, items: Mapping[Key, Item], gone: Collection[Key]) -> list[Edge]:
        """Return what becomes of the four edges between the friend and both accounts."""
        if friend_id == self.target:
            return [Edge(at, items.get(at), None) for at in edge_keys(self.source, self.target)]
        places = (*edge_keys(self.source, friend_id), *edge_keys(self.target, friend_id))
        found = [items.get(at) for at in places]
        if user_key(friend_id) in gone:
            become: Sequence[Item | None] = [None] * len(places)
        else:
            become = _returned(found) if self.back else self._moved(found)
        return [Edge(*one) for one in zip(places, found, become, strict=True)]

    def _moved(self, found: Sequence[Item | None]) -> list[Item | None]:
        own, other, own_there, other_there = found
        before = Pair(_state(own_there), _state(other_there))
        moving = Pair(_state(own), _state(other))
        after = combined(before, moving)
        states = {"own": moving.own, "other": moving.other, "own_before": before.own, "other_before": before.other}
        trace = {"from": self.source, **{name: int(state) for name, state in states.items() if state is not None}}
        return [None, None, _item(after.own, own, own_there, {"moved": trace}), _item(after.other, other, other_there)]


def combined(there: Pair, moved: Pair) -> Pair:
    """Return what two users are to each other where one of them had two accounts; a block on either side stays."""
    if State.BLOCKED in (*there, *moved):
        own, other = (State.BLOCKED in sides for sides in zip(there, moved, strict=True))
        return Pair(State.BLOCKED if own else None, State.BLOCKED if other else None)
    if NOTHING in (there, moved) or there == moved:
        return moved if there == NOTHING else there
    return FRIENDS  # friends by one account, or asked by one what the other was asked


def _returned(found: Sequence[Item | None]) -> list[Item | None]:
    own, other, _, other_there = found
    moved = (own or {}).get("moved", {})
    states = {name: State(moved[name]) if name in moved else None for name in ("own", "own_before", "other_before")}
    other_state = State(moved["other"]) if "other" in moved else _state(other_there)
    return [
        _item(states["own_before"], None, own),
        _item(states["other_before"], None, other),
        _item(states["own"], None, own),
        _item(other_state, None, other_there or other),
    ]


def _item(
    state: State | None, known: Item | None, preferred: Item | None, more: Mapping[str, Any] | None = None
) -> Item | None:
    """Return an edge's attributes besides its key, None for no edge; `preferred` decides where both say something."""
    if state is None:
        return None
    one, two = known or {}, preferred or {}
    metadata = merged(one.get("metadata", ""), two.get("metadata", ""))
    time = (two or one)["update_time"]
    return {"state": int(state), "update_time": time, **({"metadata": metadata} if metadata else {}), **(more or {})}


def _state(item: Item | None) -> State | None:
    return State(item["state"]) if item else None
