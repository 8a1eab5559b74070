"""The audit finds each kind of damage, says what it means, and mends what can be mended, beside others' changes."""

import time

import pytest

from local.audit.audit import CHECKS, TABLES, Pace, Violation, audit
from symbolon.identities.users import identity_key, username_key
from tests.helpers.audit.damage import BY_HAND, DEVICE, MENDED, NOBODY, Players, drop, put
from tests.helpers.players.client import Client, bearer, device_of
from tests.helpers.service.store import Store

PACE = Pace(pause_seconds=0)
EMAIL = {"email": "anna@example.com", "password": "3bc8f72e95a9"}


def found() -> list[Violation]:
    """Give what the audit finds."""
    return list(audit(PACE))


def said() -> set[str]:
    """Give what the audit says."""
    return {violation.finding.says for violation in found()}


@pytest.fixture
def players(client: Client, store: Store) -> Players:
    """Give two friends, of whom one has a device, a custom id and an address."""
    anna, bert = client.sign_in("anna"), client.sign_in("bert")
    client.link(anna, "custom", id="custom-id-of-anna")
    client.link(anna, "email", **EMAIL)
    client.call("POST /v2/friend", query={"ids": bert.user_id}, headers=bearer(anna))
    client.call("POST /v2/friend", query={"ids": anna.user_id}, headers=bearer(bert))
    assert found() == []
    return Players(client, store, anna, bert)


@pytest.mark.parametrize("says", MENDED)
def test_what_is_mended(players: Players, says: str) -> None:
    """It is found, by its meaning for the player too; mended once, everything agrees again."""
    MENDED[says](players)

    told = {violation.finding.says: violation.finding for violation in found()}
    expected = says.format(greater=players.ids[1], bert=players.bert.user_id)
    assert expected in told
    assert told[expected].means
    mended = list(audit(PACE, repair=True))
    assert all(violation.is_mended for violation in mended)
    assert said() == set()


@pytest.mark.parametrize("says", BY_HAND)
def test_what_is_left_to_an_operator(players: Players, says: str) -> None:
    """It is found and stays as it is, with words about what to do."""
    BY_HAND[says](players)

    told = {violation.finding.says: violation for violation in audit(PACE, repair=True)}

    assert says in told
    assert told[says].is_mended is None
    assert told[says].finding.by_hand
    assert says in said()


def test_everything_is_planted() -> None:
    """Each promise has damage here that breaks it."""
    assert len({check.promise for check in CHECKS}) == 15


def test_every_table_is_looked_at(store: Store) -> None:
    """No table of the template is left out, and so none that is new."""
    assert set(TABLES) == store.environment().keys()


def test_who_took_a_change_of_address_back_is_no_violation(players: Players) -> None:
    """A proved address without a password is what such an undo leaves, until its owner has set a new one."""
    players.store.set_user(players.anna.user_id, password_hash="", verify_time="2026-03-10T05:16:23Z")

    assert said() == set()


def test_players_lose_nothing_by_mending(players: Players) -> None:
    """Who was locked out gets in again, to the same account, and no friend is lost."""
    drop(identity_key(DEVICE))
    drop(username_key("anna"))

    list(audit(PACE, repair=True))

    again = players.client.authenticate("device", {"create": "false"}, id=device_of("anna"))
    assert again.user_id == players.anna.user_id
    assert players.client.get_users(again, usernames=["anna"]).body["users"][0]["id"] == again.user_id
    assert len(players.client.call("GET /v2/friend", headers=bearer(again)).body["friends"]) == 1


@pytest.mark.usefixtures("players")
def test_what_is_changed_meanwhile_is_no_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is as it should be at a later look is passed over."""
    put(identity_key("device#of-nobody"), user_id=NOBODY)
    monkeypatch.setattr(time, "sleep", lambda _seconds: drop(identity_key("device#of-nobody")))

    assert said() == set()


def test_mending_that_is_overtaken_changes_nothing(players: Players) -> None:
    """What has changed since it was looked at is not overwritten."""
    drop(identity_key(DEVICE))
    [violation] = [one for one in found() if one.finding.mend]
    newcomer = players.client.authenticate("device", {"username": "clara"}, id=device_of("anna"))

    assert violation.finding.mend
    violation.finding.mend()

    assert players.store.owners()[DEVICE] == newcomer.user_id


@pytest.mark.usefixtures("players")
def test_segments_read_everything_once() -> None:
    """However many segments there are, each item is seen once, and its violation is told once."""
    drop(identity_key(DEVICE))
    counts: list[int] = []

    told = [one.finding.says for one in audit(Pace(3, 0, seen=counts.append))]

    assert told == ["an identity of device that the account lists leads nowhere"]
    single: list[int] = []
    list(audit(Pace(1, 0, seen=single.append)))
    assert sum(counts) == sum(single)
