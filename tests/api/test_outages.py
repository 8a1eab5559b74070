"""When DynamoDB is down, slow, busy or forbidden: what clients are told, and what they are not."""

import pytest

from tests.conftest import Log
from tests.helpers.players.client import Client
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.real_engines import REAL_ENGINES
from tests.helpers.service.store import Store

DOWN = pytest.mark.parametrize("status", [500, 503, 0], ids=["error", "unavailable", "silence"])
EMAIL = {"email": "anna@example.com", "password": "3bc8f72e95a9"}


@DOWN
@pytest.mark.usefixtures("clock")
def test_outage(client: Client, aws: Aws, log: Log, status: int) -> None:
    """Every call that needs the database is answered 503 code 14, in JSON, and the log says that it was an outage."""
    session = client.sign_in("anna")
    log()

    with aws.outage(status):
        answers = [
            client.authenticate("device", id="1234567890"),
            client.authenticate("email", **EMAIL),
            client.link(session, "custom", id="custom-id"),
            client.unlink(session, "custom"),
            client.refresh(session.refresh_token),
            client.logout(session),
            client.get_account(session),
            client.update_account(session, location="Lyon"),
            client.delete_account(session),
            client.get_users(session),
        ]

    assert [answer.error[:2] for answer in answers] == [(503, 14)] * 10
    assert {(line["level"], line["outcome"], line["status"]) for line in log()} == {("ERROR", "Unavailable", 503)}
    assert client.get_account(session).status == 200


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ProvisionedThroughputExceededException", "InternalServerError"]
)
def test_passing_failure_goes_unnoticed(client: Client, aws: Aws, code: str) -> None:
    """One refusal that will pass is tried again before the client hears of it."""
    aws.refuse("GetItem", code, 500 if code == "InternalServerError" else 400)
    aws.refuse("TransactWriteItems", code, 500 if code == "InternalServerError" else 400)

    assert client.sign_in("anna").body["created"] is True


def test_connection_that_was_closed_meanwhile(client: Client, aws: Aws) -> None:
    """A kept connection that DynamoDB has closed is replaced, which is no failure."""
    aws.lose("GetItem")
    aws.lose("TransactWriteItems")

    assert client.sign_in("anna").body["created"] is True


@REAL_ENGINES
def test_answer_that_was_lost(client: Client, aws: Aws, store: Store) -> None:
    """A transaction whose answer was lost is repeated, and is one transaction all the same."""
    aws.lose_answer("TransactWriteItems")
    session = client.sign_in("anna")
    aws.lose_answer("TransactWriteItems")
    linked = client.link(session, "custom", id="custom-id-of-anna")
    aws.lose_answer("UpdateItem")
    refreshed = client.refresh(session.refresh_token)
    aws.lose_answer("TransactWriteItems")
    ended = client.logout(refreshed)

    assert session.body["created"] is True
    assert [answer.status for answer in (linked, refreshed, ended)] == [200, 200, 200]
    assert len(store.rows("UsersTable")) == 1
    assert client.get_account(refreshed).status == 401


def test_answer_of_a_refresh_that_was_lost(client: Client, aws: Aws) -> None:
    """A refresh whose write was answered to nobody gives tokens that are good for the next one."""
    session = client.sign_in("anna")
    aws.lose_answer("UpdateItem")

    refreshed = client.refresh(session.refresh_token)

    assert client.refresh(session.refresh_token).body == refreshed.body
    assert client.refresh(refreshed.refresh_token).status == 200


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])
def test_request_that_dynamodb_refuses(client: Client, aws: Aws, log: Log, code: str) -> None:
    """A role that lacks a permission, or a missing table, is a mistake that the log names and the answer does not."""
    aws.refuse("GetItem", code, message="User: arn:aws:sts::123456789012:assumed-role/x is not authorized")

    answer = client.authenticate("device", id="1234567890")

    [line] = log()
    assert answer.error == (500, 13, "The service is not configured correctly.")
    assert (line["level"], line["detail"]) == ("ERROR", f"DynamoDB GetItem: {code}")


def test_table_that_is_not_named(client: Client, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that was not given a table says which."""
    monkeypatch.delenv("IDENTITIES_TABLE")

    answer = client.authenticate("device", id="1234567890")

    assert answer.error == (500, 13, "The service is not configured correctly.")
    assert log()[0]["detail"] == "IDENTITIES_TABLE is not set"


def test_outage_between_read_and_write(client: Client, aws: Aws, clock: Clock, store: Store) -> None:
    """A sign-in that found the database down half way has made nothing, and succeeds later."""
    for _ in range(3):
        aws.refuse("TransactWriteItems", "InternalServerError", 500)
    before = clock.now()

    assert client.authenticate("device", id="1234567890").error[:2] == (503, 14)

    assert store.rows("UsersTable") == []
    assert clock.now() - before < 1
    assert client.authenticate("device", id="1234567890").body["created"] is True
