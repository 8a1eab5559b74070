"""What happens to accounts is told, as docs/events.md says: each change once, in order, with nothing personal."""

import json
from typing import Any

import pytest

from tests.helpers.events.bus import Bus
from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.merging import CUSTOM, Twins, merged
from tests.helpers.players.operator import Operator
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

PASSWORD = "correct horse battery staple"
ENVELOPE = {"version", "id", "order", "sequence", "account_id"}


def said(event: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Give of an event its type, whose it is, and what only events of its type say."""
    detail = event["detail"]
    own = {name: value for name, value in detail.items() if name not in ENVELOPE}
    return event["detail-type"], detail["account_id"], own


def deliver(bus: Bus) -> list[tuple[str, str, dict[str, Any]]]:
    """Have all changes told, and give what was said."""
    return [said(event) for event in bus.deliver()]


def test_a_life(client: Client, bus: Bus) -> None:
    """An account is made, gets an identity, exchanges it, loses it, and goes; nothing else that it does is told."""
    anna = client.sign_in("anna")
    client.sign_in("anna")
    client.update_account(anna, display_name="Anna")
    client.link(anna, "custom", id="custom-1")
    client.link(anna, "custom", id="custom-1")
    client.link(anna, "custom", id="custom-2")
    client.unlink(anna, "custom")
    client.refresh(anna.refresh_token)
    client.delete_account(anna)

    assert deliver(bus) == [
        ("account.created", anna.user_id, {"providers": ["device"]}),
        ("account.linked", anna.user_id, {"provider": "custom"}),
        ("account.unlinked", anna.user_id, {"provider": "custom"}),
        ("account.linked", anna.user_id, {"provider": "custom"}),
        ("account.unlinked", anna.user_id, {"provider": "custom"}),
        ("account.deleted", anna.user_id, {}),
    ]


def test_sessions_end(client: Client, bus: Bus) -> None:
    """The end of one session, or of its tokens one by one, is told by its id; that of all, by the account."""
    sessions = [client.sign_in("anna") for _ in range(3)]
    first, second, third = (str(session.claims["tid"]) for session in sessions)
    client.logout(sessions[0], token=sessions[0].token, refresh_token=sessions[0].refresh_token)
    client.logout(sessions[2], refresh_token=sessions[1].refresh_token)
    client.logout(sessions[2], token=sessions[1].token)
    client.call("DELETE /v2/session", query={"id": third}, headers=bearer(sessions[2]))
    client.logout(client.sign_in("anna"))

    told = [(kind, own) for kind, _, own in deliver(bus) if kind == "session.ended"]

    def one(session_id: str, *, token: bool, refresh: bool) -> dict[str, Any]:
        return {"scope": "one", "session_id": session_id, "session_token": token, "refresh_token": refresh}

    assert [own for _, own in told] == [
        one(first, token=True, refresh=True),
        one(second, token=False, refresh=True),
        one(second, token=True, refresh=True),
        one(third, token=True, refresh=True),
        {"scope": "all"},
    ]


def test_a_stolen_refresh_token(client: Client, bus: Bus, clock: Clock) -> None:
    """The session that ends since a refresh token was used again is told of, too."""
    anna = client.sign_in("anna")
    client.refresh(client.refresh(anna.refresh_token).refresh_token)
    clock.advance(60)
    assert client.refresh(anna.refresh_token).status == 401

    [_, (kind, account, own)] = deliver(bus)

    assert (kind, account, own["session_id"]) == ("session.ended", anna.user_id, anna.claims["tid"])


def test_a_session_that_is_spared(client: Client, bus: Bus, store: Store) -> None:
    """Of all sessions but one, as a new password ends them, the event says which one goes on."""
    anna = client.sign_in("anna")
    store.set_user(anna.user_id, generation=1, spared=f"{anna.claims['tid']}#0")

    [_, (kind, _, own)] = deliver(bus)

    assert (kind, own) == ("session.ended", {"scope": "all", "except_session_id": anna.claims["tid"]})


def test_bans(client: Client, bus: Bus) -> None:
    """A ban is told with its end, another in its place anew, and its being lifted; who did it and why is not."""
    anna, operator = client.sign_in("anna"), Operator()
    operator.done("ban", anna.user_id, reason="Cheats", until="2030-01-01T00:00:00Z")
    operator.done("ban", anna.user_id, reason="Cheats again")
    operator.done("unban", anna.user_id)

    assert deliver(bus)[1:] == [
        ("account.banned", anna.user_id, {"until": "2030-01-01T00:00:00Z"}),
        ("account.banned", anna.user_id, {}),
        ("account.unbanned", anna.user_id, {}),
    ]


@pytest.fixture
def twins(client: Client, bus: Bus) -> Twins:
    """Give both accounts of a player, of which all has been told."""
    twins = Twins.new_of(client)
    bus.deliver()
    return twins


def merge_events(kind: str, kept: Answer, other: Answer) -> list[tuple[str, str, dict[str, Any]]]:
    """Give what a merge, or its undoing, tells of both accounts."""
    return [
        (f"account.{kind}", kept.user_id, {"role": "kept", "other_account_id": other.user_id}),
        (f"account.{kind}", other.user_id, {"role": "merged", "other_account_id": kept.user_id}),
    ]


def test_merge_and_undo(client: Client, bus: Bus, twins: Twins) -> None:
    """A merge is told of both accounts with both ids, after the identities that moved; so is its being undone."""
    merged(client, twins.new, twins.ticket)
    told = deliver(bus)
    operator = Operator()
    [entry] = [one for one in operator.log(user=twins.new.user_id) if one["action"] == "merge"]
    operator.undo(entry["entry"])
    undone = deliver(bus)

    by_merge = {"cause": "merge"}
    assert [event for event in told if "merged" in event[0]] == merge_events("merged", twins.new, twins.old)
    assert told[:2] == [
        ("account.linked", twins.new.user_id, {"provider": "custom", **by_merge}),
        ("account.linked", twins.new.user_id, {"provider": "device", **by_merge}),
    ]
    assert ("session.ended", twins.old.user_id, {"scope": "all"}) in told
    assert [event for event in undone if "merged" in event[0]] == merge_events("unmerged", twins.new, twins.old)
    assert ("account.linked", twins.old.user_id, {"provider": "custom", **by_merge}) in undone


def test_a_chain_of_merges(client: Client, bus: Bus, twins: Twins) -> None:
    """An account that has taken in another can be merged itself: the event names the one that was, and no third."""
    session = merged(client, twins.new, twins.ticket)
    third = client.sign_in("anna_third")
    refused = client.link(third, "custom", **CUSTOM)
    kept_id = session.body["user_id"]
    bus.deliver()
    merged(client, third, str(refused.body["ticket"]))

    told = [event for event in deliver(bus) if event[0] == "account.merged"]

    assert told == [
        ("account.merged", third.user_id, {"role": "kept", "other_account_id": kept_id}),
        ("account.merged", kept_id, {"role": "merged", "other_account_id": third.user_id}),
    ]


def test_nothing_personal(client: Client, bus: Bus, store: Store) -> None:
    """No name, address, password's hash, device id or provider's subject leaves with an event."""
    anna = client.authenticate("email", {"username": "anna"}, email="anna@example.com", password=PASSWORD)
    client.link(anna, "device", id="a-device-id-of-anna")
    client.update_account(anna, display_name="Anna Karenina", location="Moscow")
    assert store.user(anna.user_id)["username"] == "anna"
    personal = {"anna", "example.com", "argon2", "device-id", "Karenina", "Moscow"}

    text = json.dumps(bus.deliver())

    assert not [word for word in personal if word in text]
    assert anna.user_id in text


def test_whose_event_it_is(client: Client, bus: Bus) -> None:
    """An event says from which stack it is, and has an id of its own; sequences grow, also within one change."""
    client.sign_in("anna")
    anna = client.sign_in("anna")
    client.link(anna, "custom", id="custom-1")
    client.link(anna, "custom", id="custom-2")

    events = bus.deliver()

    sequences = [event["detail"]["sequence"] for event in events]
    assert {event["resources"][0].rpartition(":")[2] for event in events} == {"stack/symbolon/1"}
    assert {event["source"] for event in events} == {"symbolon"}
    assert len(events) == 4
    assert sequences == sorted(set(sequences))
    assert len({event["detail"]["id"] for event in events}) == 4
