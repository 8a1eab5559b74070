"""Refresh: the next tokens of a session, for the account as it is now."""

import pytest

from tests.helpers.players.client import Client, claims_of
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

INVALID = (401, 16, "Refresh token invalid or expired.")
GRACE = 30


def test_refresh_goes_on_with_the_session(client: Client) -> None:
    """A refresh gives new tokens of the same session, which work."""
    session = client.sign_in("anna")

    after = client.refresh(session.refresh_token)

    assert after.body.keys() == {"token", "refresh_token"}
    assert [after.claims[name] for name in ("tid", "uid", "usn")] == [
        session.claims[name] for name in ("tid", "uid", "usn")
    ]
    assert after.refresh_token != session.refresh_token
    assert client.get_account(after).status == client.get_account(session).status == 200
    assert client.refresh(after.refresh_token).status == 200


def test_each_refresh_starts_the_lifetimes_anew(client: Client, clock: Clock) -> None:
    """The tokens of a refresh live as long from then on as those of a sign-in."""
    session = client.sign_in("anna")
    clock.advance(1000)

    after = client.refresh(session.refresh_token)

    assert after.claims["exp"] - session.claims["exp"] == pytest.approx(1000, abs=1)
    assert claims_of(after.refresh_token)["exp"] - claims_of(session.refresh_token)["exp"] == pytest.approx(1000, abs=1)


def test_vars_are_kept(client: Client) -> None:
    """Without new variables the session keeps those it has, refresh after refresh."""
    session = client.authenticate("device", id="1234567890", vars={"a": "1"})

    once = client.refresh(session.refresh_token)
    twice = client.refresh(once.refresh_token, vars={})

    assert once.claims["vrs"] == twice.claims["vrs"] == claims_of(twice.refresh_token)["vrs"] == {"a": "1"}


def test_vars_are_replaced(client: Client) -> None:
    """New variables take the place of all old ones, for good."""
    session = client.authenticate("device", id="1234567890", vars={"a": "1"})

    once = client.refresh(session.refresh_token, vars={"b": "2"})
    twice = client.refresh(once.refresh_token)

    assert once.claims["vrs"] == twice.claims["vrs"] == {"b": "2"}


def test_item_outlives_the_session(client: Client, store: Store, clock: Clock) -> None:
    """DynamoDB deletes a session's item, which is the user's, no sooner than its last token has expired."""
    session = client.sign_in("anna")
    clock.advance(1000)
    after = client.refresh(session.refresh_token)

    [item] = store.rows("SessionsTable")
    assert item["session_id"] == session.claims["tid"]
    assert item["user_id"] == session.user_id
    assert item["expires_at"] >= claims_of(after.refresh_token)["exp"]


def test_refresh_sees_a_new_username(client: Client) -> None:
    """The tokens of a refresh have the username of the moment."""
    session = client.sign_in("anna")
    client.update_account(session, username="anne")

    assert client.refresh(session.refresh_token).claims["usn"] == "anne"


def test_banned_account(client: Client, store: Store) -> None:
    """A banned account's tokens are not refreshed; when the ban is lifted they are."""
    session = client.sign_in("anna")
    store.ban(session.user_id)

    assert client.refresh(session.refresh_token).error == (403, 7, "User account banned.")


def test_deleted_account(client: Client) -> None:
    """A deleted account's tokens are not refreshed, though its device has signed in anew."""
    session = client.sign_in("anna")
    client.delete_account(session)
    client.sign_in("anna")

    assert client.refresh(session.refresh_token).error == (404, 5, "User account not found.")


@pytest.mark.parametrize("token", ["", None])
def test_token_is_required(client: Client, token: str | None) -> None:
    """Without a token there is nothing to refresh."""
    answer = client.call("POST /v2/account/session/refresh", {"token": token}, headers=client.application)

    assert answer.error == (400, 3, "Refresh token is required.")


@pytest.mark.parametrize(
    "token", ["nonsense", "a.b.c", "é", "x" * 10_000], ids=["word", "dots", "beyond ASCII", "long"]
)
def test_token_that_is_none(client: Client, token: str) -> None:
    """Anything that is no refresh token of ours is refused in the same words."""
    assert client.refresh(token).error == INVALID
