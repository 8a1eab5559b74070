"""The section `legacy` of the settings: a Nakama from which players come one by one, as docs/moving.md has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from symbolon.errors import FailedPrecondition, Misconfigured
from symbolon.settings.settings import Settings

REFUSE, CREATE = "refuse", "create"
"""What becomes of who is not here while the old server does not answer."""

DEFAULT_CALLS = 600
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class LegacySettings:
    """Where the old server is, without a path, and its server key; `calls` are the questions that it gets in a minute.

    With `friends`, what it has as a player's friends become friends here, once both have come.
    """

    url: str
    server_key: str = field(repr=False)
    friends: bool = False
    calls: int = DEFAULT_CALLS

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the section; raises Misconfigured where it is wrong, FailedPrecondition where it is not there."""
        section = _section(settings)
        url, key = section.get("url"), section.get("server_key", "defaultkey")
        friends, calls = section.get("friends", False), section.get("calls_per_minute", DEFAULT_CALLS)
        if not isinstance(url, str) or not is_allowed(url, is_local=settings.is_local):
            raise Misconfigured("settings: legacy.url must be the old server's https://host, without a path")
        if not isinstance(key, str) or not key:
            raise Misconfigured("settings: legacy.server_key must be the old server's key")
        if not isinstance(friends, bool):
            raise Misconfigured("settings: legacy.friends must be true or false")
        if not isinstance(calls, int) or isinstance(calls, bool) or calls < 0:
            raise Misconfigured("settings: legacy.calls_per_minute must be a whole number, 0 or more")
        return cls(url.rstrip("/"), key, friends, calls)

    @property
    def host(self) -> str:
        """The name by which the door to the internet knows it, see `symbolon.internet.outbound`."""
        return self.url.removeprefix("https://")


def when_down(settings: Settings) -> str:
    """Return REFUSE or CREATE; raises Misconfigured."""
    value = _section(settings).get("when_down", REFUSE)
    if value not in (REFUSE, CREATE):
        raise Misconfigured("settings: legacy.when_down must be refuse or create")
    return str(value)


def is_allowed(url: str, *, is_local: bool) -> bool:
    """Tell whether the old server may be asked at the URL: by https, or on a developer's own machine."""
    try:
        place = urlsplit(url)
        _ = place.port
    except ValueError:
        return False
    is_bare = not (place.username or place.password or place.query or place.fragment) and place.path in ("", "/")
    is_near = is_local and place.scheme == "http" and place.hostname in _LOOPBACK
    return bool(place.hostname) and is_bare and (place.scheme == "https" or is_near)


def _section(settings: Settings) -> Mapping[str, Any]:
    section = settings.document.get("legacy") or {}
    if not section:
        raise FailedPrecondition("No old server is configured.")
    if not isinstance(section, Mapping):
        raise Misconfigured("settings: legacy must be an object")
    return section
