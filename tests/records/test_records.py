"""What is on record: each change of an account's identities, and nothing personal of one that is gone."""

import json

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES
CUSTOM = {"provider": "custom", "subject": "custom-id-of-anna"}
SECOND = {"provider": "custom", "subject": "second-id-of-anna"}
EMAIL = {"email": "anna@example.com", "password": "3bc8f72e95a9"}
DAY = 24 * 3600


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give a session of a player."""
    return client.sign_in("anna")


def deeds(store: Store) -> list[tuple[object, ...]]:
    """Give action, before and after of all entries, in order."""
    rows = sorted(store.rows("RecordsTable"), key=lambda row: str(row["entry"]))
    return [(row["action"], row.get("before"), row.get("after")) for row in rows]


def test_links_are_on_record(client: Client, store: Store, anna: Answer, clock: Clock) -> None:
    """What a player links, replaces and unlinks is on record with what there was before."""
    client.link(anna, "custom", id=CUSTOM["subject"])
    clock.advance(1)
    client.link(anna, "custom", id=SECOND["subject"])
    clock.advance(1)
    client.unlink(anna, "custom")

    assert deeds(store) == [("link", None, CUSTOM), ("link", CUSTOM, SECOND), ("unlink", SECOND, None)]


def test_who_when_and_from_where(client: Client, store: Store, anna: Answer, clock: Clock) -> None:
    """An entry says whose account it is, that its owner did it, from which address, and when it is forgotten."""
    client.link(anna, "custom", id=CUSTOM["subject"])

    [row] = store.rows("RecordsTable")

    assert (row["user_id"], row["by"], row["source"]) == (anna.user_id, {"kind": "player"}, "192.0.2.1")
    assert int(row["entry"][:12], 16) == pytest.approx(clock.now() * 1000, abs=5000)
    assert int(row["expires_at"]) == pytest.approx(clock.now() + 365 * DAY, abs=5)


def test_password_is_on_record_without_itself(client: Client, store: Store, anna: Answer) -> None:
    """A new password is on record; neither the password nor its hash is, also when a player unlinks it."""
    client.link(anna, "email", **EMAIL)
    client.link(anna, "email", **{**EMAIL, "password": "another-password", "current": EMAIL["password"]})
    client.unlink(anna, "email", **EMAIL)

    assert {action for action, _, _ in deeds(store)} == {"link", "password", "unlink"}
    text = str(store.rows("RecordsTable"))
    assert "another-password" not in text
    assert "argon2" not in text


def test_what_changes_nothing_is_not_on_record(client: Client, store: Store, anna: Answer) -> None:
    """Signing in, also for the first time, linking again and what is refused leave no entry."""
    client.sign_in("anna")
    client.link(anna, "device", id=device_of("anna"))
    client.unlink(anna, "device", id=device_of("anna"))
    client.update_account(anna, username="anne")

    assert deeds(store) == []


def test_record_and_deed_are_one_write(client: Client, store: Store, aws: Aws, anna: Answer) -> None:
    """Where a link fails there is no entry of it: both are in one transaction."""
    aws.refuse("TransactWriteItems", "ValidationException")

    assert client.link(anna, "custom", id=CUSTOM["subject"]).status == 500
    assert deeds(store) == []


def test_players_can_be_left_out(client: Client, store: Store, anna: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting leaves out what players do themselves."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"records": {"players": False}}))
    restart()

    client.link(anna, "custom", id=CUSTOM["subject"])
    client.delete_account(anna)

    assert deeds(store) == []


@pytest.mark.parametrize(
    "wrong", [[], {"term_days": 0}, {"term_days": True}, {"term_days": "30"}, {"term_days": 3651}, {"players": 1}]
)
def test_wrong_settings(client: Client, anna: Answer, monkeypatch: pytest.MonkeyPatch, wrong: object) -> None:
    """A section that makes no sense refuses what would be recorded, instead of recording nothing."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"records": wrong}))
    restart()

    assert client.link(anna, "custom", id=CUSTOM["subject"]).status == 500


def test_deleted_account_leaves_nothing_personal(client: Client, store: Store, anna: Answer) -> None:
    """Of a deleted account remains what was done and when; no identity, address or note."""
    client.link(anna, "custom", id=CUSTOM["subject"])
    client.link(anna, "email", **EMAIL)
    client.unlink(anna, "custom")
    store.put_note(anna.user_id)

    assert client.delete_account(anna).status == 200

    rows = store.rows("RecordsTable")
    assert sorted(row["action"] for row in rows) == ["delete", "link", "link", "unlink"]
    personal = {"before", "after", "reason", "kept", "source", "text"}
    assert not [name for row in rows for name in personal & row.keys()]
    assert "192.0.2.1" not in str(rows)


def test_entry_that_expires_while_it_is_forgotten(client: Client, store: Store, aws: Aws, anna: Answer) -> None:
    """An entry whose term ends in the middle of a deletion does not stop it."""
    client.link(anna, "custom", id=CUSTOM["subject"])
    client.link(anna, "custom", id=SECOND["subject"])
    [first, second] = store.rows("RecordsTable")
    aws.overtake("TransactWriteItems", lambda: store.drop_record(first))

    assert client.delete_account(anna).status == 200

    left = {row["entry"]: row for row in store.rows("RecordsTable")}
    assert first["entry"] not in left
    assert "after" not in left[second["entry"]]
