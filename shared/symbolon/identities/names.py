"""Names and what else people see of each other: which are allowed, and what becomes of those that a provider tells.

Nobody may choose a name that cannot be seen, or that passes for another by what cannot be seen. Names are kept and
compared in NFC (https://unicode.org/reports/tr15/). What ASCII cannot hold is looked at with unicodedata, which is
imported for it alone.
"""

import re

from symbolon.errors import InvalidArgument

MAX_USERNAME_BYTES = 128

_MAX_CHARACTERS = 1024
"""Of a text that is looked at: a look takes its time for each character, NFC the square of a run of marks."""

_BAD_LENGTH = "Username invalid, must be 1-128 bytes."

_PLAIN = re.compile(r"[!-~]([ -~]*[!-~])?")
"""A name in ASCII: visible characters, with spaces between them."""

_URL = re.compile(r"https?://[^\s/?#\\\"<>][^\s\\\"<>]*", re.IGNORECASE)
_JOINERS = "\u200c\u200d"
_VARIATION_SELECTORS = "\ufe0e\ufe0f"
_KEYCAP, _KEYS = "\u20e3", "0123456789#*"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_VIRAMA = 9
"""The canonical combining class of the marks that make Indic letters one: https://unicode.org/reports/tr44/."""

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0d\uffa0\U00016fe4\U0001d159\U000e0100-\U000e01ef]"
)
"""Letters, marks and symbols that show nothing, or nothing by themselves: fillers, blanks, selectors of variants."""


def checked_username(username: str) -> str:
    """Return a username that somebody asks for as it is kept, "" for none; raises InvalidArgument for a bad one."""
    if len(username) > _MAX_CHARACTERS:
        raise InvalidArgument(_BAD_LENGTH)
    name = same_name(username)
    if name and not is_name(name):
        raise InvalidArgument("Username invalid, no spaces or control characters allowed.")
    if len(name.encode()) > MAX_USERNAME_BYTES:
        raise InvalidArgument(_BAD_LENGTH)
    return name


def same_name(name: str) -> str:
    """Return the form in which a name is kept and looked up: NFC. What is far too long for a name stays as it is."""
    if name.isascii() or len(name) > _MAX_CHARACTERS:
        return name
    import unicodedata  # noqa: PLC0415 (most names are ASCII)

    return unicodedata.normalize("NFC", name)


def check_profile(field: str, text: str) -> None:
    """Raise InvalidArgument when a field of a profile has what would disturb the text around it, or shows nothing."""
    if disturbs(text):
        raise InvalidArgument(f"{field} invalid, no control, bidirectional or separator characters allowed.")
    if field == "display_name" and text and not _is_visible(text):
        raise InvalidArgument("display_name invalid, must have a visible character.")
    if field == "avatar_url" and text and not _URL.fullmatch(text):
        raise InvalidArgument("avatar_url invalid, must be an http or https URL.")


def cleaned(field: str, text: str) -> str:
    """Return what a provider tells for a field of a profile without what nobody may choose, "" when nothing is left."""
    if field == "display_name":
        text = " ".join("".join(" " if _parts(character) else character for character in _BIDI.sub("", text)).split())
    try:
        check_profile(field, text)
    except InvalidArgument:
        return ""
    return text


def disturbs(text: str) -> bool:
    """Tell whether the text has a character that controls, parts or turns round the text in which it stands."""
    if text.isascii():
        return not text.isprintable()
    return bool(_BIDI.search(text)) or any(map(_parts, text))


def is_name(name: str) -> bool:
    """Tell whether a name in NFC can be seen, all of it, and begins and ends with what can be seen."""
    if name.isascii():
        return bool(_PLAIN.fullmatch(name))
    places = zip(("", *name), name, (*name[1:], ""), strict=False)
    return name == name.strip() and _is_visible(name) and all(_belongs(*place) for place in places)


def _belongs(before: str, character: str, after: str) -> bool:
    """Tell whether a character may stand in a name between these two."""
    import unicodedata  # noqa: PLC0415 (as above)

    if character in _JOINERS:
        return _joins(before, after)
    if character in _VARIATION_SELECTORS:
        is_symbol = bool(before) and not before.isascii() and unicodedata.category(before)[0] in "SP"
        return is_symbol or (bool(before) and before in _KEYS and after == _KEYCAP)
    return character == " " or (unicodedata.category(character)[0] not in "CZ" and not _BLANK.match(character))


def _joins(before: str, after: str) -> bool:
    """Tell whether a joiner between two characters has something to join: Arabic or Indic letters, or emoji."""
    from unicodedata import bidirectional, category, combining  # noqa: PLC0415 (as above)

    if not before or not after:
        return False
    if category(after) in {"So", "Sm"}:
        return category(before) == "So" or before in _SKIN_TONES or before in _VARIATION_SELECTORS
    if _VIRAMA in {combining(before), combining(after)}:
        return category(before)[0] in "LM" and category(after)[0] in "LM"
    return bidirectional(after) == "AL" and bidirectional(before) in {"AL", "NSM"}


def _is_visible(text: str) -> bool:
    """Tell whether the text has a letter, digit, sign or symbol that shows."""
    if text.isascii():
        return bool(text.strip())
    import unicodedata  # noqa: PLC0415 (as above)

    return any(unicodedata.category(character)[0] in "LNPS" for character in _BLANK.sub("", text))


def _parts(character: str) -> bool:
    import unicodedata  # noqa: PLC0415 (as above)

    return character != " " and unicodedata.category(character) in {"Cc", "Zl", "Zp", "Zs"}
