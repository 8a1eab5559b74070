"""Cursors: where a list goes on, in a form that clients hand back unread.

A cursor is base64url of a JSON list: what the list was of (its scope), and the user with whom the page ended, or the
users where it takes several to say so. It is no secret and carries no authority: one that was made for another list is
refused, and a forged one only starts the client's own list elsewhere.
"""

import base64
import json
from collections.abc import Sequence

from symbolon.api.validation import is_user_id
from symbolon.errors import InvalidArgument


def write_cursor(scope: Sequence[str | int | None], *last_user_ids: str) -> str:
    """Return the cursor for what follows this user, or these, in the list of this scope."""
    return base64.urlsafe_b64encode(json.dumps([*scope, *last_user_ids], separators=(",", ":")).encode()).decode()


def read_cursor(cursor: str, scope: Sequence[str | int | None]) -> str:
    """Return the user id that the cursor names; raises InvalidArgument unless it was written for this scope."""
    return read_cursor_of(1, cursor, scope)[0]


def read_cursor_of(number: int, cursor: str, scope: Sequence[str | int | None]) -> list[str]:
    """Return so many user ids as the cursor names; raises InvalidArgument unless it was written for this scope."""
    last = _read(number, cursor, scope)
    if not all(map(is_user_id, last)):
        raise InvalidArgument("Cursor is invalid.")
    return last


def read_position(cursor: str, scope: Sequence[str | int | None]) -> str:
    """Return where the cursor goes on, in any form; raises InvalidArgument unless it was written for this scope."""
    return _read(1, cursor, scope)[0]


def _read(number: int, cursor: str, scope: Sequence[str | int | None]) -> list[str]:
    try:
        last = json.loads(base64.urlsafe_b64decode(cursor))[-number:]
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise InvalidArgument("Cursor is invalid.") from error
    if not all(isinstance(one, str) for one in last) or write_cursor(scope, *last) != cursor:
        raise InvalidArgument("Cursor is invalid.")
    return list(last)
