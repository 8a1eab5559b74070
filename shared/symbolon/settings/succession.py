"""Rings of keys as they change: a key is made, another takes over from it at a set time, one that leaked is taken out.

A ring is data here, a JSON Web Key Set whose first key is the newest. A new key is known to all, and published, for
LEAD_SECONDS before it signs; from then on its predecessor signs no more, and goes when its last token has expired.
"""

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symbolon.settings.keyring import KeyRing
from symbolon.settings.keys import HS256, Key

LEAD_SECONDS = 4 * 3600
"""Twice as long as anybody may keep the public keys (API Gateway's JWT authorizers do for two hours), and longer than
any instance, or any rollout of a new version, goes without reading its keys again."""

CLOCKS_SECONDS = 60
"""By how much clocks may differ."""

_SECRET_BYTES = 48

Ring = dict[str, Any]


@dataclass(frozen=True)
class Succession:
    """How keys follow one another: new ones are for `algorithm`, and their tokens live for up to `lifetime` seconds."""

    algorithm: str
    lifetime: int
    lead: int = LEAD_SECONDS

    def ensured(self, ring: object) -> Ring:
        """Return a ring whose newest key has the algorithm: the same, but for its times, or one with a key more."""
        keys = _keys(ring)
        if not keys or keys[0].algorithm != self.algorithm:
            return self.rotated(ring)
        return _written(ring, self._timed(keys))

    def rotated(self, ring: object) -> Ring:
        """Return the ring with a new key in front, which signs after the lead, or at once where no other can."""
        keys = _keys(ring)
        starts = int(time.time()) + self.lead if any(key.can_sign for key in keys) else 0
        return _written(ring, self._timed([made_key(self.algorithm, starts), *keys]))

    def retired(self, ring: object, key_id: str) -> Ring:
        """Return the ring without the key, in which another signs at once; raises LookupError without such a key."""
        keys = [key for key in _keys(ring) if key.key_id != key_id]
        if len(keys) == len(_keys(ring)):
            raise LookupError(key_id)
        if not keys or keys[0].accepted_until:
            keys = [made_key(self.algorithm, _at_once()), *keys]
        if not any(key.can_sign and not key.accepted_until for key in keys):
            keys = [keys[0]._replace(signs_from=_at_once()), *keys[1:]]
        return _written(ring, self._timed(keys))

    def _timed(self, keys: list[Key]) -> list[Key]:
        """Return the keys, each but the first accepted until the last token that it can have signed has expired."""
        timed = keys[:1]
        for key in keys[1:]:
            ends = timed[-1].signs_from or (0 if key.accepted_until else int(time.time()))
            until = max(key.accepted_until, ends + self.lifetime + CLOCKS_SECONDS)
            timed.append(key._replace(accepted_until=until))
        return timed


def made_key(algorithm: str, signs_from: int = 0) -> Key:
    """Return a new key of the algorithm, which signs from that time on, in seconds since 1970."""
    if algorithm == HS256:
        secret = secrets.token_bytes(_SECRET_BYTES)
        [key] = KeyRing.parse("a new key", {"kty": "oct", "k": _base64(secret)}, allow_weak=False).keys
    else:
        from symbolon.settings.pem import new_private_jwk  # noqa: PLC0415 (secrets need no library)

        [key] = KeyRing.parse("a new key", new_private_jwk(algorithm), allow_weak=False).keys
    return key._replace(signs_from=signs_from)


def published(ring: object) -> Ring:
    """Return the ring's public keys, with the time at which each goes, and by whose name they were made."""
    keys = [key for key in _keys(ring) if key.algorithm != HS256]
    return {**_head(ring), "keys": [key.public_jwk | _times(key) for key in keys]}


def listed(ring: object) -> list[dict[str, Any]]:
    """Return what an operator may know of the ring's keys: ids, algorithms and times."""
    keys = KeyRing.parse("the ring", ring, allow_weak=True).keys
    return [{"kid": key.key_id, "alg": key.algorithm, **_times(key)} for key in keys]


def _at_once() -> int:
    return int(time.time()) - CLOCKS_SECONDS


def _keys(ring: object) -> list[Key]:
    if isinstance(ring, Mapping) and ring.get("keys") == []:
        return []
    return KeyRing.parse("the ring", ring, allow_weak=True).accepted if ring else []


def _written(ring: object, keys: list[Key]) -> Ring:
    return {**_head(ring), "keys": [_entry(key) | _times(key) for key in keys]}


def _head(ring: object) -> Ring:
    return {name: value for name, value in ring.items() if name == "issuer"} if isinstance(ring, Mapping) else {}


def _entry(key: Key) -> dict[str, Any]:
    if key.algorithm == HS256:
        return {"kty": "oct", "k": _base64(key.secret), "kid": key.key_id, "alg": key.algorithm, "use": "sig"}
    return {**key.jwk, "kid": key.key_id, "alg": key.algorithm, "use": "sig"}


def _times(key: Key) -> dict[str, int]:
    times = {"signs_from": key.signs_from, "accepted_until": key.accepted_until}
    return {name: value for name, value in times.items() if value}


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
