"""How operators change an account: from what there is, on the condition that it still is, and on record."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from symbolon.accounts import lifecycle
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import FailedPrecondition, NotFound, Unavailable
from symbolon.identities.users import User, user_key
from symbolon.records.entries import Author, Deed, entry_id, record

_CONTENDED = "The account is being changed by others."
MERGED = "The account was merged into another one."

ATTEMPTS = 12
"""Of several operators at one account each of the others' changes may cost an attempt, and each of them makes some."""


@dataclass(frozen=True)
class Plan:
    """What is to be written, on conditions, and what goes on record of it."""

    writes: Sequence[Write]
    deed: Deed


def perform(user_id: str, author: Author, plan: Callable[[User], Plan]) -> str:
    """Do what `plan` makes of the account, anew where others changed it meanwhile; return the name of the entry.

    Raises NotFound when there is no such account, and what `plan` raises.
    """
    for _ in range(ATTEMPTS):
        todo = plan(get_user(user_id))
        try:
            dynamodb.transact([*todo.writes, *record(author, user_id, todo.deed)])
        except TransactionRefused:
            continue
        return entry_of(author, user_id)
    raise Unavailable(_CONTENDED)


def erase(user_id: str, author: Author) -> str:
    """Delete the account, also one that was merged into another; return the name of the entry.

    Raises NotFound when there is no such account, and as `lifecycle.delete_unchanged` does.
    """
    until = time.monotonic() + lifecycle.PATIENCE_SECONDS
    for _ in range(ATTEMPTS):
        try:
            lifecycle.delete_unchanged(get_user(user_id), author, until)
        except TransactionRefused:
            continue
        return entry_of(author, user_id)
    raise Unavailable(_CONTENDED)


@contextmanager
def standing(user_id: str) -> Iterator[None]:
    """Say in an operator's words what became of the account where players' code finds in the block that it is gone.

    Raises NotFound, FailedPrecondition where it was merged into another, Unavailable where it is back.
    """
    try:
        yield
    except NotFound:
        if get_user(user_id).merged_into:
            raise FailedPrecondition(MERGED) from None
        raise Unavailable(_CONTENDED) from None


def entry_of(author: Author, user_id: str) -> str:
    """Return the name of the entry of what the author does to the account."""
    return entry_id({"user_id": user_id, "entry": author.moment})


def get_user(user_id: str) -> User:
    """Return the account; raises NotFound."""
    item = dynamodb.get(user_key(user_id))
    if item is None:
        raise NotFound("User not found.")
    return User.from_item(item)
