"""Settings: what the settings document says, and when it is read.

The document is the same locally and deployed; `symbolon.settings.document` says where it comes from.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symbolon.errors import FailedPrecondition, Misconfigured, Unavailable
from symbolon.settings.document import read_document
from symbolon.settings.keyring import PUBLISHED_KEYS, KeyRing

MAX_AGE_SECONDS = 900
"""After this time a warm instance reads its settings again, so that a key put first in its ring gets used."""

RELOAD_COOLDOWN_SECONDS = 60
"""A token with an unknown key id makes an instance look for new keys, but no more often than this."""


@dataclass(frozen=True)
class Settings:
    """The settings document. Reading a part that is wrong raises Misconfigured, which names the setting."""

    document: Mapping[str, Any]
    is_local: bool = False

    @property
    def server_key(self) -> str:
        """The key that clients show at sign-in, as HTTP Basic user name."""
        value = self.document.get("server_key")
        if not isinstance(value, str) or not value:
            raise Misconfigured("settings: server_key is missing")
        return value

    @property
    def http_key(self) -> str:
        """The key that servers show when they call RPC functions; "" when there is none, which lets nobody in."""
        value = self.document.get("http_key", "")
        if not isinstance(value, str) or (value in PUBLISHED_KEYS and not self.is_local):
            raise Misconfigured("settings: http_key must be a text, and none that Nakama's documentation prints")
        return value

    @cached_property
    def session_keys(self) -> KeyRing:
        """The keys of session tokens."""
        return self._keys("keys")

    @cached_property
    def refresh_keys(self) -> KeyRing:
        """The keys of refresh tokens; none is a key of session tokens too, or one token could pass for the other."""
        keys = self._keys("refresh_keys")
        if keys.overlaps(self.session_keys):
            raise Misconfigured("settings: session.keys and session.refresh_keys must not share a key")
        return keys

    @property
    def token_expiry(self) -> int:
        """The lifetime of a session token in seconds."""
        return self._seconds("token_expiry_sec", 3600)

    @property
    def refresh_token_expiry(self) -> int:
        """The lifetime of a refresh token in seconds."""
        return self._seconds("refresh_token_expiry_sec", 30 * 24 * 3600)

    @property
    def refresh_grace(self) -> int:
        """For how many seconds a used refresh token still gets the successor that it was exchanged for."""
        return self._seconds("refresh_grace_sec", 30)

    @property
    def refresh_rotation(self) -> bool:
        """Whether each refresh token works once."""
        value = self._session.get("refresh_rotation", True)
        if not isinstance(value, bool):
            raise Misconfigured("settings: session.refresh_rotation must be true or false")
        return value

    def section(self, name: str, title: str) -> Mapping[str, Any]:
        """Return the settings of a provider; raises FailedPrecondition, with its `title`, when there are none."""
        section = self.document.get(name)
        if not section:
            raise FailedPrecondition(f"{title} authentication is not configured.")
        if not isinstance(section, Mapping):
            raise Misconfigured(f"settings: {name} must be an object")
        return section

    @property
    def _session(self) -> Mapping[str, Any]:
        section = self.document.get("session")
        if not isinstance(section, Mapping):
            raise Misconfigured("settings: session is missing")
        return section

    def _keys(self, name: str) -> KeyRing:
        return KeyRing.parse(f"session.{name}", self._session.get(name), allow_weak=self.is_local)

    def _seconds(self, name: str, default: int) -> int:
        value = self._session.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Misconfigured(f"settings: session.{name} must be a number of seconds")
        return value


class SettingsSource:
    """Loads the settings at the first request and keeps them; importing this module reads nothing."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._fresh_until = 0.0
        self._next_renewal = 0.0

    def current(self) -> Settings:
        """Return the settings, read again when they are older than MAX_AGE_SECONDS."""
        if self._settings and time.monotonic() < self._fresh_until:
            return self._settings
        return self._load()

    def renewed(self) -> Settings:
        """Return the settings, read again unless this was asked for within RELOAD_COOLDOWN_SECONDS."""
        if time.monotonic() < self._next_renewal:
            return self.current()
        self._next_renewal = time.monotonic() + RELOAD_COOLDOWN_SECONDS
        return self._load()

    def forget(self) -> None:
        """Make the next request read the settings again: for tests that change them."""
        self._settings, self._next_renewal = None, 0.0

    def _load(self) -> Settings:
        known = self._settings
        try:
            loaded = load_settings(os.environ)
        except Unavailable:
            if not known:
                raise
            loaded = known  # an outage of the secret store must not stop an instance that has its keys
        self._settings, self._fresh_until = loaded, time.monotonic() + MAX_AGE_SECONDS
        return loaded


SETTINGS = SettingsSource()
"""The settings of this process."""


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings that `environment` names; raises as `symbolon.settings.document.read_document` does."""
    return Settings(read_document(environment), is_local=environment.get("SYMBOLON_LOCAL") == "1")
