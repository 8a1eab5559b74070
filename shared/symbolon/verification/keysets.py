"""Providers' public keys (JSON Web Key Sets), fetched when needed and kept as long as the provider allows.

An unknown key id makes an instance fetch the set again, for forgeries once per cooldown. While the provider is down
the keys that are there go on working for a day. https://www.rfc-editor.org/rfc/rfc7517#section-5
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

import jwt

from symbolon.errors import Unavailable
from symbolon.verification.answers import Answer, Call
from symbolon.verification.lifetimes import lifetime
from symbolon.verification.outbound import Outbound

STALE_SECONDS = 24 * 3600
"""For how long keys outlive their age when the provider does not answer."""

COOLDOWN_SECONDS = 10
"""After a fetch for an unknown key id that was in vain, until the next. Short, since a new key may need one just after
a forgery had one; long enough that forgeries cost the provider next to nothing."""

RENEWAL_PAUSE_SECONDS = 30
"""After a renewal that failed, while the old keys serve: a provider that is slow must not slow every sign-in down."""

_KINDS = frozenset({"RSA", "EC", "OKP"})  # never "oct": a secret in a public key set is an attack


class UnknownKeyId(Exception):
    """The provider publishes no key with this id."""


@dataclass
class KeySet:
    """The key set at `url`; one object for the life of the instance, shared by its requests."""

    url: str
    _keys: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    _fetched_at: float = 0.0
    _fresh_until: float = 0.0
    _next_renewal: float = 0.0
    _next_search: float = 0.0

    def key(self, key_id: str, door: Outbound) -> jwt.PyJWK:
        """Return the key; raises UnknownKeyId, or Unavailable when only the provider could tell and does not answer."""
        now = time.monotonic()
        if not self._keys or now >= self._fresh_until + STALE_SECONDS:
            self._fetch(door, now)
        elif now >= max(self._fresh_until, self._next_renewal):
            self._renew(door, now)
        if key_id not in self._keys and now >= self._next_search and self._fetched_at != now:
            self._fetch(door, now)
            if key_id not in self._keys:  # a key that was found is a rotation, and another may follow at once
                self._next_search = now + COOLDOWN_SECONDS
        if key_id not in self._keys:
            raise UnknownKeyId
        return self._keys[key_id]

    def _renew(self, door: Outbound, now: float) -> None:
        try:
            self._fetch(door, now)
        except Unavailable:
            self._next_renewal = now + RENEWAL_PAUSE_SECONDS

    def _fetch(self, door: Outbound, now: float) -> None:
        answer = door.ask(Call(self.url))
        self._keys = _signing_keys(answer)
        self._fetched_at, self._fresh_until = now, now + lifetime(answer)


def _signing_keys(answer: Answer) -> dict[str, jwt.PyJWK]:
    """Return the keys of a key set that sign, by id; those of kinds that are not understood are left out."""
    keys: dict[str, jwt.PyJWK] = {}
    published = answer.json().get("keys") if answer.status == HTTPStatus.OK else None
    for entry in published if isinstance(published, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("kid"), str) and _is_for_signing(entry):
            with suppress(jwt.PyJWTError, ValueError, TypeError):
                keys[entry["kid"]] = jwt.PyJWK(entry)
    if not keys:
        raise answer.nonsense()
    return keys


def _is_for_signing(entry: Mapping[str, object]) -> bool:
    return entry.get("kty") in _KINDS and entry.get("use", "sig") == "sig"
