"""Sessions that players can see, where the settings say so."""

import pytest

from tests.conftest import Configure
from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.devices import Television, approve
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

NOT_FOUND = (404, 5, "Session not found.")


@pytest.fixture
def _tracked(configure: Configure) -> None:
    configure(track=True)


def sign_in(client: Client, device: str = "the phone") -> Answer:
    """Sign in on a device that says its name."""
    return client.authenticate("device", id="the-device-of-anna", vars={"device_name": device})


def listed(client: Client, session: Answer) -> list[dict[str, object]]:
    """Give where the player is signed in."""
    answer = client.call("GET /v2/session", headers=bearer(session))
    assert answer.status == 200, answer.body
    return list(answer.body["sessions"])


def end(client: Client, session: Answer, session_id: str) -> Answer:
    """End one of the player's sessions."""
    return client.call("DELETE /v2/session", query={"id": session_id}, headers=bearer(session))


@pytest.mark.usefixtures("_tracked")
def test_list(client: Client, clock: Clock) -> None:
    """A player sees each session with its age, provider and device, the own one first, then the newest."""
    first = sign_in(client)
    clock.advance(5)
    second = sign_in(client, "the tablet")
    clock.advance(5)
    client.link(first, "custom", id="custom-id-of-anna")
    third = client.authenticate("custom", id="custom-id-of-anna")
    client.refresh(first.refresh_token)

    sessions = listed(client, first)

    assert [one["id"] for one in sessions] == [one.claims["tid"] for one in (first, third, second)]
    assert [one.get("device_name") for one in sessions] == ["the phone", None, "the tablet"]
    assert [one["provider"] for one in sessions] == ["device", "custom", "device"]
    assert [one.get("current") for one in sessions] == [True, None, None]
    assert "refresh_time" in sessions[0]
    assert "refresh_time" not in sessions[2]
    assert len({one["network"] for one in sessions}) == 1


@pytest.mark.usefixtures("_tracked")
def test_end(client: Client) -> None:
    """A player ends one session, of which both tokens are worth nothing from then on, and no other."""
    here, there = sign_in(client), sign_in(client)

    assert end(client, here, there.claims["tid"]).body == {}

    assert client.get_account(there).status == client.refresh(there.refresh_token).status == 401
    assert [one["id"] for one in listed(client, here)] == [here.claims["tid"]]
    assert end(client, here, here.claims["tid"]).status == 200
    assert client.get_account(here).status == 401


@pytest.mark.usefixtures("_tracked")
def test_sessions_of_others(client: Client) -> None:
    """Nobody sees or ends another player's sessions, and what is none is not found."""
    anna, bert = sign_in(client), client.sign_in("bert")

    assert len(listed(client, bert)) == 1
    for session_id in (anna.claims["tid"], "", "x", "7d3b2b1e-7a1a-4f0e-9d8c-5a2f5d0c1b2a"):
        assert end(client, bert, session_id).error == NOT_FOUND
    assert client.get_account(anna).status == 200


@pytest.mark.usefixtures("_tracked")
def test_account_that_goes_meanwhile(client: Client, aws: Aws, store: Store) -> None:
    """An account that is deleted while one of its sessions is ended keeps nothing on record but that."""
    here, there = sign_in(client), sign_in(client)
    aws.overtake("TransactWriteItems", lambda: client.delete_account(here))

    assert end(client, here, there.claims["tid"]).error == NOT_FOUND

    assert [row["action"] for row in store.rows("RecordsTable")] == ["delete"]


@pytest.mark.usefixtures("_tracked")
def test_sessions_that_have_ended(client: Client, clock: Clock) -> None:
    """What has expired, or was ended with all others, is not shown."""
    old = sign_in(client)
    client.logout(old)
    new = sign_in(client)

    assert [one["id"] for one in listed(client, new)] == [new.claims["tid"]]
    clock.advance(31 * 24 * 3600)
    late = sign_in(client)
    assert [one["id"] for one in listed(client, late)] == [late.claims["tid"]]


@pytest.mark.usefixtures("_tracked")
def test_device_that_was_approved(client: Client) -> None:
    """A device that the player signed in from another one is among them."""
    here, tv = sign_in(client), Television(client, device_name="Television")
    approve(client, here, tv.user_code)
    there = tv.poll()

    names = {one["id"]: one["device_name"] for one in listed(client, here)}

    assert names[there.claims["tid"]] == "Television"
    assert end(client, here, there.claims["tid"]).status == 200
    assert client.get_account(there).status == 401


def test_untracked(client: Client, store: Store) -> None:
    """Without the setting a sign-in writes nothing about its session; the player sees the own one alone."""
    here, there = sign_in(client), sign_in(client)

    assert store.rows("SessionsTable") == []
    assert [one["id"] for one in listed(client, here)] == [here.claims["tid"]]
    assert end(client, here, there.claims["tid"]).error == NOT_FOUND
    assert end(client, here, here.claims["tid"]).body == {}
    assert client.get_account(here).status == 401
