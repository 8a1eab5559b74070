"""The tests' AWS refuses a function what its role does not allow, and so fails the test: else none would notice."""

import pytest

from local.gateway.environment import own_variables
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Write, key
from symbolon.errors import Misconfigured
from tests.helpers.service.aws import Aws
from tests.helpers.service.store import Store

NOBODY = key("USERS_TABLE", user_id="nobody")


def refused(aws: Aws) -> list[str]:
    """Give what was refused so far, and forgive it."""
    found = list(aws.denied)
    aws.denied.clear()
    return found


@pytest.mark.usefixtures("store")
def test_what_a_role_lacks_is_refused(aws: Aws) -> None:
    """A function gets what its role allows; of what it does not, the engine hears nothing and the test everything."""
    with own_variables({"AWS_SESSION_TOKEN": "FriendImportFunction"}):
        assert dynamodb.batch_get([key("IDENTITIES_TABLE", identity="device#one")]) == {}
        with pytest.raises(Misconfigured) as raised:
            dynamodb.get(NOBODY)

    assert raised.value.detail == "DynamoDB GetItem: AccessDeniedException"
    with pytest.raises(AssertionError, match=r"FriendImportFunction for GetItem: dynamodb:GetItem UsersTable"):
        aws.end()
    assert len(refused(aws)) == 1


def test_a_transaction_is_refused_for_one_of_its_parts(aws: Aws, store: Store) -> None:
    """Nothing is written when one of the writes is not allowed."""
    writes = [
        Write("Update", NOBODY, "attribute_not_exists(user_id)", "SET edge_count = :none", values={":none": 0}),
        Write("Delete", key("FRIENDS_TABLE", user_id="nobody", friend_id="nobody"), "attribute_not_exists(user_id)"),
    ]

    with own_variables({"AWS_SESSION_TOKEN": "FriendImportFunction"}), pytest.raises(Misconfigured):
        dynamodb.transact(writes)

    assert refused(aws) == ["FriendImportFunction for TransactWriteItems: dynamodb:DeleteItem FriendsTable"]
    assert store.rows("UsersTable") == []


def test_a_test_itself_may_do_everything(aws: Aws, store: Store) -> None:
    """What no function asks for is the test's own: it looks into tables as an operator does."""
    assert dynamodb.get(NOBODY) is None

    assert (refused(aws), store.rows("UsersTable")) == ([], [])
