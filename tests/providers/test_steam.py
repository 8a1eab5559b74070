"""Steam: a ticket that Valve tells us the owner of."""

import json
from typing import Any

import pytest

from tests.conftest import Log
from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import AUTHENTICATE, STEAM_ID, TICKET, announce_steam, settle
from tests.helpers.providers.internet import STEAM, Internet
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

REFUSED = (401, 16, "Could not authenticate Steam profile.")
DOWN = (503, 14, "Steam is not available at the moment.")
MISCONFIGURED = (500, 13, "The service is not configured correctly.")
pytestmark = pytest.mark.usefixtures("store")
ANYBODY = Client(lambdas.invoke)


def refusal(ticket: str = TICKET) -> tuple[int, int, str]:
    """Give the refusal of a ticket."""
    return ANYBODY.authenticate("steam", token=ticket).error


def test_ticket_signs_in(client: Client, store: Store, internet: Internet) -> None:
    """The first ticket makes an account for the Steam id, another one finds it, each with one request."""
    announce_steam(internet)

    first = client.authenticate("steam", token=TICKET)
    second = client.authenticate("steam", token="aB" * 40)

    assert (first.body["created"], "created" in second.body) == (True, False)
    assert store.owners() == {f"steam#{STEAM_ID}": second.user_id}
    assert internet.asked(STEAM) == 2


def test_request_to_valve(client: Client, internet: Internet) -> None:
    """Valve gets the ticket and our application, and the key in a header, where no log of URLs has it."""
    announce_steam(internet)

    client.authenticate("steam", token=TICKET)

    [seen] = internet.seen
    assert (seen.method, seen.query) == ("GET", {"appid": "480", "ticket": TICKET})
    assert seen.headers["x-webapi-key"] == "the-publisher-key"


def test_identity_string(internet: Internet, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an identity in the settings only tickets that were asked for with it are good."""
    settle(monkeypatch, steam={"identity": "our-game", "app_id": "480"})
    announce_steam(internet)

    client.authenticate("steam", token=TICKET)

    assert internet.seen[0].query == {"appid": "480", "ticket": TICKET, "identity": "our-game"}


def test_link_and_unlink(client: Client, internet: Internet) -> None:
    """To link, the ticket is in an account, as Nakama has it; to unlink it is not."""
    announce_steam(internet)
    anna = client.sign_in("anna")

    assert client.link(anna, "steam", token=TICKET).error == (400, 3, "Steam access token is required.")
    assert client.link(anna, "steam", account={"token": TICKET}).body == {}
    assert client.get_account(anna).body["user"]["steam_id"] == STEAM_ID
    assert client.unlink(anna, "steam", token=TICKET).body == {}


def test_repetition_and_replay(client: Client, internet: Internet, clock: Clock) -> None:
    """The same request within a minute gets the same account; later the ticket is spent, also in other letters."""
    announce_steam(internet)
    ticket = "ab" * 40

    first, second = (client.authenticate("steam", token=ticket) for _ in range(2))
    clock.advance(61)

    assert first.user_id == second.user_id
    assert client.authenticate("steam", token=ticket.upper()).error == REFUSED


@pytest.mark.parametrize(
    "ticket",
    [
        "nonsense",
        "14" * 31,
        "14" * 4097,
        "14" * 40 + "1",
        f"{TICKET}0",
        f" {TICKET}",
        f"{TICKET}\n",
        "\uff11" * 64,
        f"{TICKET}&x=1",
    ],
)
def test_no_ticket(internet: Internet, ticket: str) -> None:
    """What is no ticket in hexadecimal costs no request."""
    assert refusal(ticket) == REFUSED
    assert internet.seen == []


PLAYERS: dict[str, dict[str, Any]] = {
    "result": {"result": "Fail"},
    "no result": {"result": None},
    "no Steam id": {"steamid": None},
    "Steam id as number": {"steamid": int(STEAM_ID)},
    "short Steam id": {"steamid": STEAM_ID[:-1]},
    "long Steam id": {"steamid": f"{STEAM_ID}0"},
    "Steam id of a group": {"steamid": "1" + STEAM_ID[1:]},
    "Steam id in other digits": {"steamid": STEAM_ID[:-1] + "\uff11"},
}


@pytest.mark.parametrize("player", PLAYERS)
def test_player_that_is_none(internet: Internet, player: str) -> None:
    """Valve must say that all is well, and name the account of one person."""
    announce_steam(internet, **PLAYERS[player])

    assert refusal() == REFUSED


@pytest.mark.parametrize("banned", [True, None, "false", 0])
def test_publisher_ban(internet: Internet, banned: object) -> None:
    """A player whom the publisher has banned stays outside, and so does one of whom Valve does not say."""
    announce_steam(internet, publisherbanned=banned)

    assert refusal() == (403, 7, "Steam account is banned by the publisher.")


def test_vac_ban_by_choice(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Players whom Valve Anti-Cheat has banned are refused when the settings say so."""
    settle(monkeypatch, steam={"refuse_vac_banned": True})

    for said in (True, None):
        announce_steam(internet, vacbanned=said)
        assert refusal() == (403, 7, "Steam account is banned by VAC.")


def test_borrowed_game_by_choice(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Players who borrow the game from its owner are refused when the settings say so."""
    settle(monkeypatch, steam={"refuse_borrowed": True})

    for owner in ("76561190000000002", None):
        announce_steam(internet, ownersteamid=owner)
        assert refusal() == (403, 7, "Steam account does not own the game.")


@pytest.mark.parametrize("said", [{"vacbanned": True}, {"ownersteamid": "76561190000000002"}])
def test_otherwise_they_are_welcome(client: Client, internet: Internet, said: dict[str, object]) -> None:
    """By default neither keeps anybody outside."""
    announce_steam(internet, **said)

    assert client.authenticate("steam", token=TICKET).status == 200


@pytest.mark.parametrize(
    ("code", "logged"), [(101, "Steam error 101"), ("101", "Steam error 0"), ([], "Steam error 0")]
)
def test_refused_ticket(internet: Internet, log: Log, code: object, logged: str) -> None:
    """A ticket that Valve does not accept is wrong, and the log has the number of the reason, if it is one."""
    internet.announce(AUTHENTICATE, as_json({"response": {"error": {"errorcode": code, "errordesc": "Invalid"}}}))

    assert refusal() == REFUSED
    assert log()[0]["detail"] == logged


@pytest.mark.parametrize(
    "answer", [{}, {"response": []}, {"response": {}}, {"response": {"params": []}}, {"params": {}}]
)
def test_nonsense(internet: Internet, answer: dict[str, Any]) -> None:
    """An answer that says nothing of the ticket says nothing against the player."""
    internet.announce(AUTHENTICATE, Reply(body=json.dumps(answer).encode()))

    assert refusal() == DOWN


def test_refused_key(internet: Internet, log: Log) -> None:
    """When Valve refuses our key, that is our mistake, and the log names the setting."""
    internet.announce(AUTHENTICATE, Reply(403, b"<html>Forbidden</html>"))

    assert refusal() == MISCONFIGURED
    assert log()[0]["detail"] == "settings: steam.publisher_key was refused"


@pytest.mark.parametrize("setting", ["app_id", "publisher_key"])
def test_setting_is_missing(internet: Internet, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    """A setting that is missing stops everything, and nobody is asked."""
    settle(monkeypatch, steam={setting: None})

    assert refusal() == MISCONFIGURED
    assert internet.seen == []


def test_section_is_missing(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without settings the provider is off."""
    settle(monkeypatch, steam={"app_id": None, "publisher_key": None})

    assert refusal() == (400, 9, "Steam authentication is not configured.")
    assert internet.seen == []
