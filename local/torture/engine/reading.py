"""Reads of more than one item: batches, a partition of a table or index, a whole table in segments."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.torture.engine.conditions import Condition, read_condition
from local.torture.engine.errors import invalid
from local.torture.engine.projections import read_projection
from local.torture.engine.tables import Place, Schema, Table
from local.torture.engine.tokens import Scope, placeholders
from local.torture.engine.values import Item, size_of_item

_OF_BOTH = frozenset(
    {
        *("TableName", "Limit", "ExclusiveStartKey", "ConsistentRead", "ReturnConsumedCapacity", "Select"),
        *("FilterExpression", "ProjectionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"),
    }
)
_OF_QUERY = _OF_BOTH | {"IndexName", "KeyConditionExpression", "ScanIndexForward"}
_OF_SCAN = _OF_BOTH | {"Segment", "TotalSegments"}

MAX_KEYS = 100
MAX_PAGE_BYTES = 1024 * 1024
MAX_BATCH_BYTES = 16 * 1024 * 1024

_SHOWN = "ProjectionExpression"

Rank = Callable[[Item], Any]


@dataclass(frozen=True)
class Page:
    """Items, the key after which to go on, None at the end, and the bytes that were read for them."""

    items: list[Item]
    last: Item | None
    size: int


def batch(table: Table, request: Mapping[str, Any], names: str = "Keys") -> list[tuple[Item, Item | None]]:
    """Return the keys of a batch's part with the items that are there; raises Refused for keys that are none."""
    if unknown := request.keys() - {names, "ConsistentRead"}:
        raise NotImplementedError(sorted(unknown))
    places = [table.schema.place_of_key(key) for key in request[names]]
    if len(set(places)) != len(places):
        raise invalid("Provided list of item keys contains duplicates")
    return [(key, table.get(place)) for key, place in zip(request[names], places, strict=True)]


def query(table: Table, arguments: Mapping[str, Any], behind: int) -> Page:
    """Return a page of a partition; of an index as it was `behind` changes ago."""
    _check(arguments, _OF_QUERY)
    schema = table.schema
    items: Iterable[Item] = table.items.values()
    if "IndexName" in arguments:
        schema = _index(table, arguments)
        items = table.in_index(schema, behind)
    condition, scope = _condition(arguments, "KeyConditionExpression")
    if condition is None:
        raise invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified")
    found = [item for item in items if condition.holds(scope(schema.key(item)))]
    if len({item[schema.hash]["S"] for item in found}) > 1:
        raise invalid("Query condition missed key schema element")
    rank = _rank(schema, table)
    found.sort(key=rank, reverse=arguments.get("ScanIndexForward") is False)
    return _page(found, arguments, rank, {*table.schema.types, *schema.types})


def scan(table: Table, arguments: Mapping[str, Any]) -> Page:
    """Return a page of a table, or of a segment of it."""
    _check(arguments, _OF_SCAN)
    total, segment = arguments.get("TotalSegments", 1), arguments.get("Segment", 0)
    found = [item for place, item in table.items.items() if _hash(place) % total == segment]

    def rank(item: Item) -> tuple[int, Place]:
        place = table.schema.place(item)
        return _hash(place), place

    found.sort(key=rank)
    return _page(found, arguments, rank, set(table.schema.types))


def _page(found: list[Item], arguments: Mapping[str, Any], rank: Rank, key: set[str]) -> Page:
    """Return the first of the items that are left and fit; `key` has the attributes that say where to go on."""
    start, limit = arguments.get("ExclusiveStartKey"), arguments.get("Limit")
    if start is not None:
        backwards = arguments.get("ScanIndexForward") is False
        found = [item for item in found if (rank(item) < rank(start) if backwards else rank(item) > rank(start))]
    taken, size = list[Item](), 0
    for item in found:
        if len(taken) == limit or size > MAX_PAGE_BYTES:
            break
        taken.append(item)
        size += size_of_item(item)
    last = taken[-1] if taken and (len(taken) < len(found) or len(taken) == limit) else None
    kept, scope = _condition(arguments, "FilterExpression")
    shown = [_projected(item, arguments) for item in taken if kept is None or kept.holds(scope(item))]
    return Page(shown, {name: last[name] for name in sorted(key)} if last else None, size)


def _condition(arguments: Mapping[str, Any], name: str) -> tuple[Condition | None, Callable[[Item], Scope]]:
    known = ("KeyConditionExpression", "FilterExpression")
    expressions = {one: read_condition(arguments[one]) for one in known if one in arguments}
    names, values = placeholders(arguments, [*expressions.values(), read_projection(arguments.get(_SHOWN, ""))])
    return expressions.get(name), lambda item: Scope(item, names, values)


def _projected(item: Item, arguments: Mapping[str, Any]) -> Item:
    """Return those attributes of an item that are asked for."""
    if _SHOWN not in arguments:
        return item
    names = arguments.get("ExpressionAttributeNames", {})
    places = [path.steps(names) for path in read_projection(arguments[_SHOWN]).paths]
    if any(len(place) > 1 for place in places):
        raise NotImplementedError("parts of an attribute")
    return {place[0]: item[place[0]] for place in places if isinstance(place[0], str) and place[0] in item}


def _check(arguments: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := arguments.keys() - known:
        raise NotImplementedError(sorted(unknown))


def _index(table: Table, arguments: Mapping[str, Any]) -> Schema:
    if arguments.get("ConsistentRead"):
        raise invalid("Consistent reads are not supported on global secondary indexes")
    if arguments["IndexName"] not in table.indexes:
        raise invalid("The table does not have the specified index")
    return table.indexes[arguments["IndexName"]]


def _rank(schema: Schema, table: Table) -> Rank:
    return lambda item: (schema.rank(item), table.schema.place(item))


def _hash(place: Place) -> int:
    return zlib.crc32(place[0].encode())
