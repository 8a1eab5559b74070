"""One signing key: a secret (HS256), or a private or public key on P-256 (ES256) or of RSA (RS256).

A key is written as a text, which is a secret unless it is PEM, or as a JSON Web Key
(https://www.rfc-editor.org/rfc/rfc7517). Its kind says its algorithm, so that no key ever serves two. Two members are
ours: `signs_from` and `accepted_until`, in seconds since 1970, by which a key takes over from another and goes.
"""

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from symbolon.values import concealing

HS256, ES256, RS256 = "HS256", "ES256", "RS256"
ALGORITHMS = (HS256, ES256, RS256)

MIN_KEY_BYTES = 32
"""HS256 keys must be as long as the hash: https://www.rfc-editor.org/rfc/rfc7518#section-3.2"""

MIN_RSA_BYTES = 256
"""RS256 keys must have 2048 bits or more: https://www.rfc-editor.org/rfc/rfc7518#section-3.3"""

PUBLISHED_KEYS = frozenset(
    {
        *("defaultkey", "defaulthttpkey", "defaultencryptionkey", "defaultrefreshencryptionkey"),
        *("local-development-session-key-0123456789", "local-development-refresh-key-0123456789"),
    }
)
"""Nakama's defaults, printed in its documentation, and those that our own development server had."""

_COORDINATE_BYTES = 32
_MAX_KEY_ID = 128
_PUBLIC_MEMBERS = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}


class Key(NamedTuple):
    """A key of a ring. HS256 has `secret`; an asymmetric one the `members` of a JSON Web Key, private ones to sign.

    They are pairs, so that what is derived from a key can be cached by the key itself.
    """

    key_id: str
    algorithm: str
    secret: bytes = b""
    members: tuple[tuple[str, str], ...] = ()
    signs_from: int = 0
    accepted_until: int = 0

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "secret", "members")

    @property
    def jwk(self) -> dict[str, str]:
        """The members of an asymmetric key as a JSON Web Key has them."""
        return dict(self.members)

    @property
    def can_sign(self) -> bool:
        """Tell whether it is a secret or a private key that may sign by now."""
        return bool(self.secret or "d" in self.jwk) and self.signs_from <= time.time()

    @property
    def is_over(self) -> bool:
        """Tell whether the last token that it signed has expired, so that nothing by it counts any more."""
        return 0 < self.accepted_until <= time.time()

    @property
    def is_weak(self) -> bool:
        """Tell whether it is a secret that everybody knows, or one that could be guessed."""
        is_published = self.secret in {name.encode() for name in PUBLISHED_KEYS}
        return self.algorithm == HS256 and (is_published or len(self.secret) < MIN_KEY_BYTES)

    @property
    def public_jwk(self) -> dict[str, str]:
        """The public key as a key set has it, without anything private; for asymmetric keys only."""
        public = {name: self.jwk[name] for name in _PUBLIC_MEMBERS[self.jwk["kty"]]}
        return public | {"kid": self.key_id, "alg": self.algorithm, "use": "sig"}


def read_key(entry: object) -> Key:
    """Return the key that a setting's entry is; raises ValueError, whose text shows nothing of the key."""
    if isinstance(entry, str) and entry.lstrip().startswith("-----BEGIN "):
        from symbolon.settings.pem import read_pem  # noqa: PLC0415 (with secrets alone nothing loads cryptography)

        return _from_jwk(read_pem(entry))
    if isinstance(entry, str) and entry:
        return secret_key(entry.encode())
    if isinstance(entry, Mapping):
        return _from_jwk(entry)
    raise ValueError("an entry that is no key")


def secret_key(secret: bytes, key_id: str = "", times: Mapping[str, int] | None = None) -> Key:
    """Return the HS256 key with this secret, and an id that every instance derives alike unless one is given."""
    derived = hashlib.sha256(b"symbolon key id\0" + secret).hexdigest()[:16]
    return Key(key_id or derived, HS256, secret, (), **(times or {}))


def _from_jwk(jwk: Mapping[str, Any]) -> Key:
    kind, key_id = jwk.get("kty"), jwk.get("kid", "")
    if not isinstance(key_id, str) or len(key_id) > _MAX_KEY_ID:
        raise ValueError("a key whose kid is no text, or too long")
    times = {name: jwk[name] for name in ("signs_from", "accepted_until") if name in jwk}
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in times.values()):
        raise ValueError("a key whose times are no seconds since 1970")
    key = secret_key(_octets(jwk, "k"), key_id, times) if kind == "oct" else _asymmetric(jwk, key_id, times)
    if jwk.get("alg", key.algorithm) != key.algorithm or jwk.get("use", "sig") != "sig":
        raise ValueError(f"a key that is not for {key.algorithm} signatures")
    return key


def _asymmetric(jwk: Mapping[str, Any], key_id: str, times: Mapping[str, int]) -> Key:
    kind = jwk.get("kty")
    is_curve = kind == "EC" and jwk.get("crv") == "P-256"
    if is_curve and not all(len(_octets(jwk, name)) == _COORDINATE_BYTES for name in ("x", "y")):
        raise ValueError("an EC key whose coordinates are incomplete")
    if kind == "RSA" and (len(_octets(jwk, "n").lstrip(b"\0")) < MIN_RSA_BYTES or not _octets(jwk, "e")):
        raise ValueError(f"an RSA key under {MIN_RSA_BYTES * 8} bits")
    if not is_curve and kind != "RSA":
        raise ValueError("a key that is no secret, no EC key on P-256 and no RSA key")
    members = {name: value for name, value in jwk.items() if isinstance(value, str)}
    return Key(key_id or _thumbprint(members), ES256 if is_curve else RS256, b"", tuple(members.items()), **times)


def _thumbprint(jwk: Mapping[str, str]) -> str:
    """Return the key's own name: https://www.rfc-editor.org/rfc/rfc7638#section-3."""
    members = {name: jwk[name] for name in _PUBLIC_MEMBERS[jwk["kty"]]}
    digest = hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _octets(jwk: Mapping[str, Any], name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"a key without {name}")
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"a key whose {name} is no base64url") from error
