"""Writes, one for itself or many in a transaction: planned, then tried against what is there, and only then done.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.torture.engine.conditions import Condition, read_condition
from local.torture.engine.errors import Refused, invalid
from local.torture.engine.tables import Place, Table
from local.torture.engine.tokens import Scope, placeholders
from local.torture.engine.updates import Update, read_update
from local.torture.engine.values import Item, Value, size_of_item, stored_item

MAX_WRITES = 100
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024

_KNOWN = frozenset(
    {
        *("TableName", "Key", "Item", "ConditionExpression", "UpdateExpression", "ReturnValues"),
        *("ExpressionAttributeNames", "ExpressionAttributeValues"),
        *("ReturnValuesOnConditionCheckFailure", "ReturnConsumedCapacity"),
    }
)


@dataclass(frozen=True)
class Done:
    """A write that can be done: what is there now and what will be, None for nothing."""

    table: Table
    place: Place
    before: Item | None
    after: Item | None

    @property
    def size(self) -> int:
        """The bytes that it counts: of what was or of what will be, whichever is more."""
        return max(size_of_item(item or {}) for item in (self.before, self.after))


@dataclass(frozen=True)
class Plan:
    """A write that is right in itself; `start` is the item of a Put, and else the key."""

    kind: str
    table: Table
    place: Place
    start: Item
    condition: Condition | None
    update: Update | None
    names: Mapping[str, str]
    values: Mapping[str, Value]
    shows_item: bool

    @classmethod
    def read(cls, kind: str, arguments: Mapping[str, Any], table: Table) -> "Plan":
        """Read a Put, Update, Delete or ConditionCheck; raises Refused for one that could never be done."""
        if unknown := arguments.keys() - _KNOWN:
            raise NotImplementedError(sorted(unknown))
        condition = read_condition(arguments["ConditionExpression"]) if "ConditionExpression" in arguments else None
        update = read_update(arguments["UpdateExpression"]) if "UpdateExpression" in arguments else None
        names, values = placeholders(arguments, [one for one in (condition, update) if one])
        if update:
            update.check(names, table.schema.types)
        start = stored_item(arguments["Item" if kind == "Put" else "Key"])
        place = table.schema.place(start) if kind == "Put" else table.schema.place_of_key(start)
        shows_item = arguments.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        return cls(kind, table, place, start, condition, update, names, values, shows_item)

    def tried(self) -> Done:
        """Return what comes of it; raises Refused where that cannot be, and changes nothing."""
        before = self.table.get(self.place)
        if self.condition and not self.condition.holds(Scope(before or {}, self.names, self.values)):
            shown = {"Item": before} if before and self.shows_item else {}
            raise Refused("ConditionalCheckFailedException", "The conditional request failed", **shown)
        if self.kind in ("ConditionCheck", "Delete"):
            return Done(self.table, self.place, before, before if self.kind == "ConditionCheck" else None)
        after = self.start
        if self.kind == "Update":
            after = before or self.start
            if self.update:
                after = self.update.applied(Scope(after, self.names, self.values))
        return Done(self.table, self.place, before, self.table.checked(after))


def transaction(plans: Sequence[Plan]) -> list[Done]:
    """Return the writes of a transaction; raises Refused, with the reasons, where one of them cannot be done."""
    if not 1 <= len(plans) <= MAX_WRITES:
        raise invalid(f"Member must have length less than or equal to {MAX_WRITES}, and at least 1")
    if len({(plan.table.name, plan.place) for plan in plans}) != len(plans):
        raise invalid("Transaction request cannot include multiple operations on one item")
    done, reasons = list[Done](), list[dict[str, Any]]()
    for plan in plans:
        try:
            done.append(plan.tried())
            reasons.append({"Code": "None"})
        except Refused as refused:
            reasons.append({"Code": _REASONS[refused.code], "Message": refused.message, **refused.fields})
    if len(done) < len(plans):
        raise cancelled(reasons)
    if sum(one.size for one in done) > MAX_TRANSACTION_BYTES:
        raise invalid("Transaction size exceeds the limit")
    return done


def cancelled(reasons: Iterable[Mapping[str, Any]]) -> Refused:
    """Return the refusal of a transaction for reasons, one for each of its writes."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return Refused("TransactionCanceledException", message, CancellationReasons=list(reasons))


_REASONS = {"ConditionalCheckFailedException": "ConditionalCheckFailed", "ValidationException": "ValidationError"}
