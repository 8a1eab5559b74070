"""The end of an account: deleted, it leaves nothing behind; banned, it is refused everywhere."""

import pytest

from tests.helpers.players.client import Client, device_of
from tests.helpers.service.aws import Aws
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES
INVALID = (401, 16, "Auth token invalid")
GONE = (404, 5, "Account not found.")
BANNED = (403, 7, "User account banned.")
EMAIL = {"email": "anna@example.com", "password": "3bc8f72e95a9"}


def test_deletion_leaves_nothing(client: Client, store: Store) -> None:
    """A deletion takes the user, all identities and the username."""
    session = client.sign_in("anna")
    client.link(session, "custom", id="custom-id-of-anna")
    client.link(session, "device", id="second-device-of-anna")
    client.link(session, "email", **EMAIL)

    assert client.delete_account(session).body == {}

    assert store.rows("UsersTable") == store.rows("IdentitiesTable") == store.rows("UsernamesTable") == []


def test_identities_and_username_can_be_used_again(client: Client) -> None:
    """What a deleted account had makes new accounts, also of others."""
    session = client.sign_in("anna")
    client.link(session, "email", **EMAIL)
    client.delete_account(session)
    bert = client.sign_in("bert")

    assert client.link(bert, "device", id=device_of("anna")).status == 200
    assert client.update_account(bert, username="anna").status == 200
    again = client.authenticate("email", email=EMAIL["email"], password="another-password")

    assert again.body["created"] is True
    assert again.user_id not in {session.user_id, bert.user_id}


def test_sessions_of_a_deleted_account(client: Client) -> None:
    """Every call with a session of a deleted account is told that the account is gone, for its successor's sake too."""
    session, other = client.sign_in("anna"), client.sign_in("anna")
    client.delete_account(session)
    client.sign_in("anna")

    assert client.get_account(session).error == client.get_account(other).error == GONE
    assert client.update_account(session, location="Lyon").error == GONE
    assert client.delete_account(session).error == GONE
    assert client.link(session, "custom", id="custom-id").error == GONE
    assert client.unlink(session, "device", id=device_of("anna")).error == GONE
    assert client.get_users(session).error == GONE
    assert client.refresh(session.refresh_token).error == (404, 5, "User account not found.")


def test_banned_account_cannot_sign_in(client: Client, store: Store) -> None:
    """A banned account is told so by each of its identities, and no new account is made."""
    session = client.sign_in("anna")
    client.link(session, "custom", id="custom-id-of-anna")
    client.link(session, "email", **EMAIL)
    store.ban(session.user_id)

    assert client.authenticate("device", id=device_of("anna")).error == BANNED
    assert client.authenticate("custom", id="custom-id-of-anna").error == BANNED
    assert client.authenticate("email", **EMAIL).error == BANNED
    assert client.authenticate("email", {"username": "anna"}, password=EMAIL["password"]).error == BANNED
    assert len(store.rows("UsersTable")) == 1


def test_ban_tells_nothing_to_who_lacks_the_password(client: Client, store: Store) -> None:
    """With the wrong password a banned account looks like any other."""
    session = client.authenticate("email", **EMAIL)
    store.ban(session.user_id)

    answer = client.authenticate("email", email=EMAIL["email"], password="another-password")

    assert answer.error == (401, 16, "Invalid credentials.")


def test_sessions_of_a_banned_account(client: Client, store: Store) -> None:
    """A ban holds at once, for the sessions that there are."""
    session = client.sign_in("anna")
    store.ban(session.user_id)

    assert client.get_account(session).error == INVALID
    assert client.update_account(session, location="Lyon").error == INVALID
    assert client.delete_account(session).error == INVALID
    assert client.link(session, "custom", id="custom-id").error == INVALID
    assert client.unlink(session, "device", id=device_of("anna")).error == INVALID
    assert client.get_users(session).error == INVALID
    assert client.logout(session).error == INVALID
    assert client.refresh(session.refresh_token).error == BANNED


@pytest.mark.parametrize("provider", ["device", "email"])
def test_identity_of_a_banned_account_cannot_be_linked(client: Client, store: Store, provider: str) -> None:
    """A ban frees no identity."""
    anna, bert = client.sign_in("anna"), client.sign_in("bert")
    client.link(anna, "email", **EMAIL)
    store.ban(anna.user_id)

    credential = EMAIL if provider == "email" else {"id": device_of("anna")}
    assert client.link(bert, provider, **credential).status == 409


def test_account_that_goes_between_read_and_write(client: Client, aws: Aws, store: Store) -> None:
    """A change that a deletion overtakes brings nothing back."""
    session = client.sign_in("anna")
    aws.overtake("TransactWriteItems", lambda: client.delete_account(session))

    assert client.update_account(session, location="Lyon", username="anne").error == GONE

    assert store.rows("UsersTable") == store.rows("UsernamesTable") == []
