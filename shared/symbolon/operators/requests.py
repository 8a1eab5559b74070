"""Forms of what operators send: whom and what they mean, reasons, ends of bans, fields of accounts, limits of lists."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from symbolon.api.cursors import read_position, write_cursor
from symbolon.api.request import Request
from symbolon.api.validation import has_control, is_byte_length, is_user_id, profile_fields
from symbolon.errors import InvalidArgument
from symbolon.identities.names import checked_username

DEFAULT_LIMIT = 20
MAX_METADATA_BYTES = 4096
"""An account's item is read at each sign-in, which costs by its size."""

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")


def path_id(request: Request, name: str) -> str:
    """Return the id, of a user or of a session, that the request's path has; raises InvalidArgument."""
    return checked_id(request.path_parameters.get(name, ""), name)


def checked_id(text: str, name: str) -> str:
    """Return an id in the form in which it is stored; raises InvalidArgument, which names it."""
    if not is_user_id(text):
        raise InvalidArgument(f"{name} invalid, must be a UUID.")
    return text.lower()


def required_text(text: str, name: str, most: int) -> str:
    """Return a text of 1 to `most` bytes without control characters; raises InvalidArgument, which names it."""
    if has_control(text) or not is_byte_length(text, 1, most):
        raise InvalidArgument(f"{name} invalid, must be 1-{most} bytes, no control characters.")
    return text


def limit_of(request: Request, most: int) -> int:
    """Return how many entries of a list the request asks for, up to `most`; raises InvalidArgument."""
    limit = request.query_integer("limit")
    if limit is None:
        return min(DEFAULT_LIMIT, most)
    if not 1 <= limit <= most:
        raise InvalidArgument(f"limit invalid, must be 1-{most}.")
    return limit


def moment(text: str, name: str) -> float:
    """Return the time, in seconds since 1970, that a text in RFC 3339 names; raises InvalidArgument, with its name."""
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):  # a thirtieth of February
        pass
    raise InvalidArgument(f"{name} invalid, must be a time as RFC 3339 has it, such as 2026-03-10T05:16:23Z.")


def end_of_ban(request: Request, longest: int | None) -> float | None:
    """Return when the ban ends that the request asks for, in seconds since 1970, None for never.

    Raises InvalidArgument when that has passed, or is more than `longest` seconds away.
    """
    text = request.body.text("until")
    if not text:
        if longest is not None:
            raise InvalidArgument("until is required: only bans that end are made here.")
        return None
    end, now = moment(text, "until"), time.time()
    if end <= now:
        raise InvalidArgument("until invalid, must be in the future.")
    if longest is not None and end > now + longest:
        raise InvalidArgument(f"until invalid, must be at most {longest // 86400} days away here.")
    return end


def account_fields(request: Request) -> dict[str, str]:
    """Return the fields of an account that the request changes, "" for those that it clears; raises InvalidArgument."""
    fields = profile_fields(request.body)
    username = request.body.optional_text("username")
    if username is not None:
        fields["username"] = checked_username(username)
        if not fields["username"]:
            raise InvalidArgument("Username invalid, must be 1-128 bytes.")
    metadata = request.body.json_object("metadata")
    if metadata is not None:
        fields["metadata"] = _metadata_text(metadata)
    if not fields:
        raise InvalidArgument("No fields to update.")
    return fields


def _metadata_text(metadata: Mapping[str, Any]) -> str:
    """Return metadata as an account keeps it, "" where it says nothing."""
    text = json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > MAX_METADATA_BYTES:
        raise InvalidArgument(f"metadata invalid, must be at most {MAX_METADATA_BYTES} bytes.")
    return text if metadata else ""


def position(request: Request, scope: Sequence[str]) -> str:
    """Return where the request's cursor goes on in the list of this scope, "" at its beginning."""
    cursor = request.query_text("cursor")
    return read_position(cursor, scope) if cursor else ""


def page_of(body: Mapping[str, Any], scope: Sequence[str], last: str) -> dict[str, Any]:
    """Return a part of a list with the cursor for what follows, if anything does."""
    return {**body, **({"cursor": write_cursor(scope, last)} if last else {})}
