"""Forms of ids and profiles that clients choose, with Nakama's limits and messages. Lengths are bytes of UTF-8."""

import re
import uuid

from symbolon.api.body import Body
from symbolon.errors import InvalidArgument
from symbolon.identities.names import check_profile

_NO_SPACE = re.compile(r"[\x00-\x20\x7f]")
_NO_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

PROFILE_BYTES = {"display_name": 255, "avatar_url": 512, "lang_tag": 18, "location": 255, "timezone": 255}
"""The widths of Nakama's columns."""


def profile_fields(body: Body) -> dict[str, str]:
    """Return those fields of a profile that the body has, "" to clear one; raises InvalidArgument for a bad one."""
    sent = {name: body.optional_text(name) for name in PROFILE_BYTES}
    fields = {name: text for name, text in sent.items() if text is not None}
    for name, text in fields.items():
        if not is_byte_length(text, 0, PROFILE_BYTES[name]):
            raise InvalidArgument(f"{name} invalid, must be at most {PROFILE_BYTES[name]} bytes.")
        check_profile(name, text)
    return fields


def has_space_or_control(text: str) -> bool:
    """Tell whether an identifier has a space or control character, which none may have."""
    return bool(_NO_SPACE.search(text))


def has_control(text: str) -> bool:
    """Tell whether the text has a control character."""
    return bool(_NO_CONTROL.search(text))


def is_byte_length(text: str, least: int, most: int) -> bool:
    """Tell whether the text has `least` to `most` bytes."""
    return least <= len(text.encode()) <= most


def is_user_id(text: str) -> bool:
    """Tell whether the text is an account id as this service writes them."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
