"""Two accounts are to each other what both see, and only accounts are friends."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from local.audit.checks.merges import end_of
from local.audit.findings import Check, Finding, lacking, read
from symbolon.aws.dynamodb import Item, Key
from symbolon.friends import friends
from symbolon.friends.edges import Wish, edge_key
from symbolon.friends.friendship import FRIENDS, Pair, State, forget
from symbolon.identities.users import user_key

_BLOCKED = State.BLOCKED
_WHOLE = frozenset(
    {
        FRIENDS,
        Pair(State.INVITE_SENT, State.INVITE_RECEIVED),
        Pair(State.INVITE_RECEIVED, State.INVITE_SENT),
        Pair(_BLOCKED, None),
        Pair(_BLOCKED, _BLOCKED),
    }
)
"""What two accounts can be to each other, seen from one who has an edge."""


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of friends that break the promise; of two that disagree, the lesser one does."""
    mirrored = read([edge_key(item["friend_id"], item["user_id"]) for item in items])
    mirrored = {at: edge for at, edge in mirrored.items() if not lacking("FRIENDS_TABLE", edge)}
    users = read([user_key(item[end]) for item in items for end in ("user_id", "friend_id")])
    merged = {at for at, user in users.items() if "merged_into" in user and end_of(user, users)}
    for item in items:
        mirror = mirrored.get(edge_key(item["friend_id"], item["user_id"]))
        both = {user_key(item["user_id"]), user_key(item["friend_id"])}
        if (mirror and item["friend_id"] < item["user_id"]) or both & merged:
            continue  # of one of two; and what a merge has on its way is looked at when it has come
        if both - users.keys() or any("merged_into" in users[at] for at in both):  # the end of that merge is gone
            if not _is_lone_block(item, mirror, users):
                yield _with_nobody(item)
        elif Pair(State(item["state"]), State(mirror["state"]) if mirror else None) not in _WHOLE:
            yield _half(item)


def only_blocks(pair: Pair) -> Pair:
    """End whatever there is but blocks."""
    return Pair(*(state if state is _BLOCKED else None for state in pair))


def _is_lone_block(item: Item, mirror: Item | None, users: Mapping[Key, Item]) -> bool:
    """Tell whether it blocks somebody who is gone and never saw it: it goes with the next look at the list."""
    return item["state"] == _BLOCKED and mirror is None and user_key(item["user_id"]) in users


def _with_nobody(item: Item) -> Finding:
    return Finding(
        edge_key(item["user_id"], item["friend_id"]),
        item["user_id"],
        f"a friendship with {item['friend_id']}, of whom one is gone",
        "None that is seen: lists leave it out. It is what remains of a deleted account.",
        partial(friends.change, Wish(item["user_id"], forget), [item["friend_id"]]),
        is_residue=True,
    )


def _half(item: Item) -> Finding:
    return Finding(
        edge_key(item["user_id"], item["friend_id"]),
        item["user_id"],
        f"a friendship with {item['friend_id']} that the two see differently",
        "One has the other in the list, and not the other way round. Mended, it ends, and either may invite again.",
        partial(friends.change, Wish(item["user_id"], only_blocks), [item["friend_id"]]),
    )


CHECK = Check("Two accounts are to each other what both see, and only accounts are friends.", "FRIENDS_TABLE", look)
