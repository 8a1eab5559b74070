"""A table made what its copy is: what differs is written, what the copy lacks is deleted, what is equal is left alone.

Both are read once and compared key by key, so that neither has to fit in memory, and a run that was broken off can be
repeated. Nobody else may write meanwhile.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from local.errors import StackError

Item = dict[str, Any]

_READ_AT_ONCE = 100
_WRITTEN_AT_ONCE = 25
_TRIES = 12
_LONGEST_WAIT = 20.0


@dataclass
class Change:
    """What was done to a table: items that were put back, and items that are gone."""

    put: int = 0
    deleted: int = 0


def rewind(tables: Any, name: str, copy: str, progress: Callable[[Change], None]) -> Change:  # noqa: ANN401 (botocore's)
    """Make the table `name` what `copy` is, telling `progress` after each hundred items. Raises StackError."""
    keys = [one["AttributeName"] for one in tables.describe_table(TableName=name)["Table"]["KeySchema"]]
    change = Change()
    for items in _batches(_scan(tables, copy), _READ_AT_ONCE):
        there = _by_key(_read(tables, name, [_key(item, keys) for item in items]), keys)
        wanted = [item for item in items if there.get(_name(item, keys)) != item]
        _write(tables, name, [{"PutRequest": {"Item": item}} for item in wanted])
        change.put += len(wanted)
        progress(change)
    for items in _batches(_scan(tables, name, keys), _READ_AT_ONCE):
        kept = _by_key(_read(tables, copy, [_key(item, keys) for item in items], keys), keys)
        gone = [_key(item, keys) for item in items if _name(item, keys) not in kept]
        _write(tables, name, [{"DeleteRequest": {"Key": key}} for key in gone])
        change.deleted += len(gone)
        progress(change)
    return change


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while some := [*islice(rest, size)]:
        yield some


def _scan(tables: Any, name: str, attributes: list[str] | None = None) -> Iterator[Item]:  # noqa: ANN401
    pages = tables.get_paginator("scan").paginate(TableName=name, ConsistentRead=True, **_only(attributes))
    for page in pages:
        yield from page["Items"]


def _read(tables: Any, name: str, keys: list[Item], attributes: list[str] | None = None) -> list[Item]:  # noqa: ANN401
    found: list[Item] = []
    asked: Mapping[str, Any] = {name: {"Keys": keys, "ConsistentRead": True, **_only(attributes)}} if keys else {}
    for wait in _waits():
        if not asked:
            return found
        answer = tables.batch_get_item(RequestItems=asked)
        found += answer["Responses"].get(name, [])
        asked = answer.get("UnprocessedKeys", {})
        if asked:
            time.sleep(wait)
    raise StackError(f"DynamoDB does not keep up with reading {name}; run the same command again to go on.")


def _write(tables: Any, name: str, requests: list[Item]) -> None:  # noqa: ANN401
    for some in _batches(requests, _WRITTEN_AT_ONCE):
        _write_some(tables, name, {name: some})


def _write_some(tables: Any, name: str, asked: Mapping[str, Any]) -> None:  # noqa: ANN401
    for wait in _waits():
        asked = tables.batch_write_item(RequestItems=asked).get("UnprocessedItems", {})
        if not asked:
            return
        time.sleep(wait)
    raise StackError(f"DynamoDB does not keep up with writing {name}; run the same command again to go on.")


def _only(attributes: list[str] | None) -> Item:
    if not attributes:
        return {}
    names = {f"#{number}": attribute for number, attribute in enumerate(attributes)}
    return {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}


def _waits() -> Iterator[float]:
    yield from (min(_LONGEST_WAIT, 0.1 * 2**attempt) for attempt in range(_TRIES))


def _key(item: Item, keys: list[str]) -> Item:
    return {name: item[name] for name in keys}


def _name(item: Item, keys: list[str]) -> str:
    return repr([item[name] for name in keys])


def _by_key(items: list[Item], keys: list[str]) -> dict[str, Item]:
    return {_name(item, keys): item for item in items}
