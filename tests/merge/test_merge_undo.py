"""An operator undoes a merge."""

import json

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.merging import CUSTOM, Twins, identities, merged, ticket_of
from tests.helpers.players.operator import Operator
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

EMAIL = {"email": "anna@example.com", "password": "3bc8f72e95a9"}
DAY = 24 * 3600


def entry_of(session: Answer, action: str = "merge") -> str:
    """Give the name of the entry about the merge among those of an account."""
    [entry] = [one for one in Operator().log(user=session.user_id) if one["action"] == action]
    return str(entry["entry"])


@pytest.mark.parametrize("keep", ["this", "other"])
def test_undo(client: Client, twins: Twins, store: Store, keep: str) -> None:
    """Each account has its own identities again, and all sessions of both have ended, so that the ticket is void."""
    client.link(twins.old, "email", **EMAIL)
    before = identities(store)
    kept = twins.new if keep == "this" else twins.old
    answer = merged(client, twins.new, twins.ticket, keep)
    client.link(answer, "device", id="a-device-since-then")

    assert Operator().undo(entry_of(kept)).status == 200

    assert identities(store) == {**before, "device#a-device-since-then": kept.user_id}
    assert {client.get_account(one).status for one in (twins.old, twins.new, answer)} == {401}
    assert client.sign_in("anna_old").user_id == twins.old.user_id
    assert client.sign_in("anna_new").user_id == twins.new.user_id
    assert client.authenticate("email", {"create": "false"}, **EMAIL).user_id == twins.old.user_id
    assert all("merged_into" not in row and not row.get("absorbed") for row in store.rows("UsersTable"))


def test_records(client: Client, twins: Twins) -> None:
    """Both accounts' records tell of the merge, with the other's id, and the undo is one more entry."""
    merged(client, twins.new, twins.ticket)
    operator = Operator()
    [taken] = [one for one in operator.log(user=twins.new.user_id) if one["action"] == "merge"]
    [into] = [one for one in operator.log(user=twins.old.user_id) if one["action"] == "merged_into"]

    assert taken["before"] == {"user_id": twins.old.user_id, "username": "anna_old"}
    assert into["after"] == {"user_id": twins.new.user_id, "username": "anna_new"}
    assert operator.undo(into["entry"]).status == 400
    undone = operator.undo(taken["entry"]).body["entry"]
    assert operator.log(user=twins.new.user_id)[0]["entry"] == undone
    assert operator.undo(taken["entry"]).error == (400, 9, "The merge was undone already.")


def test_after_30_days(client: Client, twins: Twins, clock: Clock) -> None:
    """A merge stays, once thirty days have passed."""
    merged(client, twins.new, twins.ticket)
    entry = entry_of(twins.new)
    clock.advance(30 * DAY + 1)

    assert Operator().undo(entry).error == (400, 9, "A merge can be undone for 30 days.")


def test_what_has_gone_since(client: Client, twins: Twins, store: Store) -> None:
    """What was unlinked since the merge stays so; neither account is left without an identity."""
    merged(client, twins.new, twins.ticket)
    client.unlink(twins.new, "custom")

    Operator().undo(entry_of(twins.new))

    assert set(identities(store)) == {"device#device-of-anna_old", "device#device-of-anna_new"}
    assert client.sign_in("anna_old").user_id == twins.old.user_id


def test_nothing_left_to_give_back(client: Client, twins: Twins) -> None:
    """An account of which all identities were unlinked since cannot come back."""
    merged(client, twins.new, twins.ticket)
    client.unlink(twins.new, "custom")
    client.unlink(twins.new, "device", id="device-of-anna_old")

    message = "All identities of the merged account were unlinked since."
    assert Operator().undo(entry_of(twins.new)).error == (400, 9, message)


def test_account_merged_again(client: Client, twins: Twins, store: Store) -> None:
    """Of two merges one after the other, the later one is undone first."""
    merged(client, twins.new, twins.ticket)
    third = client.sign_in("anna_third")
    merged(client, third, ticket_of(client, third, "custom", **CUSTOM))
    message = "The account was merged into another: undo that first, by the other's entry."

    assert Operator().undo(entry_of(twins.new)).error == (400, 9, message)
    for session in (third, twins.new):
        assert Operator().undo(entry_of(session)).status == 200

    assert len(set(identities(store).values())) == 3
    assert client.sign_in("anna_old").user_id == twins.old.user_id


def test_players_not_recorded(client: Client, twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    """A merge can be undone also where players' own doings are not recorded, of whom the entry has no address."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"records": {"players": False}}))
    restart()
    merged(client, twins.new, twins.ticket)

    entry = Operator().log(user=twins.old.user_id)[0]
    assert (entry["action"], entry["by"]) == ("merged_into", {"kind": "player"})
    assert Operator().undo(entry_of(twins.new)).status == 200
