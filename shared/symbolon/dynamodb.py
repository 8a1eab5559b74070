"""The only door to DynamoDB: plain Python values in and out, and one exception for a transaction that was refused.

A table is named by the environment variable that holds its name, so that a function which was not given a table
cannot reach for it.
"""

import os
import random
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from symbolon import aws
from symbolon.attributes import dump, load
from symbolon.aws import AwsError
from symbolon.errors import Misconfigured, Unavailable

Item = dict[str, Any]

_ATTEMPTS = 12
_LONGEST_PAUSE_SECONDS = 0.25
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_REFUSALS = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException"})
_MAX_KEY_BYTES = 2048


class Key(NamedTuple):
    """One item's address: the environment variable that names the table, and the key attributes."""

    table: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Write:
    """One write of a transaction: `action` is Put, Update, Delete or ConditionCheck.

    `condition` and `update` are DynamoDB expressions over `names` (#name) and `values` (:value); `item` holds the
    attributes of a Put besides its key.
    """

    action: str
    key: Key
    condition: str
    update: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    item: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A part of a partition: its items, and the key after which to go on, None at the end."""

    items: list[Item]
    last: Key | None


@dataclass(frozen=True)
class Index:
    """A part of a secondary index: one partition of it, and of its sort key, a number, what lies above a bound."""

    name: str
    partition: Key
    above: tuple[str, int]


class TransactionRefused(Exception):
    """Nothing was written: `found` has, by index of each write whose condition failed, the item there is, or None."""

    def __init__(self, found: Mapping[int, Item | None]) -> None:
        super().__init__(f"conditions failed: {sorted(found)}")
        self.found = found


def key(table: str, **parts: str) -> Key:
    """Return the key with these attributes in the table that the environment variable `table` names."""
    return Key(table, tuple(parts.items()))


def get(wanted: Key) -> Item | None:
    """Return the item, read consistently, or None. Raises Unavailable, as every function here does."""
    if not _can_exist(wanted):
        return None
    answer = _call("GetItem", TableName=_table(wanted.table), Key=dump(dict(wanted.parts)), ConsistentRead=True)
    return load(answer["Item"]) if "Item" in answer else None


def batch_get(keys: Iterable[Key]) -> dict[Key, Item]:
    """Return those of at most 100 items that exist, read consistently, in one round trip as a rule."""
    wanted = set(filter(_can_exist, keys))
    found: dict[Key, Item] = {}
    for attempt in range(_ATTEMPTS):
        if not wanted:
            return found
        answer = _call("BatchGetItem", RequestItems=_batch(wanted))
        rows = [(table, load(row)) for table, many in answer["Responses"].items() for row in many]
        found |= {at: row for at in wanted for table, row in rows if table == _table(at.table) and _is_at(row, at)}
        if not answer.get("UnprocessedKeys"):
            return found
        wanted -= found.keys()
        _pause(attempt)
    raise Unavailable("The database is too busy.")


def query(partition: Key, most: int, after: Key | None = None) -> Page:
    """Return up to `most` items of a partition in the order of their sort key, read consistently, from `after` on."""
    [(name, value)] = partition.parts
    arguments: dict[str, Any] = {
        "TableName": _table(partition.table),
        "KeyConditionExpression": "#name = :value",
        "ExpressionAttributeNames": {"#name": name},
        "ExpressionAttributeValues": dump({":value": value}),
        "ConsistentRead": True,
        "Limit": most,
    }
    answer = _call("Query", **arguments, **({"ExclusiveStartKey": dump(dict(after.parts))} if after else {}))
    last = answer.get("LastEvaluatedKey")
    return Page([load(item) for item in answer["Items"]], key(partition.table, **load(last)) if last else None)


def query_index(index: Index, most: int, after: Item | None = None) -> list[Item]:
    """Return `most` items in the order of the index, fewer at its end; `after` has the keys of the item before them.

    An index follows its table with a short delay, so that the newest writes may be missing.
    """
    [(name, value)] = index.partition.parts
    arguments: dict[str, Any] = {
        "TableName": _table(index.partition.table),
        "IndexName": index.name,
        "KeyConditionExpression": "#name = :value AND #sort > :bound",
        "ExpressionAttributeNames": {"#name": name, "#sort": index.above[0]},
        "ExpressionAttributeValues": dump({":value": value, ":bound": index.above[1]}),
    }
    found: list[Item] = []
    start = {"ExclusiveStartKey": dump(after)} if after else {}
    while True:  # an answer ends at a megabyte
        answer = _call("Query", **arguments, **start, Limit=most - len(found))
        found += map(load, answer["Items"])
        if "LastEvaluatedKey" not in answer or len(found) >= most:
            return found
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def update(write: Write) -> Item | None:
    """Perform an Update by itself: None when it was done, or the item that made its condition fail ({} when absent)."""
    try:
        _call("UpdateItem", **_arguments(write))
    except AwsError as refusal:
        return load(refusal.answer.get("Item", {}))
    return None


def transact(writes: Sequence[Write]) -> None:
    """Perform all writes (at most 100) or none; those that collide with another transaction are tried again.

    Raises TransactionRefused when a condition failed.
    """
    items = [{write.action: _arguments(write)} for write in writes]
    for attempt in range(_ATTEMPTS):
        try:
            # With a token the request is safe to repeat when its answer was lost.
            _call("TransactWriteItems", TransactItems=items, ClientRequestToken=str(uuid.uuid4()))
        except AwsError as error:
            reasons = error.answer.get("CancellationReasons", [])
            if refused := {at: why for at, why in enumerate(reasons) if why["Code"] == "ConditionalCheckFailed"}:
                found = {at: load(why["Item"]) if why.get("Item") else None for at, why in refused.items()}
                raise TransactionRefused(found) from error
            codes = {why["Code"] for why in reasons}
            if not codes & _PASSING:
                raise Misconfigured(f"DynamoDB TransactWriteItems: {sorted(codes)}") from error
            _pause(attempt)
        else:
            return
    raise Unavailable("The database is too busy.")


def _call(operation: str, **arguments: object) -> dict[str, Any]:
    try:
        return aws.post_json("dynamodb", f"DynamoDB_20120810.{operation}", arguments)
    except AwsError as error:
        if error.code in _REFUSALS:
            raise
        raise Misconfigured(f"DynamoDB {operation}: {error.code}") from error


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, min(_LONGEST_PAUSE_SECONDS, 0.01 * 2**attempt)))  # noqa: S311 (no secret)


def _table(variable: str) -> str:
    name = os.environ.get(variable)
    if not name:
        raise Misconfigured(f"{variable} is not set")
    return name


def _arguments(write: Write) -> dict[str, Any]:
    place = dict(write.key.parts)
    arguments = {
        "TableName": _table(write.key.table),
        "ConditionExpression": write.condition,
        "UpdateExpression": write.update,
        "ExpressionAttributeNames": dict(write.names),
        "ExpressionAttributeValues": dump(write.values),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    arguments |= {"Item": dump(place | dict(write.item))} if write.action == "Put" else {"Key": dump(place)}
    return {name: value for name, value in arguments.items() if value}


def _batch(keys: Iterable[Key]) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for at in keys:
        table = tables.setdefault(_table(at.table), {"ConsistentRead": True, "Keys": []})
        table["Keys"].append(dump(dict(at.parts)))
    return tables


def _can_exist(at: Key) -> bool:
    # DynamoDB fails on a key of another length, which a client that looks somebody up can send.
    return all(1 <= len(value.encode()) <= _MAX_KEY_BYTES for _, value in at.parts)


def _is_at(row: Item, at: Key) -> bool:
    return all(row.get(name) == value for name, value in at.parts)
