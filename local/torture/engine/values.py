"""Typed attribute values, as DynamoDB's JSON has them: their one form in the store, their size, their order.

Of DynamoDB's types those that `symbolon.aws.attributes` writes; for another the engine gives up, loudly.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html has the sizes.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from local.torture.engine.errors import invalid

Value = dict[str, Any]
Item = dict[str, Value]

MAX_DIGITS = 38
MAX_DEPTH = 32
MAX_ITEM_BYTES = 400 * 1024

_MAX_EXPONENT, _MIN_EXPONENT = 125, -130
_OVERHEAD_BYTES = 3
"""Of a list or map, besides a byte for each of its elements."""


def stored(value: Any, depth: int = 0) -> Value:  # noqa: ANN401 (whatever a request has)
    """Return a value in its one form, numbers without spare digits; raises Refused for none at all."""
    if not isinstance(value, dict) or len(value) != 1:
        raise invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
    if depth > MAX_DEPTH:
        raise invalid("Nesting Levels have exceeded supported limits")
    [(kind, content)] = value.items()
    match kind:
        case "L":
            return {"L": [stored(entry, depth + 1) for entry in content]}
        case "M":
            return {"M": {name: stored(entry, depth + 1) for name, entry in content.items()}}
    return {kind: _PLAIN[kind](content)}


def stored_item(item: Mapping[str, Any]) -> Item:
    """Return an item in its one form; raises Refused when it is too large."""
    return checked_size({name: stored(value) for name, value in item.items()})


def checked_size(item: Item) -> Item:
    """Return the item; raises Refused when it is too large."""
    if size_of_item(item) > MAX_ITEM_BYTES:
        raise invalid("Item size has exceeded the maximum allowed size")
    return item


def size_of_item(item: Mapping[str, Value]) -> int:
    """Return the bytes that an item counts."""
    return sum(len(name.encode()) + size_of(value) for name, value in item.items())


def size_of(value: Value) -> int:
    """Return the bytes that a value counts."""
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return (len(content.lstrip("-").replace(".", "")) + 1) // 2 + 1
        case "L":
            return _OVERHEAD_BYTES + sum(size_of(entry) + 1 for entry in content)
        case "M":
            return _OVERHEAD_BYTES + size_of_item(content) + len(content)
    return 1


def comparable(value: Value) -> tuple[str, Any] | None:
    """Return what the value is compared by with others of its kind, None for one that has no order."""
    [(kind, content)] = value.items()
    match kind:
        case "N":
            return kind, Decimal(content)
        case "S":
            return kind, content.encode()
    return None


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise invalid("The parameter cannot be converted to a numeric value") from None
    if not number.is_finite():
        raise invalid("The parameter cannot be converted to a numeric value")
    number = number.normalize()
    if len(number.as_tuple().digits) > MAX_DIGITS:
        raise invalid(f"Attempting to store more than {MAX_DIGITS} significant digits in a Number")
    if number and not _MIN_EXPONENT <= number.adjusted() <= _MAX_EXPONENT:
        raise invalid("Number overflow. Attempting to store a number with magnitude outside the supported range")
    return f"{number:f}" if number else "0"


_PLAIN: Mapping[str, Callable[[Any], Any]] = {"S": str, "N": _number, "BOOL": bool}
