"""The simulation's DynamoDB answers as real engines do, and refuses what DynamoDB refuses."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from local.torture.engine.engine import Engine
from local.torture.engine.errors import Refused
from tests.helpers.service.real_engines import REAL_ENGINES
from tests.helpers.torture.engines import RealEngine, ask_memory
from tests.helpers.torture.requests import ACCOUNTS, EDGES, REQUESTS, TABLES

Json = dict[str, Any]
KEY = {"id": {"S": "a"}}


@pytest.fixture(scope="session")
def real_engine(engine: str) -> Iterator[RealEngine]:
    """Give a real engine, with the tables that the requests are for."""
    real = RealEngine(engine, TABLES)
    yield real
    real.close()


@REAL_ENGINES
def test_memory_answers_as_real_engines_do(real_engine: RealEngine, request: pytest.FixtureRequest) -> None:
    """Whatever is asked, one request after the other, is answered alike: items, refusals, reasons with their items."""
    is_lax = request.node.callspec.params["engine"] == "embedded"

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(REQUESTS)
    def compare(requests: list[tuple[str, Json]]) -> None:
        real_engine.clear()
        engine = Engine(TABLES)
        for operation, arguments in requests:
            expected = ask_memory(engine, operation, arguments)
            # The embedded engine does a few updates that DynamoDB and the other engine refuse.
            assume(not (is_lax and "Validation" in str(expected) and "Update" in str([operation, *arguments.items()])))
            assert real_engine.ask(operation, arguments) == expected

    compare()


def put(engine: Engine, **attributes: Json) -> None:
    """Put an item."""
    engine.call("PutItem", {"TableName": ACCOUNTS, "Item": KEY | attributes})


def too_many_writes(_engine: Engine) -> tuple[str, Json]:
    """Give a transaction of 101 writes."""
    writes = [{"Delete": {"TableName": ACCOUNTS, "Key": {"id": {"S": str(number)}}}} for number in range(101)]
    return "TransactWriteItems", {"TransactItems": writes}


def too_many_reads(_engine: Engine) -> tuple[str, Json]:
    """Give a batch of 101 keys."""
    return "BatchGetItem", {"RequestItems": {ACCOUNTS: {"Keys": [{"id": {"S": str(number)}} for number in range(101)]}}}


def too_large(engine: Engine) -> tuple[str, Json]:
    """Give an update that makes an item larger than 400 KB."""
    put(engine, text={"S": "x" * 300_000})
    values = {":more": {"S": "x" * 110_000}}
    return "UpdateItem", {"Key": KEY, "UpdateExpression": "SET more = :more", "ExpressionAttributeValues": values}


def long_key(_engine: Engine) -> tuple[str, Json]:
    """Give a key that is longer than a partition's may be."""
    return "GetItem", {"Key": {"id": {"S": "x" * 2049}}}


def reserved_word(_engine: Engine) -> tuple[str, Json]:
    """Give an attribute by a name that DynamoDB keeps for itself."""
    return "UpdateItem", {"Key": KEY, "UpdateExpression": "REMOVE location"}


def unused_value(_engine: Engine) -> tuple[str, Json]:
    """Give a value that no expression has."""
    return "UpdateItem", {"Key": KEY, "UpdateExpression": "REMOVE a", "ExpressionAttributeValues": {":a": {"S": "a"}}}


def part_of_the_key(_engine: Engine) -> tuple[str, Json]:
    """Give an update of a key."""
    values = {":id": {"S": "b"}}
    return "UpdateItem", {"Key": KEY, "UpdateExpression": "SET id = :id", "ExpressionAttributeValues": values}


def wrong_index_key(_engine: Engine) -> tuple[str, Json]:
    """Give an item whose index key is of another type."""
    return "PutItem", {"Item": KEY | {"kind": {"S": "live"}, "until": {"S": "soon"}}}


def place_within_nothing(engine: Engine) -> tuple[str, Json]:
    """Give an update of an entry of a map that is not there."""
    put(engine)
    values = {":a": {"S": "a"}}
    return "UpdateItem", {"Key": KEY, "UpdateExpression": "SET links.a = :a", "ExpressionAttributeValues": values}


def consistent_index(_engine: Engine) -> tuple[str, Json]:
    """Give a consistent read of an index."""
    asked = {"IndexName": "Kinds", "KeyConditionExpression": "kind = :k", "ConsistentRead": True}
    return "Query", asked | {"ExpressionAttributeValues": {":k": {"S": "live"}}}


@pytest.mark.parametrize(
    "wrong",
    [
        *(too_many_writes, too_many_reads, too_large, long_key, reserved_word),
        *(unused_value, part_of_the_key, wrong_index_key, place_within_nothing, consistent_index),
    ],
)
def test_refuses_what_dynamodb_refuses(wrong: Callable[[Engine], tuple[str, Json]]) -> None:
    """A request that DynamoDB would find wrong is a ValidationException, and nothing is done."""
    engine = Engine(TABLES)
    operation, arguments = wrong(engine)
    before = dict(engine.table(ACCOUNTS).items)

    with pytest.raises(Refused, match="ValidationException"):
        engine.call(operation, {"TableName": ACCOUNTS, **arguments})

    assert engine.table(ACCOUNTS).items == before


def test_transaction_is_done_once() -> None:
    """A transaction that is sent again under its token is not done again, and another under it is refused."""
    engine = Engine(TABLES)
    add = {"UpdateExpression": "ADD edge_count :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    once = {"TransactItems": [{"Update": {"TableName": ACCOUNTS, "Key": KEY, **add}}], "ClientRequestToken": "once"}

    engine.call("TransactWriteItems", once)
    engine.call("TransactWriteItems", once)

    assert engine.table(ACCOUNTS).items[("a",)]["edge_count"] == {"N": "1"}
    with pytest.raises(Refused, match="IdempotentParameterMismatch"):
        engine.call("TransactWriteItems", once | {"TransactItems": [{"Delete": {"TableName": ACCOUNTS, "Key": KEY}}]})


def test_index_follows_with_a_delay() -> None:
    """An index shows what its table had some changes ago, and all of it when it has caught up."""
    engine = Engine(TABLES)
    asked: Json = {"TableName": ACCOUNTS, "IndexName": "Kinds", "KeyConditionExpression": "kind = :k"}
    asked |= {"ExpressionAttributeValues": {":k": {"S": "live"}}}
    put(engine, kind={"S": "live"}, until={"N": "1"})

    engine.behind = 1
    late = engine.call("Query", asked)["Items"]
    engine.behind = 0

    assert late == []
    assert len(engine.call("Query", asked)["Items"]) == 1


def test_segments_have_every_item_once() -> None:
    """A scan in segments and pages finds each item exactly once."""
    engine = Engine(TABLES)
    for number in range(20):
        key = {"id": {"S": f"user-{number}"}, "other": {"S": "b"}}
        engine.call("PutItem", {"TableName": EDGES, "Item": key})

    found = []
    for segment in range(3):
        page: Json = {"LastEvaluatedKey": None}
        while "LastEvaluatedKey" in page:
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if page["LastEvaluatedKey"] else {}
            page = engine.call(
                "Scan", {"TableName": EDGES, "TotalSegments": 3, "Segment": segment, "Limit": 2, **start}
            )
            found += [item["id"]["S"] for item in page["Items"]]

    assert sorted(found) == sorted(f"user-{number}" for number in range(20))
