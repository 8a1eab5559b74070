"""The settings' section `audiences`: for whom a player's session may be exchanged, and what those learn of the player.

    {"match-server": {"token_expiry_sec": 300, "claims": ["usn"], "vars": ["clan"], "callers": ["player", "server"]}}

All of it may be left out. docs/game-servers.md explains it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from symbolon.errors import Misconfigured
from symbolon.identities.users import User
from symbolon.oauth.clients import Kind
from symbolon.settings.settings import Settings

CLAIMS: Mapping[str, Callable[[User], str]] = {
    "uid": lambda user: user.user_id,
    "usn": lambda user: user.username,
    "preferred_username": lambda user: user.username,
    "name": lambda user: user.profile.get("display_name", ""),
    "picture": lambda user: user.profile.get("avatar_url", ""),
    "locale": lambda user: user.profile.get("lang_tag", ""),
    "zoneinfo": lambda user: user.profile.get("timezone", ""),
}
"""What a token may say of the player besides who it is: Nakama's names, and those of OpenID Connect
(https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims). No address: nobody asked its owner."""

EXPIRY_SECONDS = range(30, 3601)
DEFAULT_EXPIRY_SECONDS = 300

_DEFAULTS: Mapping[str, Any] = {
    "token_expiry_sec": DEFAULT_EXPIRY_SECONDS,
    "claims": ["usn"],
    "vars": [],
    "callers": [Kind.PLAYER.value, Kind.SERVER.value],
}
_MAX_NAME = 255


@dataclass(frozen=True)
class Audience:
    """Somebody who may believe a player: for how many seconds, what it learns, and who may ask for its tokens."""

    name: str
    expiry: int
    claims: tuple[str, ...]
    variables: tuple[str, ...]
    callers: frozenset[Kind]


def audiences(settings: Settings) -> dict[str, Audience]:
    """Return the settings' audiences by name; raises Misconfigured, which names what is wrong with them."""
    section = settings.document.get("audiences", {})
    if not isinstance(section, Mapping):
        raise Misconfigured("settings: audiences must be an object")
    return {name: _audience(name, value, settings) for name, value in section.items()}


def _audience(name: str, value: object, settings: Settings) -> Audience:
    at = f"settings: audiences.{name}"
    if not isinstance(value, Mapping):
        raise Misconfigured(f"{at} must be an object")
    if not name or len(name) > _MAX_NAME or not name.isprintable() or name == settings.audience:
        raise Misconfigured(f"{at} has a name of no use: that of sessions, an empty or a long one")
    if unknown := value.keys() - _DEFAULTS.keys():
        raise Misconfigured(f"{at}.{min(unknown)} is unknown")
    said = {**_DEFAULTS, **value}
    expiry = said["token_expiry_sec"]
    if isinstance(expiry, bool) or not isinstance(expiry, int) or expiry not in EXPIRY_SECONDS:
        raise Misconfigured(f"{at}.token_expiry_sec must be {EXPIRY_SECONDS[0]} to {EXPIRY_SECONDS[-1]} seconds")
    kinds = {kind.value: kind for kind in Kind}
    callers = frozenset(kinds[name] for name in _names(at, "callers", said, kinds))
    return Audience(name, expiry, _names(at, "claims", said, CLAIMS), _names(at, "vars", said), callers)


def _names(at: str, field: str, said: Mapping[str, Any], known: Mapping[str, object] | None = None) -> tuple[str, ...]:
    names = said[field]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Misconfigured(f"{at}.{field} must be a list of texts")
    if known is not None and (strange := [name for name in names if name not in known]):
        raise Misconfigured(f"{at}.{field} has {strange[0]!r}, which is none of {', '.join(known)}")
    return tuple(names)
