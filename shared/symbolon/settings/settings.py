"""Settings: what the settings document says, and when it is read.

The document is the same locally and deployed; `symbolon.settings.document` says where it comes from.
"""

import os
import time
from collections.abc import Mapping
from typing import Any

from symbolon.errors import FailedPrecondition, Misconfigured, Unavailable
from symbolon.settings.document import read_document
from symbolon.settings.keys import PUBLISHED_KEYS
from symbolon.settings.session import SessionSettings

MAX_AGE_SECONDS = 900
"""After this time a warm instance reads its settings again, so that a key put first in its ring gets used."""

LOCAL_MAX_AGE_SECONDS = 10
"""The same on a developer's machine, where reading is free and a developer waits."""

RELOAD_COOLDOWN_SECONDS = 60
"""A token with an unknown key id makes an instance look for new keys, but no more often than this."""


class Settings(SessionSettings):
    """The settings document. Reading a part that is wrong raises Misconfigured, which names the setting."""

    @property
    def server_key(self) -> str:
        """The key that clients show at sign-in, as HTTP Basic user name."""
        value = self.document.get("server_key")
        if not isinstance(value, str) or not value:
            raise Misconfigured("settings: server_key is missing")
        return value

    @property
    def http_keys(self) -> list[str]:
        """The keys that servers show when they call RPC functions, the newest first; without one nobody is let in."""
        value = self.document.get("http_key") or []
        keys = [value] if isinstance(value, str) else value
        if not isinstance(keys, list) or not all(isinstance(key, str) and key for key in keys):
            raise Misconfigured("settings: http_key must be a text, or a list of texts")
        if not self.is_local and PUBLISHED_KEYS & set(keys):
            raise Misconfigured("settings: http_key must be none that documentation prints")
        return keys

    @property
    def shows_provider_ids(self) -> bool:
        """Whether players see the ids that others have at providers, as Nakama shows them."""
        section = self.document.get("users", {})
        value = section.get("show_provider_ids", True) if isinstance(section, Mapping) else None
        if not isinstance(value, bool):
            raise Misconfigured("settings: users.show_provider_ids must be true or false")
        return value

    def section(self, name: str, title: str) -> Mapping[str, Any]:
        """Return the settings of a provider; raises FailedPrecondition, with its `title`, when there are none."""
        section = self.document.get(name)
        if not section:
            raise FailedPrecondition(f"{title} authentication is not configured.")
        if not isinstance(section, Mapping):
            raise Misconfigured(f"settings: {name} must be an object")
        return section


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
        age = LOCAL_MAX_AGE_SECONDS if loaded.is_local else MAX_AGE_SECONDS
        self._settings, self._fresh_until = loaded, time.monotonic() + age
        return loaded


SETTINGS = SettingsSource()
"""The settings of this process."""


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings that `environment` names; raises as `symbolon.settings.document.read_document` does."""
    is_local = environment.get("SYMBOLON_LOCAL") == "1"
    return Settings(read_document(environment), is_local, environment.get("SYMBOLON_URL", ""))
