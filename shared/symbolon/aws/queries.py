"""Reading many items of DynamoDB in order: a partition of a table, or of a secondary index."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from symbolon.aws.attributes import dump, load
from symbolon.aws.dynamodb import Item, Key, call, key, table_name

_MAX_SORT_KEY_BYTES = 1024


class Page(NamedTuple):
    """A part of a partition: its items, and the key after which to go on, None at the end."""

    items: list[Item]
    last: Key | None


class Span(NamedTuple):
    """A part of a partition, of the table or of an index of it: where the sort key, a text, is `least` to `most`."""

    partition: Key
    sort: str
    least: str
    most: str
    index_name: str = ""
    descending: bool = False


class Index(NamedTuple):
    """A part of a secondary index: one partition of it, and of its sort key, a number, what lies above a bound."""

    name: str
    partition: Key
    above: tuple[str, int]


def query(partition: Key, most: int, after: Key | None = None) -> Page:
    """Return up to `most` items of a partition in the order of their sort key, read consistently, from `after` on."""
    [(name, value)] = partition.parts
    arguments: dict[str, Any] = {
        "TableName": table_name(partition.table),
        "KeyConditionExpression": "#name = :value",
        "ExpressionAttributeNames": {"#name": name},
        "ExpressionAttributeValues": dump({":value": value}),
        "ConsistentRead": True,
        "Limit": most,
    }
    answer = call("Query", **arguments, **({"ExclusiveStartKey": dump(dict(after.parts))} if after else {}))
    last = answer.get("LastEvaluatedKey")
    return Page([load(item) for item in answer["Items"]], key(partition.table, **load(last)) if last else None)


def query_span(span: Span, most: int) -> list[Item]:
    """Return the first `most` items of the span, fewer where it has no more.

    They are read consistently from a table; an index follows its table with a short delay.
    """
    [(name, value)] = span.partition.parts
    least, greatest = span.least.encode(), span.most.encode()
    if not 1 <= len(least) <= _MAX_SORT_KEY_BYTES or least > greatest:
        return []  # which DynamoDB fails on
    arguments: dict[str, Any] = {
        "TableName": table_name(span.partition.table),
        "KeyConditionExpression": "#name = :value AND #sort BETWEEN :least AND :most",
        "ExpressionAttributeNames": {"#name": name, "#sort": span.sort},
        "ExpressionAttributeValues": dump({":value": value, ":least": span.least, ":most": span.most}),
        "ScanIndexForward": not span.descending,
        **({"IndexName": span.index_name} if span.index_name else {"ConsistentRead": True}),
    }
    return _first(arguments, most)


def query_keys(partition: Key, sort: str, most: int, after: str = "") -> Iterator[list[Key]]:
    """Yield the keys of a partition's items, `sort` being its sort key, up to `most` at once; nothing else is read.

    They come in the order of that key, from `after` on.
    """
    [(name, value)] = partition.parts
    arguments: dict[str, Any] = {
        "TableName": table_name(partition.table),
        "KeyConditionExpression": "#name = :value",
        "ProjectionExpression": "#name, #sort",
        "Select": "SPECIFIC_ATTRIBUTES",
        "ExpressionAttributeNames": {"#name": name, "#sort": sort},
        "ExpressionAttributeValues": dump({":value": value}),
        "ConsistentRead": True,
        "Limit": most,
    }
    start: dict[str, Any] = {"ExclusiveStartKey": dump({name: value, sort: after})} if after else {}
    while True:
        answer = call("Query", **arguments, **start)
        if answer["Items"]:
            yield [key(partition.table, **load(item)) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def scan(table: str, most: int, after: Key | None = None) -> Page:
    """Return up to `most` items of a table that never has many, in no order, read consistently, from `after` on."""
    arguments: dict[str, Any] = {"TableName": table_name(table), "ConsistentRead": True, "Limit": most}
    answer = call("Scan", **arguments, **({"ExclusiveStartKey": dump(dict(after.parts))} if after else {}))
    last = answer.get("LastEvaluatedKey")
    return Page([load(item) for item in answer["Items"]], key(table, **load(last)) if last else None)


def query_index(index: Index, most: int, after: Item | None = None) -> list[Item]:
    """Return `most` items in the order of the index, fewer at its end; `after` has the keys of the item before them.

    An index follows its table with a short delay, so that the newest writes may be missing.
    """
    [(name, value)] = index.partition.parts
    arguments: dict[str, Any] = {
        "TableName": table_name(index.partition.table),
        "IndexName": index.name,
        "KeyConditionExpression": "#name = :value AND #sort > :bound",
        "ExpressionAttributeNames": {"#name": name, "#sort": index.above[0]},
        "ExpressionAttributeValues": dump({":value": value, ":bound": index.above[1]}),
    }
    return _first(arguments | ({"ExclusiveStartKey": dump(after)} if after else {}), most)


def _first(arguments: dict[str, Any], most: int) -> list[Item]:
    found: list[Item] = []
    start: dict[str, Any] = {}
    while True:  # an answer ends at a megabyte
        answer = call("Query", **{**arguments, **start, "Limit": most - len(found)})
        found += map(load, answer["Items"])
        if "LastEvaluatedKey" not in answer or len(found) >= most:
            return found
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
