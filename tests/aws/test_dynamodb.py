"""The door to DynamoDB: values there and back, refusals, collisions, and a database that is busy, down or forbidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbolon.aws import dynamodb
from symbolon.aws.attributes import dump, load
from symbolon.aws.dynamodb import TransactionRefused, Write, key
from symbolon.errors import Unavailable
from tests.conftest import Log
from tests.helpers.players.client import Client
from tests.helpers.service.aws import Aws
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

ANNA = key("USERNAMES_TABLE", username="anna")
BERT = key("USERNAMES_TABLE", username="bert")
FREE = "attribute_not_exists(username)"
DOWN = [pytest.param(500, id="error"), pytest.param(503, id="unavailable"), pytest.param(0, id="silence")]

plain_values = st.recursive(
    st.text() | st.booleans() | st.integers(-(10**37), 10**37),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def put(at: dynamodb.Key, **item: object) -> Write:
    """Give the write that makes an item which must not be there."""
    return Write("Put", at, FREE, item=item)


@given(st.dictionaries(st.text(), plain_values, max_size=4))
def test_values_come_back_as_they_were(item: dict[str, object]) -> None:
    """Texts, whole numbers, truth values, lists and maps survive the way to DynamoDB's types and back."""
    assert load(dump(item)) == item
    assert str(load(dump(item))) == str(item)


@pytest.mark.parametrize("value", [None, 1.5, b"bytes", {1}, ("a",)], ids=str)
def test_other_values_are_a_mistake_of_the_code(value: object) -> None:
    """A value that has no type of its own in DynamoDB is refused before it is sent."""
    with pytest.raises(TypeError, match="no DynamoDB type"):
        dump({"value": value})


@ENGINES
def test_values_survive_an_engine(store: Store) -> None:
    """What was put is what is got, and what was not put is None."""
    assert store.rows("UsernamesTable") == []
    item = {
        "text": "é\U0001f600",
        "empty": "",
        "number": -(10**30),
        "yes": True,
        "list": [1, "2", []],
        "map": {"a": {"b": [{}]}},
    }
    dynamodb.transact([put(ANNA, **item)])

    assert dynamodb.get(ANNA) == item | {"username": "anna"}
    assert dynamodb.get(BERT) is None
    assert dynamodb.batch_get([ANNA, BERT, ANNA]) == {ANNA: item | {"username": "anna"}}


@ENGINES
def test_refused_transaction_tells_what_was_in_its_way(store: Store) -> None:
    """Nothing is written, and each failed condition comes with the item that there is, or None."""
    dynamodb.transact([put(ANNA, user_id="1")])
    absent = Write("Delete", BERT, "user_id = :owner", values={":owner": "2"})

    with pytest.raises(TransactionRefused) as caught:
        dynamodb.transact([absent, put(key("USERNAMES_TABLE", username="carl")), put(ANNA, user_id="3")])

    assert caught.value.found == {0: None, 2: {"username": "anna", "user_id": "1"}}
    assert len(store.rows("UsernamesTable")) == 1


@ENGINES
def test_refused_update_tells_what_was_in_its_way(store: Store) -> None:
    """An update by itself gives the item that made its condition fail, an empty one when there is none."""
    dynamodb.transact([put(ANNA, user_id="1")])

    def update(at: dynamodb.Key, owner: str) -> object:
        values = {":owner": owner, ":new": "9"}
        return dynamodb.update(Write("Update", at, "user_id = :owner", "SET user_id = :new", values=values))

    assert update(ANNA, "2") == {"username": "anna", "user_id": "1"}
    assert update(BERT, "2") == {}
    assert update(ANNA, "1") is None
    assert [row["user_id"] for row in store.rows("UsernamesTable")] == ["9"]


@pytest.mark.usefixtures("clock")
def test_unprocessed_keys_are_asked_for_again(store: Store, aws: Aws) -> None:
    """When DynamoDB returns a part of a batch, the rest is asked for, and what was found is kept."""
    assert store.rows("UsernamesTable") == []
    dynamodb.transact([put(ANNA, user_id="1"), put(BERT, user_id="2")])
    table = next(iter(aws.asked[-1].content["TransactItems"][0].values()))["TableName"]
    left = {table: {"Keys": [{"username": {"S": "bert"}}]}}
    aws.answer(
        "BatchGetItem",
        Responses={table: [{"username": {"S": "anna"}, "user_id": {"S": "1"}}]},
        UnprocessedKeys=left,
    )

    found = dynamodb.batch_get([ANNA, BERT])

    assert {at: item["user_id"] for at, item in found.items()} == {ANNA: "1", BERT: "2"}
    assert [keys["username"]["S"] for keys in aws.asked[-1].content["RequestItems"][table]["Keys"]] == ["bert"]


def test_keys_are_asked_for_and_given_in_order(store: Store, aws: Aws) -> None:
    """The order is the caller's, once each: what a transaction then writes is in the same order in every process."""
    keys = [key("USERNAMES_TABLE", username=f"player-{number * 7 % 40}") for number in range(40)]
    dynamodb.transact([put(at, user_id="1") for at in sorted(keys)])

    found = dynamodb.batch_get([*keys, *keys])

    (asked,) = aws.asked[-1].content["RequestItems"].values()
    assert [one["username"]["S"] for one in asked["Keys"]] == [dict(at.parts)["username"] for at in keys]
    assert list(found) == keys
    assert len(store.rows("UsernamesTable")) == len(keys)


@pytest.mark.usefixtures("store", "clock")
def test_keys_that_are_never_processed(aws: Aws) -> None:
    """A database that stays too busy to answer is not waited for without end."""
    for _ in range(12):
        aws.answer("BatchGetItem", Responses={}, UnprocessedKeys={"any": {"Keys": []}})

    with pytest.raises(Unavailable):
        dynamodb.batch_get([ANNA])


def cancelled(aws: Aws, *codes: str) -> None:
    """Plan the cancellation of the next transaction for these reasons."""
    reasons = [{"Code": code} for code in codes]
    aws.refuse("TransactWriteItems", "TransactionCanceledException", CancellationReasons=reasons)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_collision_is_tried_again(client: Client, aws: Aws, code: str) -> None:
    """A transaction that collided with another one succeeds at a later attempt, which the client does not notice."""
    cancelled(aws, "None", code, "None")
    cancelled(aws, code, "None", "None")

    assert client.sign_in("anna").body["created"] is True


@pytest.mark.usefixtures("clock")
def test_collisions_without_end(client: Client, aws: Aws) -> None:
    """After twelve collisions the client is told to come back."""
    for _ in range(12):
        cancelled(aws, "TransactionConflict", "None", "None")

    answer = client.authenticate("device", id="1234567890")

    assert answer.error == (503, 14, "The database is too busy.")


def test_condition_counts_more_than_a_collision(client: Client, aws: Aws) -> None:
    """When one write collided and another's condition failed, the condition decides: it would fail again."""
    cancelled(aws, "ConditionalCheckFailed", "TransactionConflict", "None")

    assert client.sign_in("anna").status == 200


def test_transaction_cancelled_for_another_reason(client: Client, aws: Aws, log: Log) -> None:
    """A reason that nobody expects is an error of ours, which the log names and the answer does not."""
    cancelled(aws, "ItemCollectionSizeLimitExceeded", "None", "None")

    answer = client.authenticate("device", id="1234567890")

    assert answer.error == (500, 13, "The service is not configured correctly.")
    assert "ItemCollectionSizeLimitExceeded" in log()[-1]["detail"]
