"""Logout: of one token, of both, of all sessions; at once, for good, on every instance."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.conftest import Log
from tests.helpers.players.client import Answer, Client, claims_of
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES
INVALID = (401, 16, "Auth token invalid")
INVALID_REFRESH = (401, 16, "Refresh token invalid or expired.")
BAD_TOKEN = (400, 3, "Session token invalid.")
BAD_REFRESH = (400, 3, "Refresh token invalid.")


def both(session: Answer) -> dict[str, str]:
    """Give the fields that name both tokens of a session."""
    return {"token": session.token, "refresh_token": session.refresh_token}


Named = Callable[[Answer], dict[str, str]]
ENDINGS = pytest.mark.parametrize("named", [both, lambda _session: {}], ids=["both tokens", "everywhere"])


def works(client: Client, session: Answer) -> tuple[bool, bool]:
    """Tell whether the session token is accepted, and whether the refresh token is; the latter uses it up."""
    return client.get_account(session).status == 200, client.refresh(session.refresh_token).status == 200


def test_logout_everywhere(client: Client) -> None:
    """Without a token all sessions of the user end, the refreshed ones too, and nobody else's."""
    phone, tablet, bert = client.sign_in("anna"), client.sign_in("anna"), client.sign_in("bert")
    refreshed = client.refresh(tablet.refresh_token)

    assert client.logout(phone).body == {}

    assert [works(client, session) for session in (phone, tablet, refreshed)] == [(False, False)] * 3
    assert works(client, bert) == (True, True)


def test_sign_in_after_logout_everywhere(client: Client) -> None:
    """The user may sign in again at once, and log out of that as well."""
    client.logout(client.sign_in("anna"))

    session = client.sign_in("anna")

    assert works(client, session) == (True, True)
    client.logout(session)
    assert works(client, session) == (False, False)


def test_logout_of_the_session_token(client: Client) -> None:
    """The session token ends, and no refresh of that session revives it; another session goes on."""
    session, other = client.sign_in("anna"), client.sign_in("anna")

    assert client.logout(session, token=session.token).body == {}

    assert client.get_account(session).error == INVALID
    assert client.get_account(client.refresh(session.refresh_token)).error == INVALID
    assert works(client, other) == (True, True)


def test_logout_of_the_refresh_token(client: Client, log: Log) -> None:
    """The refresh token ends, which is no theft when it is tried; the session token lives out its time."""
    session = client.sign_in("anna")

    assert client.logout(session, refresh_token=session.refresh_token).body == {}
    log()

    assert client.refresh(session.refresh_token).error == INVALID_REFRESH
    assert log()[0]["events"] == []
    assert client.get_account(session).status == 200


def test_logout_of_both_tokens(client: Client) -> None:
    """Both tokens end, as Nakama's clients ask for."""
    session, other = client.sign_in("anna"), client.sign_in("anna")

    assert client.logout(session, **both(session)).body == {}

    assert works(client, session) == (False, False)
    assert works(client, other) == (True, True)


def test_logout_of_a_token_that_was_refreshed(client: Client) -> None:
    """A session ends as a whole: naming its older tokens ends what followed from them, within the window too."""
    session = client.sign_in("anna")
    after = client.refresh(session.refresh_token)

    client.logout(after, **both(session))

    assert works(client, after) == (False, False)
    assert client.refresh(session.refresh_token).error == INVALID_REFRESH


def test_logout_of_another_session_of_ones_own(client: Client) -> None:
    """A user can end another session of theirs, and stay in this one."""
    here, there = client.sign_in("anna"), client.sign_in("anna")

    client.logout(here, **both(there))

    assert works(client, there) == (False, False)
    assert works(client, here) == (True, True)


def test_tokens_of_two_sessions(client: Client) -> None:
    """The two tokens that are named may be of different sessions."""
    here, there = client.sign_in("anna"), client.sign_in("anna")

    client.logout(here, token=here.token, refresh_token=there.refresh_token)

    assert works(client, there) == (True, False)
    assert client.get_account(here).error == INVALID


def test_tokens_of_somebody_else(client: Client) -> None:
    """Another user's tokens are refused, and nothing ends, not even what else was named."""
    anna, bert = client.sign_in("anna"), client.sign_in("bert")

    assert client.logout(bert, token=anna.token).error == BAD_TOKEN
    assert client.logout(bert, refresh_token=anna.refresh_token).error == BAD_REFRESH
    assert client.logout(bert, token=bert.token, refresh_token=anna.refresh_token).error == BAD_REFRESH

    assert works(client, anna) == works(client, bert) == (True, True)


def test_tokens_that_are_none(client: Client) -> None:
    """A token that is malformed, or of the other kind, is refused."""
    session = client.sign_in("anna")

    assert client.logout(session, token="nonsense").error == BAD_TOKEN
    assert client.logout(session, token=session.refresh_token).error == BAD_TOKEN
    assert client.logout(session, refresh_token="nonsense").error == BAD_REFRESH
    assert client.logout(session, refresh_token=session.token).error == BAD_REFRESH
    assert works(client, session) == (True, True)


@ENDINGS
def test_logout_holds_in_a_new_process(client: Client, named: Named) -> None:
    """A logout is stored: an instance that has never heard of the session refuses it."""
    session = client.sign_in("anna")
    client.logout(session, **named(session))
    restart()

    assert works(client, session) == (False, False)


@ENDINGS
def test_logout_twice(client: Client, named: Named) -> None:
    """A session that has ended can end nothing."""
    session, other = client.sign_in("anna"), client.sign_in("anna")
    client.logout(session, **named(session))
    kept = client.sign_in("anna") if not named(session) else other

    assert client.logout(session).error == INVALID
    assert client.logout(session, **both(session)).error == INVALID
    assert works(client, kept) == (True, True)


@ENDINGS
def test_logout_after_deletion(client: Client, named: Named, store: Store) -> None:
    """Where the account is gone the session is too, and a client that logs out is told so; nothing is stored."""
    session = client.sign_in("anna")
    client.delete_account(session)

    assert client.logout(session, **named(session)).body == {}

    assert store.rows("SessionsTable") == store.rows("UsersTable") == []


def test_logout_of_a_banned_account(client: Client, store: Store) -> None:
    """A banned user's session is refused here as everywhere."""
    session = client.sign_in("anna")
    store.ban(session.user_id)

    assert client.logout(session).error == INVALID
    assert client.logout(session, **both(session)).error == INVALID


def test_logout_needs_a_session(client: Client) -> None:
    """A refresh token alone logs nobody out."""
    session = client.sign_in("anna")
    forged = replace(session, body={"token": session.refresh_token})

    assert client.call("POST /v2/session/logout", {}).error == (401, 16, "Auth token required")
    assert client.logout(forged, refresh_token=session.refresh_token).error == INVALID


def test_item_outlives_the_session(client: Client, store: Store, clock: Clock) -> None:
    """What makes a logout last is deleted no sooner than the session's last token has expired."""
    session = client.sign_in("anna")
    clock.advance(1000)
    refreshed = client.refresh(session.refresh_token)

    client.logout(refreshed, token=session.token)

    [item] = store.rows("SessionsTable")
    assert item["expires_at"] >= claims_of(refreshed.refresh_token)["exp"]


def test_two_logouts_at_once(client: Client, aws: Aws) -> None:
    """Of two logouts that race, the one that comes second is told that its session has ended."""
    session = client.sign_in("anna")
    answers = []
    aws.overtake("TransactWriteItems", lambda: answers.append(client.logout(session)))

    assert client.logout(session, **both(session)).error == INVALID
    assert answers[0].body == {}
