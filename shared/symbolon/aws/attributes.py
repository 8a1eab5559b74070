"""DynamoDB's typed attributes to plain Python values and back: str, int, bool, list and dict."""

from collections.abc import Mapping
from typing import Any


def dump(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item as DynamoDB's API takes it; raises TypeError for a value of another type."""
    return {name: _dump_value(value) for name, value in item.items()}


def load(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item that DynamoDB's API gave as plain values."""
    return {name: _load_value(value) for name, value in item.items()}


def _dump_value(value: Any) -> dict[str, Any]:  # noqa: ANN401 (any of the types below)
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case list():
            return {"L": [_dump_value(entry) for entry in value]}
        case dict():
            return {"M": dump(value)}
    raise TypeError(f"no DynamoDB type for {type(value).__name__}")


def _load_value(typed: Mapping[str, Any]) -> Any:  # noqa: ANN401 (any of the types above)
    [(kind, value)] = typed.items()
    match kind:
        case "N":
            return int(value)
        case "L":
            return [_load_value(entry) for entry in value]
        case "M":
            return load(value)
    return value
