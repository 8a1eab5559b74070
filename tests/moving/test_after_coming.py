"""Once a player has come, the account is here: what an old server says of it counts no more than it should."""

from collections.abc import Iterator

import pytest

from tests.helpers.players.client import Client
from tests.helpers.players.old_server import OldServer, moving_from
from tests.helpers.providers.internet import Internet
from tests.helpers.service.aws import Aws
from tests.helpers.service.store import Store
from tests.moving.test_coming import CUSTOM, DEVICE, EMAIL, by

pytestmark = pytest.mark.long


@pytest.fixture
def old(internet: Internet, client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[OldServer]:  # noqa: ARG001 (it empties the tables)
    """Give the server that players come from."""
    with moving_from(internet, monkeypatch) as server:
        yield server


def test_linked_there_since(client: Client, old: OldServer) -> None:
    """While nothing about the account was changed here, what was linked over there meanwhile leads to it."""
    anna = old.player("anna", device=DEVICE)
    by(client, "device", **DEVICE)
    anna.ways["custom"] = CUSTOM

    assert by(client, "custom", **CUSTOM).user_id == anna.user_id


def test_replaced_there_since(client: Client, old: OldServer, store: Store) -> None:
    """One that was replaced over there meanwhile leads to the account as well, beside the one that came."""
    anna = old.player("anna", device=DEVICE, custom=CUSTOM)
    by(client, "device", **DEVICE)
    anna.ways["custom"] = {"id": "another-custom-id"}

    assert by(client, "custom", id="another-custom-id").user_id == anna.user_id
    assert len(store.owners()) == 3


def test_linked_there_after_a_change_here(client: Client, old: OldServer) -> None:
    """Who still has a way in over there gets none to an account that its owner has changed here since."""
    anna = old.player("anna", device=DEVICE)
    client.update_account(by(client, "device", **DEVICE), display_name="Anna")
    anna.ways["custom"] = CUSTOM

    assert by(client, "custom", **CUSTOM).user_id != anna.user_id


def test_unlinked_here(client: Client, old: OldServer) -> None:
    """A device that its owner has unlinked here does not come back by way of the old server."""
    anna = old.player("anna", device=DEVICE, custom=CUSTOM)
    client.unlink(by(client, "device", **DEVICE), "device", **DEVICE)

    assert by(client, "device", **DEVICE).user_id != anna.user_id


def test_deleted_here(client: Client, old: OldServer, store: Store) -> None:
    """Who deleted the account here is not brought again, by whatever the old server still knows."""
    anna = old.player("anna", device=DEVICE, email=EMAIL)
    assert client.delete_account(by(client, "device", **DEVICE)).status == 200

    again = by(client, "email", **EMAIL)

    assert again.body["created"] is True
    assert again.user_id != anna.user_id
    assert "display_name" not in store.user(again.user_id)


def test_own_address_here(client: Client, old: OldServer) -> None:
    """Who has linked an address here is not signed in to by the old one and its password."""
    anna = old.player("anna", device=DEVICE, email=EMAIL)
    session = by(client, "device", **DEVICE)
    client.link(session, "email", email="anna.new@example.com", password="a new password")

    assert by(client, "email", **EMAIL).user_id != anna.user_id


def test_lost_answers(client: Client, old: OldServer, aws: Aws) -> None:
    """A database that does not answer brings nobody by halves."""
    anna = old.player("anna", device=DEVICE)
    with aws.outage():
        assert by(client, "device", **DEVICE).status == 503

    assert by(client, "device", **DEVICE).user_id == anna.user_id


def test_nobody_is_asked_without_the_section(client: Client, internet: Internet) -> None:
    """Without the section nothing of it is used, and who is new is new."""
    assert by(client, "device", **DEVICE).body["created"] is True
    assert internet.seen == []


@pytest.mark.parametrize("count", [1, 2])
def test_known_players_cost_what_they_did(client: Client, old: OldServer, aws: Aws, count: int) -> None:
    """Who is here is signed in by two reads and no write, moving or not."""
    old.player("anna", device=DEVICE)
    by(client, "device", **DEVICE)
    aws.asked.clear()

    for _ in range(count):
        by(client, "device", **DEVICE)

    assert [asked.operation for asked in aws.asked] == ["GetItem", "GetItem"] * count
