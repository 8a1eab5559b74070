"""Friendships: changed by wishes, listed page by page, forgotten with an account.

Both edges and both users' number of friends change in one transaction, on the condition that the edges are as they were
read and that the users exist. So of two changes that meet, the second is made from the outcome of the first, and
`edge_count` stays the number of friends.
"""

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import NamedTuple, TypeVar

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, TransactionRefused, key
from symbolon.aws.queries import query
from symbolon.errors import ResourceExhausted, Unavailable
from symbolon.friends.capacity import OWN_FULL, THEIR_FULL
from symbolon.friends.edges import Change, Wish, edge_key, edge_keys, writes
from symbolon.friends.friendship import forget
from symbolon.identities.users import User, user_key

Thing = TypeVar("Thing")

BATCH = 100
"""Items that DynamoDB takes at once, to read as well as to write."""

MOST_AT_ONCE = (BATCH - 1) // 3  # the user's own item, and for each friendship two edges and the other user's item
_ATTEMPTS = 6
_ATTEMPTS_AT_ONCE = 2
_PAGE = 1000


class Friend(NamedTuple):
    """One entry of a user's list: the other user and what the own edge says, `metadata` being JSON text."""

    user: User
    state: int
    update_time: str
    metadata: str


class ListFull(ResourceExhausted):
    """A list has no room for another entry: that of who wishes (`is_own`), or of the other user."""

    def __init__(self, message: str, *, is_own: bool) -> None:
        super().__init__(message)
        self.is_own = is_own


def change(wish: Wish, friend_ids: Iterable[str], known: Mapping[Key, Item] | None = None) -> None:
    """Make the wish come true for the friendships with these users; users that do not exist get no edge.

    `known` are items that were read just now, with the edges among them. Raises NotFound when the user who wishes is
    gone, ListFull when a list is full, in the end where it is another user's, Unavailable when others change the same
    friendship time and again.
    """
    full: ListFull | None = None
    for some in batches(dict.fromkeys(friend_ids), MOST_AT_ONCE):
        if not _is_settled(wish, some, known, _ATTEMPTS_AT_ONCE):
            full = _change_each(wish, some) or full
    if full:
        raise full


def _change_each(wish: Wish, friend_ids: list[str]) -> "ListFull | None":
    """Make the wish come true one by one: neither who is changed by others nor a full list may hold up the rest."""
    full: ListFull | None = None
    for friend_id in friend_ids:
        try:
            if not _is_settled(wish, [friend_id], None, _ATTEMPTS):
                raise Unavailable("The friendship is being changed by others.")
        except ListFull as refused:
            if refused.is_own:
                raise
            full = refused
    return full


def listed(user_id: str, state: int | None, after: str, most: int) -> Iterator[Friend]:
    """Yield the user's friends, or those of one state, by their ids from `after` on.

    `most` is how many will be asked for. Edges to accounts that are gone are passed over, and removed.
    """
    for some in pages_of(user_id, state, after, most):
        users = dynamodb.batch_get(user_key(edge["friend_id"]) for edge in some)
        with suppress(Unavailable):  # the next look at the list will notice them again
            gone = [edge["friend_id"] for edge in some if user_key(edge["friend_id"]) not in users]
            change(Wish(user_id, forget), gone)
        for edge in some:
            if item := users.get(user_key(edge["friend_id"])):
                yield Friend(User.from_item(item), edge["state"], edge["update_time"], edge.get("metadata", "{}"))


def change_all(wish: Wish, until: float = math.inf) -> bool:
    """Make the wish come true for everybody to whom the user has an edge; False when time (monotonic) ran out."""
    for some in pages_of(wish.user_id):
        for few in batches(some, MOST_AT_ONCE):
            change(wish, (edge["friend_id"] for edge in few))
            if time.monotonic() > until:  # now, so that each call comes further
                return False
    return True


def batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Yield the things in lists of that size, the last of which may be shorter."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


def pages_of(user_id: str, state: int | None = None, after: str = "", most: int = _PAGE) -> Iterator[list[Item]]:
    """Yield the user's own edges, or those of one state, in lists of at most BATCH."""
    last = edge_key(user_id, after) if after else None
    while True:
        # Short pages would make many round trips where a filter passes few, long ones would read what nobody asks for.
        page = query(key("FRIENDS_TABLE", user_id=user_id), min(max(most, BATCH), _PAGE), last)
        yield from batches((edge for edge in page.items if state is None or edge["state"] == state), BATCH)
        last = page.last
        if last is None:
            return


def _is_settled(wish: Wish, friend_ids: list[str], known: Mapping[Key, Item] | None, attempts: int) -> bool:
    """Tell whether the wish came true within so many attempts; raises ListFull where it is about one friend alone."""
    gone: set[Key] = set()
    for _ in range(attempts):
        items = _read(wish.user_id, friend_ids) if known is None else known
        transaction = writes([Change.of(wish, friend_id, items) for friend_id in friend_ids], gone)
        if not transaction:
            return True
        try:
            dynamodb.transact(list(transaction.values()))
        except TransactionRefused as refused:
            places = list(transaction)
            found = {places[index]: item for index, item in refused.found.items()}
            full = _full(wish, found)
            if full and len(friend_ids) == 1:
                raise full from refused
            if full:
                return False
            gone |= {at for at, item in found.items() if item is None or "merged_into" in item}
            known = None
        else:
            return True
    return False


def _full(wish: Wish, found: Mapping[Key, Item | None]) -> "ListFull | None":
    """Return why nothing was written, if it was for want of room: no other condition fails on a user who exists."""
    for at, item in found.items():
        if item is None or at.table != "USERS_TABLE" or "merged_into" in item:
            continue
        messages = OWN_FULL if at == user_key(wish.user_id) else THEIR_FULL
        counts, most = item, wish.capacity
        name = max(messages, key=lambda counted: counts.get(counted, 0) / getattr(most, counted))
        return ListFull(messages[name], is_own=messages is OWN_FULL)
    return None


def _read(user_id: str, friend_ids: Iterable[str]) -> dict[Key, Item]:
    return dynamodb.batch_get(at for friend_id in friend_ids for at in edge_keys(user_id, friend_id))
