"""Imports after sign-ins with `sync`: one a player in a while, and so many a minute for all."""

import json
from collections.abc import Callable

import pytest

from symbolon.aws import invocations
from symbolon.errors import Unavailable
from symbolon.settings.limits import Limits
from tests.conftest import SETTINGS, Log
from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import STEAM_ID, WAYS, announce_steam
from tests.helpers.providers.internet import Internet
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart

PAUSE = Limits().import_pause_sec
MINUTE = 60
SignIn = Callable[..., str]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the ids of the users for whom an import was started."""
    users: list[str] = []
    monkeypatch.setattr(invocations, "start", lambda _name, event: users.append(event["user_id"]))
    return users


@pytest.fixture
def sign_in(client: Client, internet: Internet) -> SignIn:
    """Give a function that signs in with Steam and `sync`, as the player of that number, and gives the user's id."""

    def as_player(number: int = 0, **query: str) -> str:
        steam_id = str(int(STEAM_ID) + number)
        announce_steam(internet, steamid=steam_id, ownersteamid=steam_id)
        answer = client.authenticate("steam", {"sync": "true"} | query, **WAYS["steam"].credential())
        assert answer.status == 200
        return answer.user_id

    return as_player


def test_one_import_in_a_while(sign_in: SignIn, started: list[str], clock: Clock) -> None:
    """However often a player signs in with `sync`, there is one import in ten minutes."""
    anna = sign_in()
    for _ in range(5):
        sign_in()
    clock.advance(PAUSE - 60)
    sign_in()
    before = list(started)
    clock.advance(61)
    sign_in()

    assert (before, started) == ([anna], [anna, anna])


def test_each_player_has_its_own(sign_in: SignIn, started: list[str]) -> None:
    """Another player's import is none of one's own."""
    players = [sign_in(number) for number in range(3)]

    assert started == players


@pytest.fixture
def _two_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"limits": {"imports_per_minute": 2}}))
    restart()


@pytest.mark.usefixtures("_two_a_minute")
def test_imports_of_a_minute(sign_in: SignIn, started: list[str], clock: Clock, log: Log) -> None:
    """Of all players together so many are started in a minute; the others come with their next sign-in."""
    clock.advance(MINUTE - clock.now() % MINUTE)
    players = [sign_in(number) for number in range(4)]
    events = [line["events"] for line in log()]
    clock.advance(MINUTE)
    for number in (2, 3):
        sign_in(number)

    assert started == players
    assert [("FriendImportsSkipped" in one) for one in events] == [False, False, True, True]


def test_import_that_did_not_start(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    """An import that Lambda did not take is asked for again by the next sign-in."""
    asked: list[object] = []

    def refuse(_name: str, event: object) -> None:
        asked.append(event)
        raise Unavailable("down")

    monkeypatch.setattr(invocations, "start", refuse)
    for _ in range(2):
        sign_in()

    assert len(asked) == 2
    assert ["FriendImportsFailed" in line["events"] for line in log()] == [True, True]


def test_limits_that_are_off(sign_in: SignIn, started: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With 0 each sign-in with `sync` starts an import."""
    limits = {"limits": {"imports_per_minute": 0, "import_pause_sec": 0}}
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | limits))
    restart()

    for _ in range(3):
        sign_in()

    assert len(started) == 3
