"""A ban that ends: refused with its end until then, and let in afterwards without anybody doing anything."""

import pytest

from symbolon.identities.bans import rfc3339
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.service.clock import Clock
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES
INVALID = (401, 16, "Auth token invalid")
EMAIL = {"email": "anna@example.com", "password": "3bc8f72e95a9"}
HOUR = 3600


@pytest.fixture
def end(clock: Clock) -> str:
    """Give the time an hour from now."""
    return rfc3339(clock.now() + HOUR)


@pytest.fixture
def anna(client: Client, store: Store, end: str) -> Answer:
    """Give a session of a player who was banned for an hour afterwards."""
    session = client.sign_in("anna")
    client.link(session, "email", **EMAIL)
    store.set_user(session.user_id, disable_time="2026-03-10T05:16:23Z", ban_until=end, ban_reason="Aimbot.")
    return session


def test_refusal_says_when_it_ends(client: Client, anna: Answer, end: str) -> None:
    """Every way to a session is refused in Nakama's words, with the end, and with nothing of the reason."""
    refused = {"code": 7, "message": "User account banned.", "until": end}

    for answer in (
        client.authenticate("device", id=device_of("anna")),
        client.authenticate("email", **EMAIL),
        client.refresh(anna.refresh_token),
    ):
        assert (answer.status, answer.body) == (403, refused)


def test_ban_for_good_has_no_end(client: Client, anna: Answer, store: Store) -> None:
    """A ban without an end is refused as Nakama does, letter for letter."""
    bert = client.sign_in("bert")
    store.ban(bert.user_id)

    assert bert.user_id != anna.user_id
    assert client.authenticate("device", id=device_of("bert")).body == {"code": 7, "message": "User account banned."}


def test_sessions_until_the_end(client: Client, anna: Answer) -> None:
    """Until its end a ban holds for sessions that there are."""
    assert client.get_account(anna).error == INVALID
    assert client.logout(anna).error == INVALID
    assert client.logout(anna, token=anna.token).error == INVALID


def test_end_passes_by_itself(client: Client, anna: Answer, clock: Clock) -> None:
    """When the end has come the player signs in, refreshes and is shown as one who is not banned."""
    clock.advance(HOUR)

    renewed = client.refresh(anna.refresh_token)

    assert client.authenticate("device", id=device_of("anna")).status == 200
    assert "disable_time" not in client.get_account(renewed).body
    assert client.logout(renewed, refresh_token=renewed.refresh_token).status == client.logout(renewed).status == 200


def test_second_before_the_end(client: Client, anna: Answer, clock: Clock) -> None:
    """A ban does not end before its time."""
    clock.advance(HOUR - 2)

    assert client.refresh(anna.refresh_token).status == 403
