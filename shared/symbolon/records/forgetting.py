"""Leaving nothing personal in entries about an account that goes: that something was done, when, and by which operator.

Entries are named here without being read: the role of a function that deletes accounts may see nothing else of them.
"""

import math
import time

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key, TransactionRefused, Write, key
from symbolon.aws.queries import query_keys

PERSONAL = ("before", "after", "reason", "kept", "source")
"""The attributes of an entry that go when the account does."""

_AT_ONCE = 50


def forget_entries(user_id: str, until: float = math.inf, after: str = "") -> str:
    """Take what is personal out of all entries about the account, and its notes. Doing it again changes nothing.

    Returns "" when it is done, or the entry after which to go on when time (monotonic) ran out.
    """
    last = after
    for page in query_keys(key("RECORDS_TABLE", user_id=notes_of(user_id)), "entry", _AT_ONCE):
        _transact([Write("Delete", at, "") for at in page])
        if time.monotonic() > until:
            return last or "0"
    for page in query_keys(key("RECORDS_TABLE", user_id=user_id), "entry", _AT_ONCE, after):
        _transact([_scrubbing(at) for at in page])
        last = dict(page[-1].parts)["entry"]
        if time.monotonic() > until:
            return last
    return ""


def forget_provider(user_id: str, provider: str, until: float) -> None:
    """Take out of the account's entries which identities of the provider it had, as far as time (monotonic) allows."""
    names = {f"#{name}": name for name in ("before", "after", "kept", "provider")}
    named = "#before.#provider = :provider OR #after.#provider = :provider"
    for page in query_keys(key("RECORDS_TABLE", user_id=user_id), "entry", _AT_ONCE):
        for at in page:
            change = "REMOVE #before, #after, #kept"
            dynamodb.update(Write("Update", at, named, change, names, {":provider": provider}))
        if time.monotonic() > until:
            return


def notes_of(user_id: str) -> str:
    """Return the partition of the notes about an account."""
    return f"{user_id}/notes"


def _scrubbing(at: Key) -> Write:
    names = {f"#{name}": name for name in PERSONAL}
    return Write("Update", at, "attribute_exists(entry)", "REMOVE " + ", ".join(names), names)


def _transact(writes: list[Write]) -> None:
    if not writes:
        return
    try:
        dynamodb.transact(writes)
    except TransactionRefused as refused:  # their term ended just now, so there is nothing to forget
        _transact([write for at, write in enumerate(writes) if at not in refused.found])
