"""The fields of requests about matches, each within its bounds; every reader raises InvalidArgument."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from symbolon.api.body import Body
from symbolon.errors import InvalidArgument

MAX_LISTED = 32
"""Entries of a list: regions, features, groups."""

NODE = "symbolon"
"""What follows the dot in the id of a match whose server chose none."""

TEAMS: Mapping[str, int] = {"blue": 0, "orange": 1, "spectator": 2, "social": 3, "moderator": 4}
"""Roles, and the numbers that a label has for them."""

MODERATOR = TEAMS["moderator"]

ANY_TEAM = -1
"""The number of a player whom nobody has put into a team."""

WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}")
VISIBLE = re.compile(r"[!-~]{1,64}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})")


def read_match_id(body: Body) -> str:
    """Return the id of a match, "<uuid>.<node>"; raises when there is none."""
    if not (match_id := optional_match_id(body)):
        raise InvalidArgument("Match ID is required.")
    return match_id


def optional_match_id(body: Body) -> str:
    """Return the id of a match, "<uuid>.<node>", "" when it is absent."""
    text = body.text("id")
    if text and not is_match_id(text):
        raise _invalid("id")
    first, dot, node = text.partition(".")
    return first.lower() + dot + node


def is_match_id(text: str) -> bool:
    """Tell whether a text has the form of a match's id."""
    first, _, node = text.partition(".")
    return bool(UUID.fullmatch(first) and _NODE.fullmatch(node))


def new_match_id() -> str:
    """Return an id that no match has."""
    return f"{uuid.uuid4()}.{NODE}"


def read_word(body: Body, name: str, form: re.Pattern[str] = WORD) -> str:
    """Return the text field `name`, which must have the form; "" when it is absent."""
    text = body.text(name)
    if text and not form.fullmatch(text):
        raise _invalid(name)
    return text


def read_uuid(body: Body, name: str) -> str:
    """Return the field `name`, an id in lower case; "" when it is absent."""
    return read_word(body, name, UUID).lower()


def read_words(body: Body, name: str) -> list[str]:
    """Return the list `name` of visible texts, each once."""
    return _listed(body, name, VISIBLE)


def read_uuids(body: Body, name: str) -> list[str]:
    """Return the list `name` of ids in lower case, each once."""
    return list(dict.fromkeys(entry.lower() for entry in _listed(body, name, UUID)))


def read_bounded(body: Body, name: str, allowed: range, default: int) -> int:
    """Return the integer `name`, which must be in the range; `default` when it is absent or 0."""
    number = body.integer(name) or default
    if number not in allowed:
        raise InvalidArgument(f"{name} must be {allowed.start} to {allowed.stop - 1}.")
    return number


def read_time(body: Body, name: str) -> datetime | None:
    """Return the field `name`, a time as RFC 3339 writes it, to the second in UTC; None when it is absent."""
    text = body.text(name).upper()
    if not text:
        return None
    if not _TIME.fullmatch(text):
        raise _invalid(name)
    try:
        return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise _invalid(name) from error


def read_team(role: str, name: str) -> int:
    """Return the number of a role that the field `name` has."""
    if role not in TEAMS:
        raise _invalid(name)
    return TEAMS[role]


def _listed(body: Body, name: str, form: re.Pattern[str]) -> list[str]:
    entries = body.texts(name)
    if len(entries) > MAX_LISTED or not all(map(form.fullmatch, entries)):
        raise _invalid(name)
    return list(dict.fromkeys(entries))


def _invalid(name: str) -> InvalidArgument:
    return InvalidArgument(f"invalid value for field {name}")
