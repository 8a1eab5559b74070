"""Players of an old Nakama come one by one, when they first sign in: once, and with all that they have."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from symbolon.errors import Misconfigured
from symbolon.settings.legacy import LegacySettings, when_down
from symbolon.settings.settings import Settings
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.old_server import HOST, KEY, LONG_AGO, OldServer, moving_from, settle
from tests.helpers.players.races import at_once
from tests.helpers.providers.credentials import STEAM_ID, TICKET, announce_steam
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import Reply
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

DEVICE: dict[str, Any] = {"id": "device-of-anna"}
EMAIL: dict[str, Any] = {"email": "anna@example.com", "password": "the password of anna"}
CUSTOM: dict[str, Any] = {"id": "custom-id-of-anna"}
DOWN = (503, 14, "Players who have not moved yet cannot sign in at the moment.")


@pytest.fixture
def old(internet: Internet, client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[OldServer]:  # noqa: ARG001 (it empties the tables)
    """Give the server that players come from."""
    with moving_from(internet, monkeypatch) as server:
        yield server


def by(client: Client, provider: str, create: str = "true", /, **credential: object) -> Answer:
    """Sign in."""
    return client.authenticate(provider, {"create": create}, **credential)


@pytest.mark.parametrize("create", ["true", "false"])
def test_player_comes(client: Client, old: OldServer, store: Store, create: str) -> None:
    """An unknown device is asked about once, and its account is here: id, names, metadata, times, and identities."""
    anna = old.player("Änna", device=DEVICE, custom=CUSTOM)
    anna.user |= {"display_name": "Anna", "metadata": '{"level": 7}', "google_id": "g-77", "timezone": "UTC"}

    answer = by(client, "device", create, **DEVICE)

    assert (answer.status, answer.user_id, "created" in answer.body) == (200, anna.user_id, False)
    assert answer.claims["usn"] == "Änna"
    user = client.get_account(answer).body["user"]
    assert (user["display_name"], user["metadata"], user["google_id"]) == ("Anna", '{"level": 7}', "g-77")
    assert (user["create_time"], user["timezone"]) == (LONG_AGO, "UTC")
    owners = {"device#device-of-anna", "custom#custom-id-of-anna", "google#g-77"}
    assert store.owners() == dict.fromkeys(owners, anna.user_id)
    assert by(client, "device", **DEVICE).user_id == by(client, "custom", **CUSTOM).user_id == anna.user_id
    assert old.asked == [("device", DEVICE)]


@pytest.mark.parametrize("name", ["x" * 3000, "", "a\0b"])
def test_name_that_no_nakama_has(client: Client, old: OldServer, name: str) -> None:
    """Whose username cannot be kept comes all the same, and gets another one."""
    anna = old.player("anna", device=DEVICE)
    anna.user |= {"username": name}

    answer = by(client, "device", **DEVICE)

    assert (answer.status, answer.user_id) == (200, anna.user_id)
    assert len(answer.claims["usn"]) == 10


def test_password_comes_with_its_first_use(client: Client, old: OldServer, store: Store) -> None:
    """A password that the old server has just taken is hashed here, and never shown to the old server again."""
    anna = old.player("anna", email=EMAIL)

    assert by(client, "email", **EMAIL).user_id == anna.user_id
    assert store.user(anna.user_id)["password_hash"].startswith("$argon2id$")
    assert by(client, "email", **EMAIL).user_id == anna.user_id
    assert by(client, "email", **(EMAIL | {"password": "another password"})).status == 401
    assert len(old.asked) == 1


def test_wrong_password_begins_no_account(client: Client, old: OldServer, store: Store) -> None:
    """Who does not know the password over there gets no account with the address here, and may guess ten times."""
    old.player("anna", email=EMAIL)
    wrong = EMAIL | {"password": "another password"}

    answers = [by(client, "email", **wrong) for _ in range(11)]

    assert [answer.status for answer in answers] == [401] * 10 + [429]
    assert answers[0].error == (401, 16, "Invalid credentials.")
    assert len(old.asked) == 10
    assert store.rows("UsersTable") == []


@pytest.mark.parametrize("email", ["anna@example.com", "nobody@example.com"])
def test_guesses_count_for_everybody(client: Client, old: OldServer, email: str) -> None:
    """Whether the old server knows an address shows in no number of guesses."""
    old.player("anna", email=EMAIL)

    answers = [by(client, "email", "false", email=email, password="another password") for _ in range(11)]

    assert {answer.status for answer in answers[:10]} == ({401} if email == EMAIL["email"] else {404})
    assert answers[10].status == 429


def test_address_after_the_device(client: Client, old: OldServer, store: Store) -> None:
    """Who came by a device is the same by the address, whose password could not come before it was shown."""
    anna = old.player("anna", device=DEVICE, email=EMAIL)
    first = by(client, "device", **DEVICE)
    client.update_account(first, display_name="Anna")
    assert client.get_account(first).body["email"] == EMAIL["email"]

    assert by(client, "email", **EMAIL).user_id == anna.user_id

    assert store.owners()["email#anna@example.com"] == anna.user_id
    assert "contact_email" not in store.user(anna.user_id)


def test_username_and_password(client: Client, old: OldServer) -> None:
    """A username with its password is asked about, too."""
    anna = old.player("anna", email=EMAIL)
    query = {"username": "anna", "create": "false"}

    answer = client.authenticate("email", query, password=EMAIL["password"])

    assert answer.user_id == anna.user_id
    assert by(client, "email", **EMAIL).user_id == anna.user_id
    assert len(old.asked) == 1


def test_provider(client: Client, old: OldServer, internet: Internet) -> None:
    """What a provider has confirmed is shown to the old server as the game sent it."""
    announce_steam(internet)
    anna = old.player("anna", steam={"token": TICKET}, device=DEVICE)
    anna.user["steam_id"] = STEAM_ID

    assert by(client, "steam", token=TICKET).user_id == anna.user_id
    assert by(client, "device", **DEVICE).user_id == anna.user_id
    assert old.asked == [("steam", {"token": TICKET})]


def test_who_is_new(client: Client, old: OldServer) -> None:
    """Who is unknown there, too, gets an account, and is not asked about again; nor is who may not have one."""
    assert by(client, "device", "false", **DEVICE).error == (404, 5, "User account not found.")
    assert by(client, "device", **DEVICE).body["created"] is True
    assert by(client, "device", **DEVICE).status == 200

    assert old.asked == [("device", DEVICE)]


def test_unknown_for_a_day(client: Client, old: OldServer, clock: Clock) -> None:
    """What the old server did not know it is asked about again a day later: there may be an account by then."""
    by(client, "device", "false", **DEVICE)
    anna = old.player("anna", device=DEVICE)
    assert by(client, "device", "false", **DEVICE).status == 404
    clock.advance(24 * 3600 + 1)

    assert by(client, "device", "false", **DEVICE).user_id == anna.user_id


def test_banned_there(client: Client, old: OldServer, store: Store) -> None:
    """Who is banned over there does not come, and gets no other account."""
    old.player("anna", device=DEVICE).is_banned = True

    assert by(client, "device", **DEVICE).error == (403, 7, "User account banned.")
    assert store.rows("UsersTable") == []


def test_two_first_sign_ins_at_once(client: Client, old: OldServer, store: Store) -> None:
    """Of first sign-ins at the same moment, by the same identity or by two, one brings the player, and all succeed."""
    anna = old.player("anna", device=DEVICE, custom=CUSTOM)
    together = threading.Barrier(4)
    old.before = lambda: together.wait(5)
    tries = [lambda: by(client, "device", **DEVICE), lambda: by(client, "custom", **CUSTOM)] * 2

    answers = at_once(tries)

    assert [(answer.status, answer.user_id) for answer in answers] == [(200, anna.user_id)] * 4
    assert [row["user_id"] for row in store.rows("UsersTable")] == [anna.user_id]


def test_names_that_are_taken_here(client: Client, old: OldServer) -> None:
    """A username that is somebody's here is not taken away, and so it is with an identity."""
    client.sign_in("anna")
    anna = old.player("anna", device={"id": "another-device-of-anna"}, custom=CUSTOM)
    squatter = client.sign_in("bert")
    anna.account["devices"] = [{"id": "another-device-of-anna"}, {"id": "device-of-bert"}]

    came = by(client, "device", id="another-device-of-anna")

    assert came.user_id == anna.user_id
    assert len(came.claims["usn"]) == 10
    assert by(client, "device", id="device-of-bert").user_id == squatter.user_id


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Reply(503), id="down"),
        pytest.param(Reply(200, b"<html>Parked</html>"), id="a page"),
        pytest.param(Reply(404, b'{"code":5,"message":"Not Found"}'), id="another service"),
        pytest.param(Reply(302, headers={"Location": "https://elsewhere.example.com"}), id="moved"),
    ],
)
def test_old_server_that_does_not_answer(client: Client, old: OldServer, internet: Internet, fault: Reply) -> None:
    """While it does not answer, who is here plays, and who is not is asked to come back rather than to begin anew."""
    anna = old.player("anna", device=DEVICE)
    bert = client.sign_in("bert")
    internet.fail(HOST, fault)

    refused = by(client, "device", **DEVICE)

    assert refused.error == DOWN
    assert int(refused.headers["retry-after"]) >= 1
    assert client.sign_in("bert").user_id == bert.user_id
    internet.mend(HOST)
    assert by(client, "device", **DEVICE).user_id == anna.user_id


def test_beginning_anew_meanwhile(
    client: Client, old: OldServer, internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the settings say so, who is unknown while it is down begins anew."""
    old.player("anna", device=DEVICE)
    settle(monkeypatch, when_down="create")
    internet.fail(HOST, Reply(503))

    assert by(client, "device", **DEVICE).body["created"] is True
    assert by(client, "custom", "false", **CUSTOM).status == 404


def test_wrong_server_key(client: Client, old: OldServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that the old server does not take is nobody's wrong password."""
    old.player("anna", email=EMAIL)
    settle(monkeypatch, server_key=f"not-{KEY}")

    assert by(client, "email", **EMAIL).error == DOWN


def test_questions_have_a_budget(client: Client, old: OldServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """No flood of invented devices reaches the old server: it gets so many questions a minute."""
    settle(monkeypatch, calls_per_minute=3)

    statuses = [by(client, "device", "false", id=f"invented-device-{number}").status for number in range(5)]

    assert statuses == [404] * 3 + [503] * 2
    assert len(old.asked) == 3


def test_friends(client: Client, old: OldServer, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Friends over there are friends here as soon as both have come, where the settings ask for it."""
    settle(monkeypatch, friends=True)
    anna, bert = old.player("anna", device=DEVICE), old.player("bert", device={"id": "device-of-bert"})
    anna.friends, bert.friends = [bert.user_id], ["00000000-0000-4000-8000-000000000000", anna.user_id]

    first = by(client, "device", **DEVICE)
    second = by(client, "device", id="device-of-bert")

    for _ in range(100):
        if store.user(bert.user_id).get("edge_count"):
            break
        threading.Event().wait(0.02)
    for session, friend in ((first, bert), (second, anna)):
        listed = client.call("GET /v2/friend", headers={"authorization": f"Bearer {session.token}"}).body["friends"]
        assert [one["user"]["id"] for one in listed] == [friend.user_id]


@pytest.mark.parametrize(
    "section",
    [
        {"url": "http://old.example.com"},
        {"url": "https://old.example.com/nakama"},
        {"url": "https://anna@old.example.com"},
        {"url": "old.example.com"},
        {"url": "https://old.example.com:port"},
        {"server_key": ""},
        {"when_down": "wait"},
        {"friends": "yes"},
        {"calls_per_minute": -1},
    ],
)
def test_sections_that_cannot_be_meant(section: dict[str, object]) -> None:
    """A section that is wrong is told before anybody signs in; nothing but https leaves this machine."""
    document = {"legacy": {"url": "https://old.example.com", **section}}

    with pytest.raises(Misconfigured, match="not configured correctly"):
        _ = LegacySettings.of(Settings(document)), when_down(Settings(document))


@pytest.mark.long
def test_old_server_that_is_silent(client: Client, old: OldServer, internet: Internet) -> None:
    """A server that never answers keeps three waiting for some seconds each, and then nobody for a while."""
    old.player("anna", device=DEVICE)
    internet.fail(HOST, Reply(delay=60))
    begun = time.monotonic()

    waits = []
    for _ in range(4):
        assert by(client, "device", **DEVICE).error == DOWN
        waits.append(time.monotonic() - begun)

    assert waits[0] < 6
    assert waits[3] - waits[2] < 0.5
