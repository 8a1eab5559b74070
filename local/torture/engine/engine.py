"""The engine: requests as DynamoDB's API has them in, answers or refusals out, one at a time.

Where it does not know an argument it gives up (NotImplementedError), so that nothing passes that was not looked at.
Each answer's capacity: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from local.torture.engine import reading
from local.torture.engine.errors import Refused, invalid
from local.torture.engine.reading import Page
from local.torture.engine.tables import Table
from local.torture.engine.values import size_of_item
from local.torture.engine.writing import Done, Plan, transaction

Answer = dict[str, Any]

_WRITE_BYTES, _READ_BYTES = 1024, 4096


class Engine:
    """DynamoDB, with the tables that it was made with. `written` is called with each write that was done."""

    def __init__(self, tables: Iterable[Mapping[str, Any]]) -> None:
        """Make the tables, empty, from arguments of CreateTable."""
        made = [Table(table) for table in tables]
        self.tables = {table.name: table for table in made}
        self.written: Callable[[Done], None] = lambda _done: None
        self.behind = 0
        """How many of the newest changes the indexes have not seen."""
        self._tokens: dict[str, str] = {}

    def call(self, operation: str, arguments: Mapping[str, Any]) -> Answer:
        """Perform an operation and return its answer; raises Refused."""
        return _OPERATIONS[operation](self, arguments)

    def table(self, name: str) -> Table:
        """Return a table; raises Refused for one that there is not."""
        if name not in self.tables:
            raise Refused("ResourceNotFoundException", "Requested resource not found")
        return self.tables[name]

    def has_done(self, token: str) -> bool:
        """Tell whether a transaction with this ClientRequestToken was done."""
        return token in self._tokens

    def get_item(self, arguments: Mapping[str, Any]) -> Answer:
        """Perform GetItem."""
        table = self.table(arguments["TableName"])
        [(_, item)] = reading.batch(table, {"Keys": [arguments["Key"]]})
        units = _read_units(size_of_item(item or {}), arguments)
        return ({"Item": item} if item else {}) | {"ConsumedCapacity": _capacity(table, units)}

    def batch_get_item(self, arguments: Mapping[str, Any]) -> Answer:
        """Perform BatchGetItem."""
        requests = {self.table(name): request for name, request in arguments["RequestItems"].items()}
        if not 1 <= sum(len(request["Keys"]) for request in requests.values()) <= reading.MAX_KEYS:
            raise invalid("Too many items requested for the BatchGetItem call, or none")
        answers, capacity, size = dict[str, Any](), list[Answer](), 0
        for table, request in requests.items():
            found = [item for _, item in reading.batch(table, request) if item]
            size += sum(map(size_of_item, found))
            answers[table.name] = found
            units = sum(_read_units(size_of_item(item or {}), request) for _, item in reading.batch(table, request))
            capacity.append(_capacity(table, units))
        if size > reading.MAX_BATCH_BYTES:
            raise NotImplementedError("an answer above 16 MB")
        return {"Responses": answers, "UnprocessedKeys": {}, "ConsumedCapacity": capacity}

    def query(self, arguments: Mapping[str, Any]) -> Answer:
        """Perform Query."""
        table = self.table(arguments["TableName"])
        return _many(table, reading.query(table, arguments, self.behind), arguments)

    def scan(self, arguments: Mapping[str, Any]) -> Answer:
        """Perform Scan."""
        table = self.table(arguments["TableName"])
        return _many(table, reading.scan(table, arguments), arguments)

    def transact_write_items(self, arguments: Mapping[str, Any]) -> Answer:
        """Perform TransactWriteItems: all of its writes, or none; once for each ClientRequestToken."""
        token, text = arguments.get("ClientRequestToken"), json.dumps(arguments["TransactItems"], sort_keys=True)
        if token and self._tokens.get(token, text) != text:
            raise Refused("IdempotentParameterMismatchException", "The token was used with other parameters")
        writes = [(kind, one) for item in arguments["TransactItems"] for kind, one in item.items()]
        done = []
        if not token or token not in self._tokens:
            done = transaction([Plan.read(kind, one, self.table(one["TableName"])) for kind, one in writes])
            self._perform(done)
        if token:
            self._tokens[token] = text
        names = dict.fromkeys(one["TableName"] for _, one in writes)
        units = {name: 2 * sum(_write_units(one) for one in done if one.table.name == name) for name in names}
        return {"ConsumedCapacity": [_capacity(self.table(name), units[name]) for name in names]}

    def write(self, kind: str, arguments: Mapping[str, Any]) -> Answer:
        """Perform PutItem, UpdateItem or DeleteItem."""
        table = self.table(arguments["TableName"])
        done = Plan.read(kind, arguments, table).tried()
        self._perform([done])
        wanted = arguments.get("ReturnValues", "NONE")
        shown = {"NONE": None, "ALL_OLD": done.before, "ALL_NEW": done.after}[wanted]
        capacity = {"ConsumedCapacity": _capacity(table, _write_units(done))}
        return ({"Attributes": shown} if shown else {}) | capacity

    def _perform(self, writes: Iterable[Done]) -> None:
        for done in writes:
            if done.before is not done.after:
                done.table.put(done.place, done.after)
                self.written(done)


def _many(table: Table, page: Page, arguments: Mapping[str, Any]) -> Answer:
    answer: Answer = {"Items": page.items, "Count": len(page.items)}
    answer["ConsumedCapacity"] = _capacity(table, _read_units(page.size, arguments))
    return answer | ({"LastEvaluatedKey": page.last} if page.last else {})


def _read_units(size: int, request: Mapping[str, Any]) -> float:
    return max(1, math.ceil(size / _READ_BYTES)) * (1 if request.get("ConsistentRead") else 0.5)


def _write_units(done: Done) -> int:
    return max(1, math.ceil(done.size / _WRITE_BYTES))


def _capacity(table: Table, units: float) -> Answer:
    return {"TableName": table.name, "CapacityUnits": float(units)}


_OPERATIONS: Mapping[str, Callable[[Engine, Mapping[str, Any]], Answer]] = {
    "GetItem": Engine.get_item,
    "BatchGetItem": Engine.batch_get_item,
    "Query": Engine.query,
    "Scan": Engine.scan,
    "TransactWriteItems": Engine.transact_write_items,
    "PutItem": lambda engine, arguments: engine.write("Put", arguments),
    "UpdateItem": lambda engine, arguments: engine.write("Update", arguments),
    "DeleteItem": lambda engine, arguments: engine.write("Delete", arguments),
}
