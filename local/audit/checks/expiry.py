"""What is kept for a while has a time to go."""

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from local.audit.findings import Check, Finding, attempt
from symbolon.aws.dynamodb import Item, Key, Write, key
from symbolon.mail.addresses import DEAD
from symbolon.records.forgetting import notes_of

_KEYS: Mapping[str, tuple[str, ...]] = {
    "SESSIONS_TABLE": ("session_id",),
    "PROOFS_TABLE": ("proof",),
    "LIMITS_TABLE": ("limit_id",),
    "MATCHES_TABLE": ("match_id",),
    "TRANSFERS_TABLE": ("transfer",),
    "PUBLICATIONS_TABLE": ("url",),
    "MAIL_TABLE": ("address", "slot"),
    "RECORDS_TABLE": ("user_id", "entry"),
}
"""The tables of which each row goes by itself, and their keys."""

_LONGEST_SECONDS = 366 * 24 * 3600
"""No token lives longer, nor anything else that rows of these tables are about."""


def look(table: str, items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of a table that break the promise."""
    for item in items:
        if isinstance(item.get("expires_at"), int) or _stays(table, item):
            continue
        at = key(table, **{name: item[name] for name in _KEYS[table]})
        yield Finding(
            at,
            str(item.get("user_id", "")),
            f"a row of {table.removesuffix('_TABLE').lower()} has no time to go",
            "None. It stays and is paid for until somebody deletes it.",
            partial(attempt, [_ending(at)]),
        )


def _stays(table: str, item: Item) -> bool:
    """Tell whether it is one of those that stay: notes about an account, and addresses that take no mail."""
    is_note = table == "RECORDS_TABLE" and item["user_id"].endswith(notes_of(""))
    return is_note or (table == "MAIL_TABLE" and item["slot"] == DEAD)


def _ending(at: Key) -> Write:
    until = {":until": int(time.time()) + _LONGEST_SECONDS}
    exists = f"attribute_exists({at.parts[0][0]})"
    condition = f"{exists} AND attribute_not_exists(expires_at)"
    return Write("Update", at, condition, "SET expires_at = :until", values=until)


CHECKS = [Check("What is kept for a while has a time to go.", table, partial(look, table)) for table in _KEYS]
