"""Import of a player's friends after a sign-in or link with `sync`. It has no route: sign-in functions invoke it.

Event: {"user_id": "…", "provider": "facebook", "access_token": "EAAB…"}
    or {"user_id": "…", "provider": "steam", "steam_id": "7656…"}
    or {"user_id": "…", "provider": "nakama", "token": "eyJ…"}, of a player who came from an old Nakama
The sign-in has verified the token, or the ticket that proved the Steam id. Lambda invokes it up to three times when it
fails, and it may be invoked twice for one event: what is done already stays as it is.

Settings: those of facebook, steam and legacy, and limits
"""

from collections.abc import Callable, Mapping
from typing import Any

from symbolon.api.application import background
from symbolon.api.request import Trace
from symbolon.api.validation import is_user_id
from symbolon.errors import InvalidArgument
from symbolon.friends import importing
from symbolon.legacy.nakama import Nakama
from symbolon.settings.legacy import LegacySettings
from symbolon.settings.limits import Limits
from symbolon.settings.settings import Settings
from symbolon.verification.graph import Graph
from symbolon.verification.steamworks import Steamworks

BUDGET_SECONDS = 8.0
"""For all that an import asks of the provider. Nobody waits for it, but it takes a part of what Lambda does at once."""

_NAKAMA = "nakama"


def import_friends(event: Mapping[str, Any], settings: Settings, trace: Trace) -> None:
    """Make friends of the player's friends at the provider who have an account; raises InvalidArgument for no event."""
    user_id, provider = _text(event, "user_id"), _text(event, "provider")
    if not is_user_id(user_id) or provider not in (*_SOURCES, _NAKAMA):
        raise InvalidArgument("The event names no user, or no provider that has friends.")
    trace.user_id, trace.provider = user_id, provider
    wish = importing.wish(user_id, provider, Limits.of(settings.document))
    if provider == _NAKAMA:
        importing.make_friends_of(wish, filter(is_user_id, _of_nakama(event, settings)))
        return
    importing.make_friends(wish, provider, _SOURCES[provider](event, settings))


def _of_facebook(event: Mapping[str, Any], settings: Settings) -> list[str]:
    return Graph.of(settings.section("facebook", "Facebook"), BUDGET_SECONDS).friends(_text(event, "access_token"))


def _of_steam(event: Mapping[str, Any], settings: Settings) -> list[str]:
    return Steamworks.of(settings.section("steam", "Steam"), BUDGET_SECONDS).friends(_text(event, "steam_id"))


def _of_nakama(event: Mapping[str, Any], settings: Settings) -> list[str]:
    """Return ids of users, who have the same ones here."""
    return Nakama(LegacySettings.of(settings), BUDGET_SECONDS).friends(_text(event, "token"))


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidArgument("The event lacks a field.")
    return value


_SOURCES: dict[str, Callable[[Mapping[str, Any], Settings], list[str]]] = {"facebook": _of_facebook, "steam": _of_steam}

handler = background("friendimport", "import", import_friends)
