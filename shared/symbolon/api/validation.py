"""Forms of ids that clients choose, with Nakama's limits and messages. Lengths are bytes of UTF-8."""

import re
import uuid

_NO_SPACE = re.compile(r"[\x00-\x20\x7f]")
_NO_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


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
