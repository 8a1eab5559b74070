"""What is kept for a while has a time to go."""

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from local.audit.findings import Check, Finding, attempt
from symbolon.aws.dynamodb import Item, Key, Write, key

_KEYS: Mapping[str, str] = {
    "SESSIONS_TABLE": "session_id",
    "PROOFS_TABLE": "proof",
    "LIMITS_TABLE": "limit_id",
    "MATCHES_TABLE": "match_id",
}
"""The tables of which each row goes by itself, and their keys."""

_LONGEST_SECONDS = 366 * 24 * 3600
"""No token lives longer, nor anything else that rows of these tables are about."""


def look(table: str, items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of a table that break the promise."""
    for item in items:
        if isinstance(item.get("expires_at"), int):
            continue
        at = key(table, **{_KEYS[table]: item[_KEYS[table]]})
        yield Finding(
            at,
            str(item.get("user_id", "")),
            f"a row of {table.removesuffix('_TABLE').lower()} has no time to go",
            "None. It stays and is paid for until somebody deletes it.",
            partial(attempt, [_ending(at)]),
        )


def _ending(at: Key) -> Write:
    until = {":until": int(time.time()) + _LONGEST_SECONDS}
    exists = f"attribute_exists({at.parts[0][0]})"
    condition = f"{exists} AND attribute_not_exists(expires_at)"
    return Write("Update", at, condition, "SET expires_at = :until", values=until)


CHECKS = [Check("What is kept for a while has a time to go.", table, partial(look, table)) for table in _KEYS]
