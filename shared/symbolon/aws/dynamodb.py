"""The only door to DynamoDB: plain Python values in and out, and one exception for a transaction that was refused.

A table is named by the environment variable that holds its name, so that a function which was not given a table
cannot reach for it.
"""

import os
import random
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from symbolon.aws import consumption, signed
from symbolon.aws.attributes import dump, load
from symbolon.aws.signed import AwsError
from symbolon.errors import Misconfigured, Unavailable
from symbolon.values import NOTHING

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


class Write(NamedTuple):
    """One write of a transaction: `action` is Put, Update, Delete or ConditionCheck.

    `condition` and `update` are DynamoDB expressions over `names` (#name) and `values` (:value); `item` holds the
    attributes of a Put besides its key.
    """

    action: str
    key: Key
    condition: str
    update: str = ""
    names: Mapping[str, str] = NOTHING
    values: Mapping[str, Any] = NOTHING
    item: Mapping[str, Any] = NOTHING


class TransactionRefused(Exception):
    """Nothing was written: `found` has, by index of each write whose condition failed, the item there is, or None."""

    def __init__(self, found: Mapping[int, Item | None]) -> None:
        super().__init__(f"conditions failed: {sorted(found)}")
        self.found = found


def key(table: str, **parts: str) -> Key:
    """Return the key with these attributes in the table that the environment variable `table` names."""
    return Key(table, tuple(parts.items()))


def get(wanted: Key, *, is_fresh: bool = True) -> Item | None:
    """Return the item, read consistently, or None. Raises Unavailable, as every function here does.

    Where it need not be fresh, it may be as it was a moment ago, for half the price.
    """
    if not _can_exist(wanted):
        return None
    where = {"TableName": table_name(wanted.table), "Key": dump(dict(wanted.parts))}
    answer = call("GetItem", **where, ConsistentRead=is_fresh)
    return load(answer["Item"]) if "Item" in answer else None


def batch_get(keys: Iterable[Key]) -> dict[Key, Item]:
    """Return those of at most 100 items that exist, read consistently, in one round trip as a rule.

    They are asked for in the order that is given, so that the same calls go out whatever a process's hashes are.
    """
    wanted = list(dict.fromkeys(filter(_can_exist, keys)))
    found: dict[Key, Item] = {}
    for attempt in range(_ATTEMPTS):
        if not wanted:
            return found
        answer = call("BatchGetItem", RequestItems=_batch(wanted))
        rows = [(table, load(row)) for table, many in answer["Responses"].items() for row in many]
        found |= {at: row for at in wanted for table, row in rows if table == table_name(at.table) and _is_at(row, at)}
        if not answer.get("UnprocessedKeys"):
            return found
        wanted = [at for at in wanted if at not in found]
        _pause(attempt)
    raise Unavailable("The database is too busy.", "dynamodb")


def update(write: Write) -> Item | None:
    """Perform a write by itself: None when it was done, or the item that made its condition fail ({} when absent)."""
    try:
        call(f"{write.action}Item", **_arguments(write))
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
            call("TransactWriteItems", TransactItems=items, ClientRequestToken=str(uuid.uuid4()))
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
    raise Unavailable("The database is too busy.", "dynamodb")


def call(operation: str, **arguments: object) -> dict[str, Any]:
    """Return the answer of one of DynamoDB's operations.

    Raises AwsError when a condition failed, Misconfigured for any other refusal.
    """
    try:
        answer = signed.post_json("dynamodb", f"DynamoDB_20120810.{operation}", arguments | consumption.REQUESTED)
    except AwsError as error:
        if error.code in _REFUSALS:
            raise
        raise Misconfigured(f"DynamoDB {operation}: {error.code}") from error
    consumption.add(operation, answer.get("ConsumedCapacity", {}))
    return answer


def table_name(variable: str) -> str:
    """Return the name of the table that the environment variable `variable` names."""
    name = os.environ.get(variable)
    if not name:
        raise Misconfigured(f"{variable} is not set")
    return name


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, min(_LONGEST_PAUSE_SECONDS, 0.01 * 2**attempt)))  # noqa: S311 (no secret)


def _arguments(write: Write) -> dict[str, Any]:
    place = dict(write.key.parts)
    arguments = {
        "TableName": table_name(write.key.table),
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
        table = tables.setdefault(table_name(at.table), {"ConsistentRead": True, "Keys": []})
        table["Keys"].append(dump(dict(at.parts)))
    return tables


def _can_exist(at: Key) -> bool:
    # DynamoDB fails on a key of another length, which a client that looks somebody up can send.
    return all(1 <= len(value.encode()) <= _MAX_KEY_BYTES for _, value in at.parts)


def _is_at(row: Item, at: Key) -> bool:
    return all(row.get(name) == value for name, value in at.parts)
