"""Whole numbers as clients write them: some engines have no other numbers than doubles, and write 12.0 or 1.79e12.

proto3's JSON takes these forms, quoted too: https://protobuf.dev/programming-guides/json/. Nothing here is rounded.
"""

import re

_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,9}))?")
_MAX_DIGITS = 20
"""Of a whole number that can be in any range here."""


def whole_number(text: str) -> int | None:
    """Return the whole number that a text says, which may be written with a point or an exponent: 12.0, 1.79e12.

    Exact, whatever a double could hold. None for what has a fraction, is no number, or has more digits than 64 bits.
    """
    match = _NUMBER.fullmatch(text)
    if not match:
        return None
    sign, whole, fraction, exponent = match.groups(default="")
    digits = (whole + fraction).lstrip("0")
    point = len(digits) - len(fraction) + int(exponent or 0)
    digits = digits.rstrip("0")
    if not digits:
        return 0
    if not len(digits) <= point <= _MAX_DIGITS:
        return None
    return int(sign + digits.ljust(point, "0"))


def read_number(text: str) -> int | float:
    """Return the number that JSON writes with a point or an exponent: a whole one as it is, another as a double."""
    number = whole_number(text)
    return float(text) if number is None else number
