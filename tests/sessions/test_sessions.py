"""Session and refresh tokens: what they say, how long they live, what they are accepted for."""

import time
from dataclasses import replace

import jwt
import pytest

from tests.conftest import Configure
from tests.helpers.players.client import Answer, Client, claims_of
from tests.helpers.players.tokens import REFRESH_KEY, resign
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

INVALID = (401, 16, "Auth token invalid")
INVALID_REFRESH = (401, 16, "Refresh token invalid or expired.")
DAY = 24 * 3600


def with_token(session: Answer, token: str) -> Answer:
    """Give the session with another session token."""
    return replace(session, body=session.body | {"token": token})


def test_token_has_the_claims_of_nakama(client: Client) -> None:
    """Both tokens name session, user and username, and say when they were made and when they end."""
    session = client.sign_in("anna")

    claims, refresh = session.claims, claims_of(session.refresh_token)

    assert claims.keys() == refresh.keys() == {"tid", "uid", "usn", "exp", "iat", "gen", "rot"}
    assert claims["usn"] == refresh["usn"] == "anna"
    assert [refresh[name] for name in ("tid", "uid")] == [claims[name] for name in ("tid", "uid")]
    assert abs(claims["iat"] - time.time()) < 5


def test_lifetimes(client: Client) -> None:
    """A session token lives for an hour, a refresh token for 30 days."""
    session = client.sign_in("anna")

    refresh = claims_of(session.refresh_token)
    assert session.claims["exp"] - session.claims["iat"] == 3600
    assert refresh["exp"] - refresh["iat"] == 30 * DAY


def test_lifetimes_are_settings(client: Client, configure: Configure) -> None:
    """Both lifetimes can be set."""
    configure(token_expiry_sec=60, refresh_token_expiry_sec=120)

    session = client.sign_in("anna")

    refresh = claims_of(session.refresh_token)
    assert session.claims["exp"] - session.claims["iat"] == 60
    assert refresh["exp"] - refresh["iat"] == 120


def test_vars_are_in_both_tokens(client: Client) -> None:
    """The variables of the sign-in come back in the tokens."""
    session = client.authenticate("device", id="1234567890", vars={"level": "7", "": "empty name"})

    assert session.claims["vrs"] == claims_of(session.refresh_token)["vrs"] == {"level": "7", "": "empty name"}


@pytest.mark.parametrize("variables", [{}, None])
def test_no_vars_are_no_claim(client: Client, variables: dict[str, str] | None) -> None:
    """Without variables there is no claim for them."""
    assert "vrs" not in client.authenticate("device", id="1234567890", vars=variables).claims


def test_header_names_algorithm_and_key(client: Client) -> None:
    """Tokens are HS256, and name a key of their own kind."""
    session = client.sign_in("anna")

    header, refresh = jwt.get_unverified_header(session.token), jwt.get_unverified_header(session.refresh_token)
    assert header["alg"] == refresh["alg"] == "HS256"
    assert header["kid"] != refresh["kid"]


def test_each_sign_in_is_a_session(client: Client) -> None:
    """Signing in twice gives two sessions of one user."""
    first, second = client.sign_in("anna"), client.sign_in("anna")

    assert first.user_id == second.user_id
    assert first.claims["tid"] != second.claims["tid"]


def test_sign_in_stores_no_session(client: Client, store: Store) -> None:
    """A session that was neither refreshed nor ended has no item."""
    client.sign_in("anna")

    assert store.rows("SessionsTable") == []


def test_session_token_is_no_refresh_token(client: Client) -> None:
    """A session token refreshes nothing."""
    assert client.refresh(client.sign_in("anna").token).error == INVALID_REFRESH


def test_refresh_token_is_no_session_token(client: Client) -> None:
    """A refresh token opens nothing."""
    session = client.sign_in("anna")

    assert client.get_account(with_token(session, session.refresh_token)).error == INVALID


def test_kinds_do_not_mix_even_with_the_other_key_id(client: Client) -> None:
    """A token signed with the key of the other kind is refused, whichever key it names."""
    session = client.sign_in("anna")
    header = {"kid": jwt.get_unverified_header(session.token)["kid"]}

    forged = resign(session.refresh_token, {}, REFRESH_KEY, header)

    assert client.get_account(with_token(session, forged)).error == INVALID


def test_session_token_expires(client: Client, clock: Clock) -> None:
    """A session token is refused after its lifetime; its refresh token still works."""
    clock.advance(-3601)
    session = client.sign_in("anna")
    clock.advance(3601)

    assert client.get_account(session).error == INVALID
    assert client.refresh(session.refresh_token).status == 200


def test_refresh_token_expires(client: Client, clock: Clock) -> None:
    """A refresh token is refused after its lifetime."""
    clock.advance(-30 * DAY - 1)
    session = client.sign_in("anna")
    clock.advance(30 * DAY + 1)

    assert client.refresh(session.refresh_token).error == INVALID_REFRESH


def test_expiry_is_what_the_token_says(client: Client) -> None:
    """A token's `exp` holds, even when it is sooner than its lifetime would have it."""
    session = client.sign_in("anna")
    now = int(time.time())

    assert client.get_account(with_token(session, resign(session.token, {"exp": now - 1}))).error == INVALID
    assert client.get_account(with_token(session, resign(session.token, {"exp": now + 60}))).status == 200


def test_shorter_lifetimes_hold_for_older_tokens(client: Client, clock: Clock, configure: Configure) -> None:
    """When a lifetime is made shorter, tokens from before that live no longer than new ones."""
    session = client.sign_in("anna")
    clock.advance(100)
    configure(token_expiry_sec=99, refresh_token_expiry_sec=99)

    assert client.get_account(session).error == INVALID
    assert client.refresh(session.refresh_token).error == INVALID_REFRESH


def test_clocks_need_not_agree_to_the_second(client: Client, clock: Clock) -> None:
    """A token from an instance whose clock is a little ahead is accepted."""
    clock.advance(5)
    session = client.sign_in("anna")
    clock.advance(-5)

    assert client.get_account(session).status == 200


@pytest.mark.parametrize("claim", ["tid", "uid", "usn", "exp", "iat", "gen", "rot"])
@pytest.mark.parametrize("value", [None, [], {"a": 1}], ids=["absent", "list", "object"])
def test_each_claim_is_required(client: Client, claim: str, value: object) -> None:
    """A token that lacks a claim, or has it with another type, is refused, though it is signed with our key."""
    session = client.sign_in("anna")

    assert client.get_account(with_token(session, resign(session.token, {claim: value}))).error == INVALID


def test_token_is_required(client: Client) -> None:
    """Without an authorization header a session is asked for."""
    assert client.call("GET /v2/account").error == (401, 16, "Auth token required")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer a.b.c", "Bearer é.é.é", "Basic {}", "{}", "Bearer{}"])
def test_header_that_shows_no_token(client: Client, header: str) -> None:
    """Anything but a bearer token of ours is refused in the same words."""
    token = client.sign_in("anna").token

    assert client.call("GET /v2/account", headers={"authorization": header.format(token)}).error == INVALID


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "BEARER   {} "])
def test_header_that_shows_a_token(client: Client, header: str) -> None:
    """The scheme is of any case, and spaces around the token do not matter."""
    token = client.sign_in("anna").token

    assert client.call("GET /v2/account", headers={"AUTHORIZATION": header.format(token)}).status == 200
