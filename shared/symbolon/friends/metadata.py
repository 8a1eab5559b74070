"""Metadata of a friendship: a JSON object, kept as text, of what a game or a provider wants to be known of it."""

import json

from symbolon.api.body import parse_json
from symbolon.errors import InvalidArgument

MAX_BYTES = 2048
"""Of what a client sends, written without spaces."""


def checked_metadata(text: str) -> str:
    """Return a client's metadata as it is kept, "" where it says nothing; raises InvalidArgument."""
    if not text:
        return ""
    try:
        value = parse_json(text)
        written = _written(value)
    except (InvalidArgument, ValueError) as error:
        raise _invalid() from error
    if not isinstance(value, dict) or len(written.encode()) > MAX_BYTES:
        raise _invalid()
    return written if value else ""


def merged(known: str, added: str) -> str:
    """Return the metadata that has what both have, and where they differ what is added."""
    if not (known and added):
        return known or added
    return _written(json.loads(known) | json.loads(added))


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _invalid() -> InvalidArgument:
    return InvalidArgument(f"Metadata invalid, must be a JSON object of at most {MAX_BYTES} bytes.")
