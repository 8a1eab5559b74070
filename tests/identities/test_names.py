"""Names that can be seen and pass for no other, wherever one enters."""

import re
import time
import unicodedata

import pytest

from symbolon.errors import InvalidArgument
from symbolon.identities.identity import Profile
from symbolon.identities.names import checked_username, cleaned

GOOD = [
    *("anna", "Anna Smith", "a", "???", "a-b_c.d", "x" * 128, "<b>", '"', "\\"),
    *("Zoë", "山田太郎", "Ωmega", "Ђорђе", "김철수", "ไทย", "नमस्ते", "علي", "שלום", "Ñandú", "ﬁ", "Ⅻ"),
    *("🦊", "🦊 fox", "👨‍👩‍👧", "👩🏽‍🚀", "🏳️‍🌈", "❤️‍🔥", "🙂‍↔️", "👁️‍🗨️", "🇩🇪", "1️⃣", "☺️", "‼️", "🧔🏻‍♂️"),
    *("می‌خواهم", "نامه‌ای", "क्‍ष", "ශ්‍රී", "র‍্যাব", "ರ‍್ಕ"),
]
BAD = {
    "spaces": "   ",
    "space before": " anna",
    "space after": "anna ",
    "zero width spaces": "\u200b\u200b",
    "zero width space inside": "an\u200bna",
    "word joiner": "an\u2060na",
    "byte order mark": "\ufeffanna",
    "nothing but that": "\ufeff",
    "soft hyphen": "an\u00adna",
    "hangul filler": "\u3164",
    "hangul filler after": "anna\u3164",
    "halfwidth filler": "\uffa0",
    "choseong filler": "\u115f\u1160",
    "braille blank": "\u2800",
    "braille blank inside": "an\u2800na",
    "musical blank": "a\U0001d159",
    "grapheme joiner": "an\u034fna",
    "khmer vowel that shows nothing": "a\u17b4",
    "right to left override": "\u202eanna",
    "left to right mark": "anna\u200e",
    "arabic letter mark": "an\u061cna",
    "isolate": "an\u2066na",
    "line separator": "an\u2028na",
    "paragraph separator": "an\u2029na",
    "no-break space": "an\u00a0na",
    "ideographic space": "山田\u3000太郎",
    "em space": "an\u2003na",
    "next line": "an\x85na",
    "C1 control": "an\x9bna",
    "tab": "an\tna",
    "delete": "anna\x7f",
    "tag characters": "anna\U000e0061\U000e007f",
    "flag of tags": "🏴\U000e0067\U000e0062\U000e007f",
    "private use": "\ue000",
    "private use beyond": "a\U000f0000",
    "not a character": "a\ufffe",
    "unassigned": "a\u0378",
    "joiner before": "\u200danna",
    "joiner after": "anna\u200d",
    "joiner in a Latin word": "an\u200dna",
    "non-joiner in a Latin word": "an\u200cna",
    "joiner before a space": "می\u200c خواهم",
    "two joiners": "\u0645\u06cc\u200c\u200c\u062e",
    "emoji and then a joiner": "👨\u200d",
    "letter joined to an emoji": "a\u200d🦊",
    "selector after a letter": "a\ufe0fnna",
    "selector after a digit": "anna1\ufe0f",
    "selector before": "\ufe0fanna",
    "two selectors": "☺\ufe0f\ufe0f",
    "other selectors": "山\ufe00田\U000e0100",
    "nothing but marks": "\u0301\u0301",
    "nothing but selectors": "\ufe0f",
    "nothing but joiners": "\u200d\u200c",
}
REFUSED = "Username invalid, no spaces or control characters allowed."


@pytest.mark.parametrize("name", GOOD)
def test_good_names(name: str) -> None:
    """Names in any script, with spaces inside, with emoji and the joiners that they or a script need, are kept."""
    assert checked_username(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", BAD.values(), ids=BAD)
def test_bad_names(name: str) -> None:
    """Names that show nothing, at one place or everywhere, are refused in Nakama's words."""
    with pytest.raises(InvalidArgument, match=re.escape(REFUSED)):
        checked_username(name)


def test_every_category() -> None:
    """A name has none of the categories for what is not seen, but for the space, in the first blocks and samples."""
    codes = [*range(0x3100), *range(0xE000, 0xFFFF, 7), *range(0xFE00, 0xFFFF), *range(0xE0000, 0xE0200)]
    allowed = {code for code in [*codes, *range(0x10000, 0x110000, 97)] if _is_allowed(chr(code))}

    assert {unicodedata.category(chr(code))[0] for code in allowed} == set("LMNPSZ")
    assert [code for code in allowed if unicodedata.category(chr(code))[0] == "Z"] == [0x20]


def _is_allowed(character: str) -> bool:
    try:
        checked_username(f"a{character}b")
    except InvalidArgument:
        return False
    return True


def test_names_are_one_in_any_composition() -> None:
    """A name typed with a mark of its own is the one with the letter that has it."""
    assert checked_username("Zoe\u0308") == checked_username("Zoë") == "Zoë"
    assert checked_username("\u212bngstrom") == "Ångström".replace("ö", "o")
    assert checked_username("\u1112\u1161\u11ab") == "한"


def test_length_is_that_of_what_is_kept() -> None:
    """The 128 bytes are counted after composition."""
    assert len(checked_username("e\u0301" * 64).encode()) == 128
    with pytest.raises(InvalidArgument, match="must be 1-128 bytes"):
        checked_username("é" * 65)


@pytest.mark.parametrize("text", ["\u0315\u0300" * 130_000, "a" + "\u0315\u0300" * 130_000, "\u1112\u1161" * 80_000])
def test_composition_takes_no_time(text: str) -> None:
    """A long run of marks, which would take minutes to compose, is refused at once."""
    start = time.thread_time()
    with pytest.raises(InvalidArgument):
        checked_username(text)

    assert time.thread_time() - start < 1


@pytest.mark.parametrize(
    ("field", "told", "kept"),
    [
        ("display_name", "Ada Lovelace", "Ada Lovelace"),
        ("display_name", "  Ada\tLovelace\n", "Ada Lovelace"),
        ("display_name", "Ada\u3000\u00a0Lovelace\u2028", "Ada Lovelace"),
        ("display_name", "\u202eAda\u202c \u2066Lovelace\u2069", "Ada Lovelace"),
        ("display_name", "Ada\x07\x9b\x85Lovelace", "Ada Lovelace"),
        ("display_name", "👨‍👩‍👧 می‌خواهم", "👨‍👩‍👧 می‌خواهم"),
        ("display_name", "\u202e\u3164\u2800", ""),
        ("display_name", " \t ", ""),
        ("avatar_url", "https://example.com/a.png?size=1#x", "https://example.com/a.png?size=1#x"),
        ("avatar_url", "HTTP://example.com", "HTTP://example.com"),
        ("avatar_url", "javascript:alert(1)", ""),
        ("avatar_url", "data:image/png;base64,AAAA", ""),
        ("avatar_url", "https://example.com/\u202egnp", ""),
        ("contact_email", "ada@example.com", "ada@example.com"),
        ("contact_email", "ada@example.com\u2028", ""),
    ],
)
def test_what_a_provider_tells_is_cleaned(field: str, told: str, kept: str) -> None:
    """A provider's display name loses what nobody may choose, and an address that is none is not kept; none refuses."""
    assert cleaned(field, told) == kept


def test_a_profile_is_cleaned() -> None:
    """What an account would take from a provider's profile is cleaned, and what is nothing then is left out."""
    assert Profile("\u202eAda\u2028", "javascript:alert(1)", "ada@example.com").attributes() == {
        "display_name": "Ada",
        "contact_email": "ada@example.com",
    }
