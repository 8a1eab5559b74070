"""Nakama's edges between players, two rows a friendship, and how they come: both and both counts, or nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from local.moving.nakama import Row
from local.moving.players import CannotComeError, time_of
from symbolon.api.body import parse_json
from symbolon.api.validation import is_user_id
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import InvalidArgument
from symbolon.friends.capacity import counting, steps
from symbolon.friends.edges import edge_key, edge_keys
from symbolon.friends.friendship import State
from symbolon.identities.users import user_key
from symbolon.legacy.accounts import MAX_METADATA_BYTES

UNITS = 8
"""Write units that one takes: two edges and two users, twice each in a transaction."""

_POSSIBLE = {(0, 0), (1, 2), (2, 1), (3, None), (None, 3), (3, 3)}
_ATTEMPTS = 3


@dataclass
class Friendship:
    """Two players, the one with the lower id first, and what each one's row says of the other, None without a row."""

    users: tuple[str, str]
    states: list[int | None] = field(default_factory=lambda: [None, None])
    attributes: list[dict[str, str]] = field(default_factory=lambda: [{}, {}])

    @property
    def is_possible(self) -> bool:
        """Whether the two rows fit together."""
        return tuple(self.states) in _POSSIBLE


def friendships_of(rows: Iterable[Row]) -> dict[tuple[str, str], Friendship]:
    """Join the rows of `user_edge` by the two whom they are about; rows that cannot be read count as none."""
    found: dict[tuple[str, str], Friendship] = {}
    for row in rows:
        source, other = row["source_id"].lower(), row["destination_id"].lower()
        is_of_two = source != other and is_user_id(source) and is_user_id(other)
        if not is_of_two or row["state"] not in ("0", "1", "2", "3"):
            continue
        users = (min(source, other), max(source, other))
        friendship = found.setdefault(users, Friendship(users))
        side = users.index(source)
        friendship.states[side] = int(row["state"])
        friendship.attributes[side] = _attributes(row)
    return found


def _attributes(row: Row) -> dict[str, str]:
    try:
        update_time = time_of(row.get("update_time", ""))
    except CannotComeError:
        update_time = ""
    metadata = row.get("metadata", "")
    found = {"update_time": update_time or "1970-01-01T00:00:00Z", "metadata": metadata if _is_object(metadata) else ""}
    return {name: text for name, text in found.items() if text not in ("", "{}")}


def _is_object(metadata: str) -> bool:
    """Tell whether it is what metadata of friends is here, to which more is added later."""
    try:
        return len(metadata.encode()) <= MAX_METADATA_BYTES and isinstance(parse_json(metadata), dict)
    except InvalidArgument:
        return False


def missing(friendships: Iterable[Friendship]) -> Iterator[Friendship]:
    """Give those of at most 50 of which no edge is here yet, by one read."""
    asked = list(friendships)
    here = dynamodb.batch_get(at for one in asked for at in edge_keys(*one.users))
    return (one for one in asked if not any(at in here for at in edge_keys(*one.users)))


def befriend(friendship: Friendship) -> bool:
    """Write both edges and count both; return False when one of the two has no account here, or has an edge by now."""
    try:
        dynamodb.transact([*_edges(friendship), *(_user(user_id, friendship) for user_id in friendship.users)])
    except TransactionRefused:
        return False
    return True


def _edges(friendship: Friendship) -> Iterator[Write]:
    first, second = friendship.users
    for side, at in enumerate((edge_key(first, second), edge_key(second, first))):
        state = friendship.states[side]
        if state is None:
            yield Write("ConditionCheck", at, "attribute_not_exists(user_id)")
        else:
            item: Mapping[str, int | str] = {"state": state, **friendship.attributes[side]}
            yield Write("Put", at, "attribute_not_exists(user_id)", item=item)


def _user(user_id: str, friendship: Friendship) -> Write:
    """Count what comes; as many come as there were, so that no limit holds."""
    state = friendship.states[friendship.users.index(user_id)]
    return counting(user_key(user_id), steps(None, None if state is None else State(state)), None)
