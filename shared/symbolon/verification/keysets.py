"""Providers' public keys (JSON Web Key Sets): https://www.rfc-editor.org/rfc/rfc7517#section-5.

A key is found by its id and by the algorithm of the token that it has to verify, which the caller has allowed: a set
may name no algorithm for a key, or have several keys of one id, one for each.
"""

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

import jwt

from symbolon.internet.outbound import Outbound
from symbolon.internet.published import Published

Entry = Mapping[str, Any]

_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_CURVES = {"P-256": ("ES256",), "P-384": ("ES384",), "P-521": ("ES512",)}


class UnknownKeyId(Exception):
    """The provider publishes no key with this id for this algorithm."""


class Keys:
    """The keys of a set that sign; those of kinds that are not understood are left out."""

    def __init__(self, published: object) -> None:
        """Take the entries of a set; raises ValueError when it has no key."""
        entries = published if isinstance(published, list) else []
        self._entries = [entry for entry in entries if _is_key(entry)]
        self._made: dict[tuple[str, str], jwt.PyJWK] = {}
        if not self._entries:
            raise ValueError("no keys")

    def find(self, key_id: str, algorithm: str) -> jwt.PyJWK | None:
        """Return the key of this id for the algorithm: the one that names it, before one that names none or another."""
        if (key_id, algorithm) not in self._made:
            fit = [entry for entry in self._entries if entry["kid"] == key_id and algorithm in _algorithms(entry)]
            if not fit:
                return None
            best = max(fit, key=lambda entry: (entry.get("alg") == algorithm, not entry.get("alg")))
            self._made[key_id, algorithm] = jwt.PyJWK(dict(best), algorithm)
        return self._made[key_id, algorithm]


class KeySet(Published[Keys]):
    """The key set at a URL; one object for the life of the instance, shared by its requests."""

    def read(self, body: bytes | None) -> Keys:
        """Return the keys of a set; raises ValueError when it is none, or has none."""
        published = json.loads(body or b"")
        return Keys(published.get("keys") if isinstance(published, dict) else None)

    def key(self, key_id: str, algorithm: str, door: Outbound) -> jwt.PyJWK:
        """Return the key; raises UnknownKeyId, or Unavailable when only the provider could tell and does not answer."""
        fetches = self.fetches
        found = self.current(door).find(key_id, algorithm)
        if found is None and self.fetches == fetches:
            found = self.searched(door, lambda keys: keys.find(key_id, algorithm) is not None).find(key_id, algorithm)
        if found is None:
            raise UnknownKeyId
        return found


def _is_key(entry: object) -> bool:
    """Tell whether the entry is a key with an id that signs and that makes sense."""
    if (
        not isinstance(entry, dict)
        or not isinstance(entry.get("kid"), str)
        or entry.get("use") not in (None, "", "sig")
    ):
        return False
    algorithms = _algorithms(entry)
    with suppress(jwt.PyJWTError, ValueError, TypeError):
        return bool(algorithms) and jwt.PyJWK(entry, next(iter(algorithms))) is not None
    return False


def _algorithms(entry: Entry) -> Collection[str]:
    """Return the algorithms for which a key of its kind can be, never those of a secret: it has no place in a set."""
    if entry.get("kty") == "RSA":
        return _RSA
    if entry.get("kty") == "EC":
        return _CURVES.get(str(entry.get("crv")), ())
    return ("EdDSA",) if entry.get("kty") == "OKP" else ()
