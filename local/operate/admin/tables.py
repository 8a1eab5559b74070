"""What operators read on a terminal: tables, and documents with a line for each field."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

_LONGEST = 60


def table(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return the rows under a line of headings, each column as wide as its widest text."""
    lines = [[column.replace("_", " ") for column in columns]]
    lines += [[text_of(row.get(column, "")) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def fields(values: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return those of the fields that say something, a line for each."""
    said = {name.replace("_", " "): text_of(values[name], shorten=False) for name in names if values.get(name)}
    width = max(map(len, said), default=0)
    return "\n".join(f"{name.ljust(width)}  {text}" for name, text in said.items())


def text_of(value: object, *, shorten: bool = True) -> str:
    """Return a value as one line; what would command the terminal is not handed on to it."""
    text = "yes" if value is True else "" if value is None or value is False else str(value)
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return text[: _LONGEST - 1] + "…" if shorten and len(text) > _LONGEST else text


def ban_text(ban: Mapping[str, str] | None) -> str:
    """Return a ban in a few words, "" without one."""
    if not ban:
        return ""
    return f"until {ban['until']}" if ban["until"] else "for good"


def change_text(entry: Mapping[str, Any]) -> str:
    """Return what an entry says was changed."""
    before, after = entry.get("before", {}), entry.get("after", {})
    names = [name for name in {**before, **after} if before.get(name) != after.get(name) or not before]
    return ", ".join(f"{name}: {before.get(name, '')} → {after.get(name, '')}" for name in names)
