"""What each call costs in requests to DynamoDB, counted where they leave the process: its time, and its price."""

from collections.abc import Callable

import pytest

from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.service.asked import Asked
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock

EMAIL = {"email": "anna@example.com", "password": "3bc8f72e95a9"}


class Meter:
    """Names the requests of one call after another."""

    def __init__(self, aws: Aws) -> None:
        """Count from now on."""
        self._aws = aws

    def __call__(self, call: Callable[[], Answer], status: int = 200) -> list[str]:
        """Make a call and give its requests, with the number of items that a batch or transaction is about."""
        before = len(self._aws.asked)
        assert call().status == status
        return [_named(asked) for asked in self._aws.asked[before:]]


def _named(asked: Asked) -> str:
    if asked.operation == "BatchGetItem":
        return f"read {sum(len(table['Keys']) for table in asked.content['RequestItems'].values())}"
    if asked.operation == "TransactWriteItems":
        return f"transact {len(asked.content['TransactItems'])}"
    return {"GetItem": "read 1", "UpdateItem": "write 1", "PutItem": "write 1"}[asked.operation]


@pytest.fixture
def meter(client: Client, aws: Aws) -> Meter:
    """Give a meter, settings being read already."""
    assert client.call("GET /healthcheck").status == 200
    return Meter(aws)


def test_sign_in_of_an_existing_account(client: Client, meter: Meter) -> None:
    """A sign-in reads the identity and the account, and writes nothing."""
    client.link(client.sign_in("anna"), "custom", id="custom-id-of-anna")
    client.authenticate("email", {"username": "bert"}, **EMAIL)

    assert meter(lambda: client.sign_in("anna")) == ["read 1", "read 1"]
    assert meter(lambda: client.authenticate("custom", id="custom-id-of-anna")) == ["read 1", "read 1"]
    assert meter(lambda: client.authenticate("email", **EMAIL)) == ["read 1", "read 1"]
    by_username = {"username": "bert"}
    assert meter(lambda: client.authenticate("email", by_username, password=EMAIL["password"])) == ["read 1", "read 1"]


def test_first_sign_in(client: Client, meter: Meter) -> None:
    """A new account is a read, which finds nothing, a generated username, and a transaction over identity and user.

    A username that was asked for is part of the transaction. A network's first accounts are counted in memory.
    """
    assert meter(lambda: client.authenticate("device", id=device_of("anna"))) == ["read 1", "write 1", "transact 2"]
    assert meter(lambda: client.authenticate("email", **EMAIL)) == ["read 1", "write 1", "transact 2"]
    assert meter(lambda: client.authenticate("custom", {"username": "bert"}, id="id-of-bert")) == [
        "read 1",
        "transact 3",
    ]


def test_refused_sign_in(client: Client, meter: Meter) -> None:
    """Who is unknown costs no write, a wrong password one; a wrong server key or body costs nothing.

    Who is unknown was looked for twice, since the first look may be a moment late.
    """
    client.authenticate("email", **EMAIL)
    wrong = {"email": EMAIL["email"], "password": "another-password"}

    assert meter(lambda: client.authenticate("device", {"create": "false"}, id="1234567890"), 404) == [
        "read 1",
        "read 1",
    ]
    assert meter(lambda: client.authenticate("email", **wrong), 401) == ["read 1", "read 1", "write 1"]
    assert meter(lambda: client.authenticate("device", id="short"), 400) == []
    assert meter(lambda: client.call("POST /v2/account/authenticate/device", {"id": "1234567890"}), 401) == []


def test_refresh(client: Client, meter: Meter, clock: Clock) -> None:
    """A refresh reads the account and writes the session, whose item comes with the refusal where one was first.

    Within the grace window after the last exchange it reads the session, too; a theft is one more write.
    """
    session = client.sign_in("anna")

    assert meter(lambda: client.refresh(session.refresh_token)) == ["read 1", "write 1"]
    assert meter(lambda: client.refresh(session.refresh_token)) == ["read 1", "write 1"]
    second = client.refresh(session.refresh_token)
    assert meter(lambda: client.refresh(second.refresh_token)) == ["read 2", "write 1"]
    assert meter(lambda: client.refresh(second.refresh_token)) == ["read 2"]
    third = client.refresh(second.refresh_token)
    clock.advance(3000)
    assert meter(lambda: client.refresh(third.refresh_token)) == ["read 1", "write 1"]
    assert meter(lambda: client.refresh(session.refresh_token), 401) == ["read 1", "write 1", "write 1"]
    assert meter(lambda: client.refresh("nonsense"), 401) == []


def test_logout(client: Client, meter: Meter) -> None:
    """A logout is one transaction: that the caller's session is in force is a condition of it."""
    first, second = client.sign_in("anna"), client.sign_in("anna")
    both = {"token": first.token, "refresh_token": first.refresh_token}

    assert meter(lambda: client.logout(first, **both)) == ["transact 2"]
    assert meter(lambda: client.logout(second)) == ["transact 2"]


def test_links(client: Client, meter: Meter) -> None:
    """Linking and unlinking are one read of account and session, and one transaction; linking again only reads.

    An entry of the records is the last item of each transaction.
    """
    session = client.sign_in("anna")
    second = {"id": "second-id-of-anna"}

    assert meter(lambda: client.link(session, "custom", id="custom-id-of-anna")) == ["read 2", "transact 3"]
    assert meter(lambda: client.link(session, "custom", id="custom-id-of-anna")) == ["read 2"]
    assert meter(lambda: client.link(session, "custom", **second)) == ["read 2", "transact 4"]
    assert meter(lambda: client.unlink(session, "custom", **second)) == ["read 2", "transact 3"]
    assert meter(lambda: client.unlink(session, "device", id=device_of("anna")), 403) == ["read 2"]


def test_account(client: Client, meter: Meter) -> None:
    """Getting the account is one round trip; a change is one read and one transaction, renaming included."""
    session = client.sign_in("anna")

    assert meter(lambda: client.get_account(session)) == ["read 2"]
    assert meter(lambda: client.update_account(session, location="Lyon")) == ["read 2", "transact 1"]
    assert meter(lambda: client.update_account(session, username="anne")) == ["read 2", "transact 3"]


def test_users(client: Client, meter: Meter) -> None:
    """Users by id come with the caller's own session, in one round trip; by username it takes a second one."""
    session, bert = client.sign_in("anna"), client.sign_in("bert")

    assert meter(lambda: client.get_users(session, ids=bert.user_id)) == ["read 3"]
    assert meter(lambda: client.get_users(session, usernames="bert")) == ["read 3", "read 1"]
    assert meter(lambda: client.get_users(session, usernames="nobody")) == ["read 3"]


def test_healthcheck(client: Client, meter: Meter) -> None:
    """The health check asks the database nothing."""
    assert meter(lambda: client.call("GET /healthcheck")) == []
