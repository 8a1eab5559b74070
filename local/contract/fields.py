"""Schemas of fields as requests have them: null is a field's zero value, lengths are bytes of UTF-8.

JSON Schema counts characters, of which each takes one to four bytes: `maxLength` is what no longer text can pass, and
`x-max-bytes` and `x-min-bytes` are what the functions check.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from local.contract.operation import Schema
from symbolon.api.body import MAX_VARS
from symbolon.matches.fields import MAX_LISTED, UUID, VISIBLE, WORD

ID_FORM = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


def text(about: str = "", most: int = 0, least: int = 0, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (keywords of JSON Schema)
    """Give a string of `least` to `most` bytes, 0 for no limit of its own."""
    schema: dict[str, Any] = {"type": ["string", "null"], **({"description": about} if about else {})}
    if most:
        schema |= {"maxLength": most, "x-max-bytes": most}
    if least:
        schema |= {"type": "string", "minLength": -(-least // 4), "x-min-bytes": least}
    return schema | more


def form(pattern: re.Pattern[str], about: str = "") -> Schema:
    """Give a string that has this form, or is empty."""
    flags = pattern.pattern if not pattern.flags & re.IGNORECASE else pattern.pattern.replace("a-f", "a-fA-F")
    return text(about, pattern=f"^({flags})?$")


def word(about: str = "") -> Schema:
    """Give a word of a match's."""
    return form(WORD, about)


def uuid(about: str = "") -> Schema:
    """Give an id of a match's or a user's, which may be left empty."""
    return form(UUID, about)


def listed(pattern: re.Pattern[str] = VISIBLE, about: str = "") -> Schema:
    """Give a list of texts of this form."""
    items = {**form(pattern), "type": "string"}
    return {"type": ["array", "null"], "items": items, "maxItems": MAX_LISTED, "description": about}


def number(about: str = "", least: int = -(2**63), most: int = 2**63 - 1) -> Schema:
    """Give an integer, which proto3's JSON may also write as a string of digits."""
    bounds = {"minimum": least, "maximum": most}
    return {"type": ["integer", "string", "null"], **bounds, "pattern": "^-?[0-9]+$", "description": about}


def flag(about: str = "") -> Schema:
    """Give a boolean."""
    return {"type": ["boolean", "null"], "description": about}


def choice(values: Iterable[str], about: str = "") -> Schema:
    """Give a string that is one of these."""
    return {"type": "string", "enum": sorted(values), "description": about}


def variables() -> Schema:
    """Give the variables of a session."""
    about = "Kept in the session's tokens (`vrs`), for the game's own use; 2,048 bytes as JSON at most."
    entries = {"type": "string"}
    return {
        "type": ["object", "null"],
        "additionalProperties": entries,
        "maxProperties": MAX_VARS,
        "description": about,
    }


def message(properties: Mapping[str, Schema], *required: str) -> dict[str, Any]:
    """Give an object; fields that it does not know are ignored."""
    return {"type": "object", "properties": dict(properties), **({"required": list(required)} if required else {})}


def shown(properties: Mapping[str, Schema], *required: str) -> dict[str, Any]:
    """Give an object of an answer, which has no other fields."""
    return {**message(properties, *required), "additionalProperties": False}


def choices(value: Schema) -> Schema:
    """Give a query parameter that may come several times."""
    return {"type": "array", "items": value}
