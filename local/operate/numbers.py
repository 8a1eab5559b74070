"""Numbers that a command takes from its environment, with an error that says what is wrong with them."""

import os


class BadNumber(Exception):
    """What was given is no number that can be meant; the text says which variable, and what it takes."""


def whole_number(name: str, default: int, most: int) -> int:
    """Return the variable's number, from 1 to `most`; without one the default, if that is not 0. Raises BadNumber."""
    text = os.environ.get(name, "").strip().replace(",", "").replace("_", "")
    if not text and default:
        return default
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:20]) <= most:
        given = f"not {os.environ[name]!r}" if os.environ.get(name) else "and is not given"
        raise BadNumber(f"{name} must be a whole number from 1 to {most:,}, {given}.")
    return int(text)
