"""A Nakama that players are leaving: what of its API moving needs, on the internet of the tests."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.gateway.invocations import Invocations
from tests.conftest import SETTINGS
from tests.helpers.players.client import basic
from tests.helpers.providers.internet import Internet, Seen
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service.lambdas import TEMPLATE, handler_of
from tests.helpers.service.process import restart

HOST = "old.example.com"
KEY = "the-old-server-key"
LONG_AGO = "2024-02-29T23:30:00Z"
_FUNCTIONS = {"LEGACY_FUNCTION": "LegacyFunction", "FRIEND_IMPORT_FUNCTION": "FriendImportFunction"}
_UNKNOWN = as_json({"code": 5, "message": "User account not found."}, 404)
_WRONG = as_json({"code": 16, "message": "Invalid credentials."}, 401)


@dataclass
class OldPlayer:
    """An account over there: `ways` are what signs in, by provider, and `friends` other accounts' ids."""

    name: str
    ways: dict[str, dict[str, Any]]
    account: dict[str, Any] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)
    friends: list[str] = field(default_factory=list)
    is_banned: bool = False

    @property
    def user_id(self) -> str:
        """The account's id."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.name))

    def body(self) -> dict[str, Any]:
        """Give the account as the API shows it."""
        email = self.ways.get("email", {}).get("email")
        device = self.ways.get("device", {}).get("id")
        said = {"email": email, "devices": [{"id": device}] if device else None, "wallet": "{}"}
        said["custom_id"] = self.ways.get("custom", {}).get("id")
        user = {"id": self.user_id, "username": self.name, "lang_tag": "en", "metadata": "{}"}
        user |= {"create_time": LONG_AGO, "update_time": LONG_AGO, **self.user}
        return {name: value for name, value in (said | self.account).items() if value} | {"user": user}


class OldServer:
    """The server: its players, and what it was asked, as (provider, credential); `before` is called first."""

    def __init__(self, internet: Internet) -> None:
        """Have it answer at HOST."""
        self.players: list[OldPlayer] = []
        self.asked: list[tuple[str, Any]] = []
        self.before: Callable[[], object] = lambda: None
        self.internet = internet
        for provider in ("device", "email", "custom", "steam", "facebook"):
            internet.announce(f"{HOST}/v2/account/authenticate/{provider}", self._authenticate)
        internet.announce(f"{HOST}/v2/account", self._account)
        internet.announce(f"{HOST}/v2/friend", self._friends)

    def player(self, name: str, **ways: dict[str, Any]) -> OldPlayer:
        """Have a player."""
        player = OldPlayer(name, ways)
        self.players.append(player)
        return player

    def _authenticate(self, seen: Seen) -> Reply:
        provider, shown = seen.place.rpartition("/")[2], json.loads(seen.body)
        self.asked.append((provider, shown))
        assert seen.query["create"] == "false"
        if seen.headers["authorization"] != basic(KEY):
            return as_json({"code": 16, "message": "Server key invalid"}, 401)
        self.before()
        name = seen.query.get("username", "")
        found = [one for one in self.players if _knows(one, provider, shown, name)]
        if not found:
            return _UNKNOWN
        if found[0].is_banned:
            return as_json({"code": 7, "message": "User account banned."}, 403)
        if "password" in shown and shown["password"] != found[0].ways["email"]["password"]:
            return _WRONG
        return as_json({"token": found[0].user_id, "refresh_token": "x"})

    def _account(self, seen: Seen) -> Reply:
        return as_json(self._of(seen).body())

    def _friends(self, seen: Seen) -> Reply:
        listed = [{"user": {"id": friend}} for friend in self._of(seen).friends]
        first, rest = (listed[:1], listed[1:]) if "cursor" not in seen.query else (listed[1:], [])
        return as_json({"friends": first, **({"cursor": "more"} if rest else {})})

    def _of(self, seen: Seen) -> OldPlayer:
        token = seen.headers["authorization"].removeprefix("Bearer ")
        return next(one for one in self.players if one.user_id == token)


def _knows(player: OldPlayer, provider: str, shown: dict[str, Any], name: str) -> bool:
    way = player.ways.get(provider, {})
    if provider == "email" and not shown.get("email"):
        return bool(way) and player.name == name
    return bool(way) and {**way, "password": ""} == {**shown, "password": ""}


@contextmanager
def moving_from(internet: Internet, monkeypatch: pytest.MonkeyPatch, **section: object) -> Iterator[OldServer]:
    """Run the old server, with the settings that name it, and the functions that bring its players."""
    settle(monkeypatch, **section)
    functions = [function for function in TEMPLATE.functions if function.name in _FUNCTIONS.values()]
    for variable, name in _FUNCTIONS.items():
        monkeypatch.setenv(variable, name)
    with Invocations() as invocations:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", invocations.endpoint)
        invocations.serve([(function, handler_of(function.name)) for function in functions])
        yield OldServer(internet)


def settle(monkeypatch: pytest.MonkeyPatch, **section: object) -> None:
    """Put the section `legacy` into the settings, with changes."""
    legacy = {"url": f"https://{HOST}", "server_key": KEY, **section}
    monkeypatch.setenv("SETTINGS", json.dumps({**SETTINGS, "legacy": legacy}))
    restart()
