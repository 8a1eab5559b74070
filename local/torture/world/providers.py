"""The providers of this world: what each gives its players, and what it says of that when it is asked."""

from collections.abc import Callable, Mapping
from typing import Any

from local.torture.world import signing

STEAM_IDS = ("76561190000000001", "76561190000000002")
FACEBOOK_IDS = ("101", "102")
"""Everybody there, who are friends of each other."""

DISCORD_APPLICATION = "159799960412356608"

_TICKET = "steam-ticket-of:"
_FACEBOOK, _DISCORD, _CODE = "EAAB-", "discord-", "code-"
"""What tokens and codes begin with; after it comes whose they are."""

Said = Mapping[str, Any]


def steam_ticket(steam_id: str, number: str) -> str:
    """Return a ticket that Steam gives a player: another one for each number."""
    return f"{_TICKET}{steam_id}:{number:>16}".encode().hex()


def facebook_token(user_id: str, number: str) -> str:
    """Return an access token that Facebook gives a user."""
    return f"{_FACEBOOK}{user_id}-{number}"


def discord_token(user_id: str, number: str) -> str:
    """Return an access token that Discord gives a user."""
    return f"{_DISCORD}{user_id}-{number}"


def discord_code(user_id: str, number: str) -> str:
    """Return an authorization code that Discord gives a user; this Discord exchanges it as often as it is asked."""
    return f"{_CODE}{user_id}-{number}"


def _owner(text: str, kind: str) -> str:
    return text.removeprefix(kind).partition("-")[0] if text.startswith(kind) else ""


def _steam(path: str, asked: Mapping[str, str]) -> Said:
    if "GetFriendList" in path:
        others = [{"steamid": who} for who in STEAM_IDS if who != asked["steamid"]]
        return {"friendslist": {"friends": others}}
    kind, _, rest = bytes.fromhex(asked["ticket"]).decode(errors="replace").partition(":")
    if f"{kind}:" != _TICKET:
        return {"response": {"error": {"errorcode": 101, "errordesc": "Invalid ticket"}}}
    who = rest.partition(":")[0]
    bans = {"vacbanned": False, "publisherbanned": False}
    return {"response": {"params": {"result": "OK", "steamid": who, "ownersteamid": who, **bans}}}


def _graph(path: str, asked: Mapping[str, str]) -> Said:
    user_id = _owner(asked.get("input_token") or asked["access_token"], _FACEBOOK)
    match path.partition("/v25.0/")[2]:
        case "debug_token" if user_id:
            said = {"is_valid": True, "app_id": "1234567890", "type": "USER", "expires_at": 0, "user_id": user_id}
            return {"data": said}
        case "debug_token":
            return {"data": {"is_valid": False}}
        case "me":
            return {"id": user_id}
    return {"data": [{"id": who} for who in FACEBOOK_IDS if who != user_id]}


def _keys(path: str, _asked: Mapping[str, str]) -> Said:
    if path == "/.well-known/risc-configuration":
        return {"jwks_uri": "https://www.googleapis.com/oauth2/v3/certs"}
    return {"error": "invalid_grant"} if path == "/token" else signing.published()


def _discord(path: str, asked: Mapping[str, str]) -> Said:
    if path == "/api/oauth2/token":
        if not _owner(asked["code"], _CODE):
            return {"error": "invalid_grant"}
        return {"access_token": asked["code"].replace(_CODE, _DISCORD), "token_type": "Bearer"}
    user_id = _owner(asked["bearer"], _DISCORD)
    if not user_id:
        return {"error": "401: Unauthorized"}
    user, expires = {"id": user_id}, "2999-01-01T00:00:00+00:00"
    return {"application": {"id": DISCORD_APPLICATION}, "scopes": ["identify"], "expires": expires, "user": user}


HOSTS: Mapping[str, Callable[[str, Mapping[str, str]], Said]] = {
    "partner.steam-api.com": _steam,
    "graph.facebook.com": _graph,
    "limited.facebook.com": _keys,
    "www.googleapis.com": _keys,
    "accounts.google.com": _keys,
    "oauth2.googleapis.com": _keys,
    "appleid.apple.com": _keys,
    "discord.com": _discord,
}
"""By host, what is said to a request for a path, with its fields."""
