"""A request's JSON body, read the way proto3 reads JSON, and strictly where proto3 leaves room for mischief.

https://protobuf.dev/programming-guides/json/: null means the field's zero value, a field may be named in snake_case or
lowerCamelCase, unknown fields are ignored. Beyond that: no duplicate keys, no NaN, no lone surrogates, no NUL.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from symbolon.api.jsontext import same_in_base64
from symbolon.api.numbers import read_number, whole_number
from symbolon.errors import InvalidArgument

MAX_BODY_BYTES = 256 * 1024
"""Nakama's own default (socket.max_request_size_bytes)."""

MAX_VARS = 64
MAX_VARS_BYTES = 2048
"""Of the vars in the longest form that a token gives them.

With the longest username, a token stays under 4 KB where no character of it is escaped for base64, else under 4.3 KB.
"""

_INT64 = range(1 - 2**63, 2**63)
_UINT64 = range(2**64)


class Body:
    """The fields of a JSON object, each read with the type that the API gives it.

    Every reader raises InvalidArgument when the field is there with another type.
    """

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def has(self, name: str) -> bool:
        """Tell whether the field `name` is there with anything but its zero value."""
        return bool(self._get(name))

    def text(self, name: str) -> str:
        """Return the string field `name`, "" when it is absent."""
        return self.optional_text(name) or ""

    def optional_text(self, name: str) -> str | None:
        """Return the string field `name`, None when it is absent: for fields where "" means something."""
        value = self._get(name)
        if value is not None and not isinstance(value, str):
            raise _wrong_type("string", name)
        return value

    def flag(self, name: str) -> bool | None:
        """Return the boolean field `name`, None when it is absent."""
        value = self._get(name)
        if value is not None and not isinstance(value, bool):
            raise _wrong_type("bool", name)
        return value

    def integer(self, name: str) -> int:
        """Return the 64-bit integer field `name`, a JSON number or a decimal string; 0 when it is absent."""
        return self.optional_integer(name) or 0

    def optional_integer(self, name: str) -> int | None:
        """Return the 64-bit integer field `name`, None when it is absent: for fields where 0 means something."""
        return self._number(name, "int64", _INT64)

    def unsigned(self, name: str) -> int:
        """Return the unsigned 64-bit integer field `name`, written like others; 0 when it is absent."""
        return self._number(name, "uint64", _UINT64) or 0

    def texts(self, name: str) -> list[str]:
        """Return the field `name`, a list of strings, [] when it is absent."""
        value = self._get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise _wrong_type("repeated string", name)
        return list(value)

    def text_map(self, name: str) -> dict[str, str]:
        """Return the string-to-string map `name`, {} when it is absent."""
        value = self.child(name)._fields
        if not all(isinstance(entry, str) for entry in value.values()):
            raise _wrong_type("string", name)
        return dict(value)

    def child(self, name: str) -> "Body":
        """Return the object field `name`, an empty one when it is absent."""
        value = self._get(name)
        if value is not None and not isinstance(value, dict):
            raise _wrong_type("message", name)
        return Body(value or {})

    def json_object(self, name: str) -> dict[str, Any] | None:
        """Return the JSON object that the field `name` is, or has in a text; None when it is absent, {} for ""."""
        value = self._get(name)
        if isinstance(value, str):
            value = parse_json(value) if value else {}
        if value is not None and not isinstance(value, dict):
            raise InvalidArgument(f"{name} invalid, must be a JSON object.")
        return value

    def variables(self, name: str = "vars") -> dict[str, str]:
        """Return the string-to-string map of session variables, within the limits on their number and size."""
        value = self.text_map(name)
        if len(value) > MAX_VARS or len(same_in_base64(json.dumps(value))) > MAX_VARS_BYTES:
            raise InvalidArgument(f"Vars invalid, at most {MAX_VARS} entries and {MAX_VARS_BYTES} bytes as JSON.")
        return value

    def _number(self, name: str, kind: str, allowed: range) -> int | None:
        value = self._get(name)
        if isinstance(value, str):
            value = whole_number(value)
            if value is None:
                raise _wrong_type(kind, name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            raise _wrong_type(kind, name)
        return value

    def sent(self, names: Iterable[str]) -> dict[str, object]:
        """Return those of the fields that are there, whatever their types."""
        return {name: value for name in names if (value := self._get(name)) is not None}

    def _get(self, name: str) -> object:
        first, *rest = name.split("_")
        camel = first + "".join(word.capitalize() for word in rest)
        return self._fields.get(name, self._fields.get(camel))


def parse_body(text: str) -> Body:
    """Parse a request body: an empty one is an empty object.

    Raises InvalidArgument when it is too long, no JSON object, or JSON that two parsers may read differently.
    """
    if not text:
        return Body({})
    value = parse_json(text)
    if not isinstance(value, dict):
        raise InvalidArgument("Request body must be a JSON object.")
    return Body(value)


def parse_json(text: str) -> object:
    """Parse JSON from a client under the rules of this module; raises InvalidArgument."""
    if len(text) > MAX_BODY_BYTES or len(text.encode(errors="surrogatepass")) > MAX_BODY_BYTES:
        raise too_large()
    try:
        text.encode()
        value = json.loads(
            text, parse_float=read_number, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys
        )
    except (ValueError, RecursionError) as error:
        raise InvalidArgument("Request body is not valid JSON.") from error
    # Raw text is valid UTF-8 without control characters by now: only an escape can smuggle in what UTF-8 cannot hold.
    if "\\u" in text and not all(map(is_clean, _strings(value))):
        raise InvalidArgument("Request body has a string that is no valid Unicode text.")
    return value


def too_large() -> InvalidArgument:
    """Return the error for a body of more than MAX_BODY_BYTES."""
    return InvalidArgument(f"Request body too large, must be at most {MAX_BODY_BYTES} bytes.")


def is_clean(text: str) -> bool:
    """Tell whether the text is without NULs and lone surrogates, which neither UTF-8 nor an identifier may have."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("duplicate key")
    return fields


def _strings(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            yield current
        elif isinstance(current, list):
            waiting.extend(current)
        elif isinstance(current, dict):
            waiting.extend(current)
            waiting.extend(current.values())


def _wrong_type(kind: str, name: str) -> InvalidArgument:
    return InvalidArgument(f"invalid value for {kind} field {name}")
