"""A good credential of every kind, what its provider has to answer, and the settings that fit."""

import hashlib
import hmac
import json
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

import functions.apple.app as apple
import functions.facebook.app as facebook
import functions.gamecenter.app as gamecenter_app
import functions.google.app as google
import symbolon.duties.apple as apple_duties
import symbolon.duties.google as google_duties
from symbolon.verification.certificates import Certificates
from symbolon.verification.keysets import KeySet
from tests.helpers.answers.answered import Answered
from tests.helpers.providers import discord, gamecenter, id_tokens
from tests.helpers.providers.id_tokens import APPLE_ID, GOOGLE_ID, LIMITED_LOGIN, encoded
from tests.helpers.providers.internet import (
    DISCORD,
    GAMECENTER,
    GAMES,
    GRAPH,
    STEAM,
    TOKENS,
    Internet,
    Responder,
    Seen,
)
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service.process import restart

ACCESS_TOKEN, CODE, TICKET = "EAAB-facebook-access-token", "4/0Ad-play-games-code", "14" * 40
STEAM_ID = "76561190000000001"
DEBUG_TOKEN, ME = f"{GRAPH}/v25.0/debug_token", f"{GRAPH}/v25.0/me"
EXCHANGE, PLAYER = f"{TOKENS}/token", f"{GAMES}/games/v1/players/me"
AUTHENTICATE = f"{STEAM}/ISteamUserAuth/AuthenticateUserTicket/v1/"

INSTANT_SECRET = "the-instant-secret"
SETTINGS: dict[str, dict[str, Any]] = {
    **id_tokens.SETTINGS,
    "facebookinstantgame": {"app_secret": INSTANT_SECRET},
    "gamecenter": gamecenter.SECTION,
    "steam": {"app_id": 480, "publisher_key": "the-publisher-key"},
    "discord": discord.SECTION,
}
SECRETS = (
    "the-client-secret",
    "the-app-secret",
    INSTANT_SECRET,
    "the-publisher-key",
    discord.SECTION["client_secret"],
)


def settle(monkeypatch: pytest.MonkeyPatch, **changed: Mapping[str, object]) -> None:
    """Make this a new process with the settings of all providers, of which some are changed; None drops a setting."""
    document = {
        name: {key: value for key, value in {**section, **changed.get(name, {})}.items() if value is not None}
        for name, section in sections().items()
    }
    monkeypatch.setenv("PROVIDER_SETTINGS", json.dumps(document))
    for app in (apple, google, facebook, apple_duties):
        monkeypatch.setattr(app, "KEYS", KeySet(app.KEYS.url))
    monkeypatch.setattr(google_duties, "KEYS", google_duties.Keys())
    monkeypatch.setattr(gamecenter_app, "_CERTIFICATES", Certificates())
    restart()


def sections() -> dict[str, Mapping[str, Any]]:
    """Give the settings of all providers."""
    from tests.helpers.providers.ways import SECTIONS  # noqa: PLC0415 (which knows the tests, and they know this)

    return {**SETTINGS, **SECTIONS}


def signed_player_info(secret: str = INSTANT_SECRET, **changed: object) -> str:
    """Give what Facebook signs for a player of an Instant Game, with changes; None drops a part."""
    usual = {"algorithm": "HMAC-SHA256", "issued_at": int(time.time()), "player_id": "4322", "request_payload": ""}
    return signed({name: value for name, value in (usual | changed).items() if value is not None}, secret)


def signed(payload: object, secret: str = INSTANT_SECRET) -> str:
    """Give any payload as Facebook signs it; a text is taken for one that is in base64 already."""
    text = payload if isinstance(payload, str) else encoded(payload)
    return f"{encoded(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}.{text}"


def announce_facebook(internet: Internet, **said: object) -> None:
    """Have Facebook know the access token, with changes in what it says of it."""
    token = {"is_valid": True, "app_id": "1234567890", "type": "USER", "user_id": "77", "expires_at": 0}
    internet.announce(DEBUG_TOKEN, as_json({"data": token | said}))
    internet.announce(ME, as_json({"id": "77", "name": "Anna"}))


def announce_play_games(internet: Internet, **said: object) -> None:
    """Have Google exchange each code once, with changes in what it says of the player."""
    internet.announce(EXCHANGE, exchanging_once("ya29.play-games"))
    internet.announce(PLAYER, as_json({"playerId": "a_4711", "displayName": "Anna"} | said))


def announce_discord(internet: Internet) -> None:
    """Have Discord know the access token, and exchange each code once for it."""
    internet.announce(f"{DISCORD}/api/oauth2/token", exchanging_once(discord.TOKEN))
    internet.announce(f"{DISCORD}/api/oauth2/@me", as_json(discord.said()))


def exchanging_once(access_token: str) -> Responder:
    """Give the answers of a host that gives the access token for each code that it has not seen before."""
    exchanged = set()

    def answer(seen: Seen) -> Reply:
        if seen.form["code"] in exchanged:
            return as_json({"error": "invalid_grant"}, 400)
        exchanged.add(seen.form["code"])
        return as_json({"access_token": access_token, "token_type": "Bearer"})

    return answer


def new_code() -> str:
    """Give a code that no provider has seen."""
    return f"4/0Ad-{uuid.uuid4()}"


def announce_steam(internet: Internet, **said: object) -> None:
    """Have Valve know the ticket, with changes in what it says of the player."""
    player = {"steamid": STEAM_ID, "ownersteamid": STEAM_ID, "vacbanned": False, "publisherbanned": False}
    internet.announce(AUTHENTICATE, as_json({"response": {"params": {"result": "OK"} | player | said}}))


@dataclass(frozen=True)
class Way:
    """A way to sign in: the route, a fresh credential, its provider's answers, and the host to ask, if any.

    `once` says that a credential works once; `code`, that its provider takes it once, and that it makes one session.
    The rest is for a way that its provider's own test file announces: its settings, of which those that are named are
    secrets; how many requests its second sign-in makes; what is said where the credential is missing; the place that is
    asked about the credential, by which of its fields a forged one is known there, how that is refused, and what else
    may be answered.
    """

    provider: str
    title: str
    credential: Callable[[], Mapping[str, Any]]
    announce: Callable[[Internet], None]
    host: str = ""
    once: bool = False
    code: bool = False
    section: Mapping[str, Any] = field(default_factory=dict, compare=False)
    secrets: tuple[str, ...] = ()
    calls: int = 1
    required: str = ""
    place: str = ""
    forged: str = ""
    refusal: Reply = field(default_factory=Reply, compare=False)
    faults: tuple[Answered, ...] = field(default=(), compare=False)

    @property
    def down(self) -> tuple[int, int, str]:
        """What is answered while the provider is down."""
        return 503, 14, f"{self.title} is not available at the moment."


def _token_way(issuer: id_tokens.Issuer) -> Way:
    return Way(issuer.provider, issuer.title, lambda: {"token": issuer.token()}, issuer.publish, issuer.host)


def _game_center() -> Mapping[str, Any]:
    return gamecenter.proof(salt=secrets.token_bytes(8)).signed()


_PLAY_GAMES = Way("google", "Google", lambda: {"token": new_code()}, announce_play_games, TOKENS, once=True, code=True)
_DISCORD = Way("discord", "Discord", lambda: {"token": discord.TOKEN}, announce_discord, DISCORD)
WAYS = {
    "apple": _token_way(APPLE_ID),
    "google": _token_way(GOOGLE_ID),
    "play games": _PLAY_GAMES,
    "play games, the player": replace(_PLAY_GAMES, host=GAMES),
    "facebook": Way("facebook", "Facebook", lambda: {"token": ACCESS_TOKEN}, announce_facebook, GRAPH),
    "limited login": _token_way(LIMITED_LOGIN),
    "gamecenter": Way("gamecenter", "Game Center", _game_center, gamecenter.publish, GAMECENTER, once=True),
    "steam": Way("steam", "Steam", lambda: {"token": secrets.token_hex(40)}, announce_steam, STEAM, once=True),
    "discord": _DISCORD,
    "discord, a code": replace(_DISCORD, credential=lambda: discord.CODE | {"code": new_code()}, once=True, code=True),
    "facebookinstantgame": Way(
        "facebookinstantgame",
        "Facebook",
        lambda: {"signed_player_info": signed_player_info(request_payload=secrets.token_hex(8))},
        lambda _: None,
        once=True,
    ),
}
ASKING = {name: way for name, way in WAYS.items() if way.host}
