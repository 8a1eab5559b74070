"""Each log line says what its request consumed of DynamoDB, which is most of what it costs."""

import json
import threading

import pytest

from symbolon.aws import consumption
from tests.conftest import Log
from tests.helpers.players.client import Client
from tests.helpers.service.aws import Aws


def test_units_of_reads_and_writes_are_told_apart(client: Client, aws: Aws, log: Log) -> None:
    """An existing account's sign-in writes nothing, a new one's writes three items in a transaction."""
    session = client.sign_in("anna")
    assert client.refresh(session.refresh_token).status == 200
    [_, refreshed] = log()
    client.sign_in("anna")
    aws.answer("TransactWriteItems", ConsumedCapacity=[{"CapacityUnits": 2.0}] * 3)
    client.sign_in("bert")
    client.call("GET /healthcheck")

    returned, created, unrelated = [(line["read_units"], line["write_units"]) for line in log()]
    assert min(refreshed["read_units"], refreshed["write_units"], returned[0]) > 0
    assert returned[1] == 0
    assert created[1] == 6
    assert unrelated == (0, 0)


def test_every_request_asks_for_its_units(client: Client, aws: Aws) -> None:
    """No operation is left out."""
    session = client.sign_in("anna")
    client.refresh(session.refresh_token)
    client.link(session, "custom", id="custom-id-of-anna")

    assert {asked.operation for asked in aws.asked} >= {"GetItem", "BatchGetItem", "TransactWriteItems", "UpdateItem"}
    assert all(asked.content["ReturnConsumedCapacity"] == "TOTAL" for asked in aws.asked)


def test_units_are_those_that_dynamodb_tells(client: Client, aws: Aws, log: Log) -> None:
    """Halves are kept, and the tables of one answer are added up."""
    session = client.sign_in("anna")
    log()
    aws.answer("BatchGetItem", Responses={}, ConsumedCapacity=[{"CapacityUnits": 1.0}, {"CapacityUnits": 0.5}])
    client.get_account(session)

    [line] = log()
    assert (line["read_units"], line["write_units"]) == (1.5, 0)


@pytest.mark.parametrize("told", [{}, [], {"TableName": "users"}, [{}]])
def test_answers_without_units_count_nothing(told: dict[str, str] | list[dict[str, str]]) -> None:
    """An engine that does not tell its units is no error."""
    count = consumption.begin()
    consumption.add("GetItem", told)

    assert (count.read, count.written) == (0, 0)


def test_requests_at_once_are_counted_apart() -> None:
    """Threads that serve requests at the same time do not count for each other."""
    counts: dict[int, consumption.Consumption] = {}
    ready = threading.Barrier(4)

    def serve(number: int) -> None:
        counts[number] = consumption.begin()
        ready.wait(5)
        consumption.add("PutItem", {"CapacityUnits": number})

    threads = [threading.Thread(target=serve, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {number: count.written for number, count in counts.items()} == {0: 0, 1: 1, 2: 2, 3: 3}


def test_nobody_needs_to_count() -> None:
    """What asks DynamoDB outside of a request, as a command does, is not counted and not refused."""
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            consumption.add("Query", json.loads('{"CapacityUnits": 2.5}'))
        except BaseException as error:  # noqa: BLE001 (a thread's errors are lost otherwise)
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert failed == []
