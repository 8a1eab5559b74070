"""A table's items by their keys, and its indexes, which follow it with a delay.

Limits of keys: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.torture.engine.errors import invalid
from local.torture.engine.values import Item, Value, checked_size, comparable, stored

MAX_HASH_BYTES, MAX_RANGE_BYTES = 2048, 1024

Place = tuple[str, ...]
"""An item's key as the engine files it: the values of its key attributes."""


@dataclass(frozen=True)
class Schema:
    """The key attributes of a table or index, the partition's first, with their types."""

    types: Mapping[str, str]

    @classmethod
    def of(cls, definition: Mapping[str, Any], attributes: Sequence[Mapping[str, str]]) -> "Schema":
        """Read it from what CreateTable is told of a table or of an index."""
        kinds = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in attributes}
        names = sorted(definition["KeySchema"], key=lambda part: part["KeyType"] != "HASH")
        return cls({part["AttributeName"]: kinds[part["AttributeName"]] for part in names})

    @property
    def hash(self) -> str:
        """The name of the attribute that says which partition an item is in."""
        return next(iter(self.types))

    def place(self, item: Mapping[str, Value]) -> Place:
        """Return where an item belongs; raises Refused when it lacks a key attribute or one is of no use."""
        return tuple(self._part(item, name, kind) for name, kind in self.types.items())

    def place_of_key(self, key: Mapping[str, Any]) -> Place:
        """Return where the item with a key is; raises Refused when the key is none of this table."""
        if set(key) != set(self.types):
            raise invalid("The provided key element does not match the schema")
        return self.place({name: stored(value) for name, value in key.items()})

    def rank(self, item: Mapping[str, Value]) -> list[Any]:
        """Return what orders items within a partition."""
        return [comparable(item[name]) for name in self.types if name != self.hash]

    def key(self, item: Mapping[str, Value]) -> Item:
        """Return an item's key attributes."""
        return {name: item[name] for name in self.types}

    def _part(self, item: Mapping[str, Value], name: str, kind: str) -> str:
        value = item.get(name)
        if value is None:
            raise invalid(f"One or more parameter values were invalid: Missing the key {name} in the item")
        if kind not in value:
            raise invalid(f"One or more parameter values were invalid: Type mismatch for key {name}")
        text = str(value[kind])
        most = MAX_HASH_BYTES if name == self.hash else MAX_RANGE_BYTES
        if not 0 < len(text.encode()) <= most:
            raise invalid(f"One or more parameter values were invalid: {name} must have 1 to {most} bytes")
        return text


class Table:
    """One table."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        """Make it, empty, as CreateTable would."""
        attributes = definition["AttributeDefinitions"]
        indexes = definition.get("GlobalSecondaryIndexes", [])
        self.name: str = definition["TableName"]
        self.schema = Schema.of(definition, attributes)
        self.indexes = {index["IndexName"]: Schema.of(index, attributes) for index in indexes}
        self.items: dict[Place, Item] = {}
        self._indexed: dict[Place, Item] = {}
        self._behind: list[tuple[Place, Item | None]] = []

    def get(self, place: Place) -> Item | None:
        """Return the item at a place."""
        return self.items.get(place)

    def checked(self, item: Item) -> Item:
        """Return an item that can be put; raises Refused for one that is too large or whose index keys are wrong."""
        for index in self.indexes.values():
            for name, kind in index.types.items():
                if name in item and kind not in item[name]:
                    raise invalid(f"One or more parameter values were invalid: Type mismatch for Index Key {name}")
        return checked_size(item)

    def clear(self) -> None:
        """Delete all items, in the indexes, too."""
        for items in (self.items, self._indexed, self._behind):
            items.clear()

    def put(self, place: Place, item: Item | None) -> None:
        """Put an item at its place, or with None remove what is there."""
        if item is None:
            self.items.pop(place, None)
        else:
            self.items[place] = item
        if self.indexes:
            self._behind.append((place, item))

    def in_index(self, schema: Schema, behind: int) -> list[Item]:
        """Return the items of an index, which has not seen the newest `behind` changes yet."""
        for place, item in self._behind[: max(0, len(self._behind) - behind)]:
            if item is None:
                self._indexed.pop(place, None)
            else:
                self._indexed[place] = item
        self._behind = self._behind[max(0, len(self._behind) - behind) :]
        return [item for item in self._indexed.values() if set(schema.types) <= set(item)]
