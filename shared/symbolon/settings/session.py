"""The settings' section `session`: keys, lifetimes, and by whose name and for whom session tokens are made."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from symbolon.errors import Misconfigured
from symbolon.settings.keyring import KeyRing
from symbolon.settings.keys import ALGORITHMS, HS256

AUDIENCE = "symbolon"
"""What session tokens are for where the settings name no audience and others may verify them."""

_ISSUER = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")
_HERE = re.compile(r"http://(127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*localhost)(:[0-9]+)?(/|$)")
"""What goes over no network, with these names (RFC 6761, section 6.3): a stand-in for AWS is found by them."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SessionSettings:
    """A settings document's part on sessions. Reading what is wrong raises Misconfigured, which names the setting.

    `url` is where this service is, as far as its process knows.
    """

    def __init__(self, document: Mapping[str, Any], is_local: bool = False, url: str = "") -> None:  # noqa: FBT001, FBT002
        self.document = document
        self.is_local = is_local
        self.url = url

    @cached_property
    def session_keys(self) -> KeyRing:
        """The keys of session tokens: the settings' own, those kept on a developer's machine, or public ones alone."""
        rings = list(filter(None, map(self._ring, ("keys", "kept_keys", "public_keys"))))
        if not rings:
            raise KeyRing.missing("session.keys")
        issuer = next((ring.issuer for ring in rings if ring.issuer), "")
        return KeyRing("session.keys", tuple(key for ring in rings for key in ring.keys), issuer, self.algorithm)

    @cached_property
    def refresh_keys(self) -> KeyRing:
        """The keys of refresh tokens; none is a key of session tokens too, or one token could pass for the other."""
        keys = self._ring("refresh_keys")
        if keys is None:
            raise KeyRing.missing("session.refresh_keys")
        if any(key.algorithm != HS256 for key in keys.keys):
            raise Misconfigured("settings: session.refresh_keys must be secrets: nobody else reads the tokens")
        if keys.overlaps(self.session_keys):
            raise Misconfigured("settings: session.keys and session.refresh_keys must not share a key")
        return keys

    @cached_property
    def public_keys(self) -> KeyRing:
        """The ring whose public keys are published: that of a place of its own, or else the one that signs."""
        published = self._session.get("public_keys")
        if isinstance(published, Mapping) and published.get("keys") == []:
            return KeyRing("session.public_keys", (), KeyRing.issuer_of(published))
        return self._ring("public_keys") or self.session_keys

    @property
    def algorithm(self) -> str:
        """The algorithm of session tokens; "" leaves it to the first key."""
        value = self._session.get("algorithm") or ""
        if value not in ("", *ALGORITHMS):
            raise Misconfigured("settings: session.algorithm must be HS256, ES256 or RS256")
        return str(value)

    @property
    def issuer(self) -> str:
        """The issuer's URL: the setting, or where the keys or the process say that this service is; "" if none does."""
        return self._named_issuer or self.public_keys.issuer or self.url

    @property
    def audience(self) -> str:
        """What session tokens are for, AUDIENCE unless the settings name another."""
        return self._text("audience") or AUDIENCE

    @property
    def stated_issuer(self) -> str:
        """The claim `iss` of session tokens. Nakama's have none: a secret's have it only where the settings name it."""
        return self._named_issuer if self.session_keys.signing.algorithm == HS256 else self.issuer

    @property
    def stated_audience(self) -> str:
        """The claim `aud` of session tokens, under the same rule as `iss`."""
        return self._text("audience") if self.session_keys.signing.algorithm == HS256 else self.audience

    def is_ours(self, issuer: str, audience: str) -> bool:
        """Tell whether a session token may have these names; "" is one from before there were any."""
        # The API's own address stays ours when a custom domain gets its place, and this machine's whatever the port.
        known = {"", self._named_issuer or self.url, self.session_keys.issuer}
        is_here = self.is_local and not self._named_issuer and urlsplit(issuer).hostname in _LOOPBACK
        return (issuer in known or is_here) and audience in ("", self.audience)

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
        return self._flag("refresh_rotation", default=True)

    @property
    def track(self) -> bool:
        """Whether each session is kept from its beginning, so that players see where they are signed in."""
        return self._flag("track", default=False)

    @property
    def device_grant(self) -> bool:
        """Whether a player can sign in a device by approving it on another one."""
        return self._flag("device_grant", default=True)

    @property
    def _session(self) -> Mapping[str, Any]:
        section = self.document.get("session")
        if not isinstance(section, Mapping):
            raise Misconfigured("settings: session is missing")
        return section

    @property
    def _named_issuer(self) -> str:
        issuer = self._text("issuer")
        is_safe = self.is_local or issuer.startswith("https://") or _HERE.match(issuer)
        if issuer and not (_ISSUER.fullmatch(issuer) and is_safe):
            raise Misconfigured("settings: session.issuer must be a https URL without query and fragment")
        return issuer

    def _ring(self, name: str) -> KeyRing | None:
        value = self._session.get(name)
        return None if value is None else KeyRing.parse(f"session.{name}", value, allow_weak=self.is_local)

    def _text(self, name: str) -> str:
        value = self._session.get(name, "")
        if not isinstance(value, str):
            raise Misconfigured(f"settings: session.{name} must be a text")
        return value

    def _flag(self, name: str, *, default: bool) -> bool:
        value = self._session.get(name, default)
        if not isinstance(value, bool):
            raise Misconfigured(f"settings: session.{name} must be true or false")
        return value

    def _seconds(self, name: str, default: int) -> int:
        value = self._session.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Misconfigured(f"settings: session.{name} must be a number of seconds")
        return value
