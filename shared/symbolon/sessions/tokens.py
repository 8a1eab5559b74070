"""Session and refresh tokens as JWTs (HS256), with Nakama's claims and two of our own.

`tid`, `uid`, `usn`, `vrs`, `exp`, `iat` as Nakama has them. Ours: `gen`, the account's session generation, which a
logout everywhere raises, and `rot`, how often the session's refresh token has been exchanged. What they are compared
with needs no clock, so they hold to the request however far apart two instances' clocks are.

We read no tokens but our own, so a token's header is never parsed: it is one of the few that we write, letter for
letter, or the token is refused. That leaves nothing of the attacks on JWT headers (RFC 8725, section 2), and it spares
a sign-in the import of a JWT library, whose cryptography it has no use for. https://www.rfc-editor.org/rfc/rfc7515
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from symbolon.api.jsontext import written
from symbolon.settings.keyring import KeyRing

_REQUIRED = {"tid": str, "uid": str, "usn": str, "exp": int, "iat": int, "gen": int, "rot": int}


class InvalidToken(Exception):
    """The token is malformed, expired, or signed by none of the ring's keys."""


class UnknownKey(InvalidToken):
    """The token's header is none of ours: a forgery, or of a key that this instance has not read yet."""


@dataclass(frozen=True)
class Claims:
    """What a token says; times are in seconds since 1970."""

    session_id: str
    user_id: str
    username: str
    issued_at: int
    expires_at: int = 0
    generation: int = 0
    rotation: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)

    def to_payload(self) -> dict[str, Any]:
        """Return the claims under their names in the token; empty vars are left out, as Nakama does."""
        payload = {
            "tid": self.session_id,
            "uid": self.user_id,
            "usn": self.username,
            "vrs": dict(self.variables),
            "exp": self.expires_at,
            "iat": self.issued_at,
            "gen": self.generation,
            "rot": self.rotation,
        }
        return payload if self.variables else {name: value for name, value in payload.items() if name != "vrs"}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """Read the claims of a token that was verified."""
        return cls(
            session_id=payload["tid"],
            user_id=payload["uid"],
            username=payload["usn"],
            issued_at=payload["iat"],
            expires_at=payload["exp"],
            generation=payload["gen"],
            rotation=payload["rot"],
            variables=payload.get("vrs", {}),
        )


def sign(claims: Claims, ring: KeyRing, write: Callable[[object], str] = written) -> str:
    """Return the token over the claims, which `write` writes as JSON, signed with the ring's first key."""
    key_id, key = ring.signing
    signed = f"{_header(key_id)}.{_encode(write(claims.to_payload()).encode())}"
    return f"{signed}.{_signature(signed, key)}"


def read(token: str, ring: KeyRing) -> Claims:
    """Verify a token and return its claims.

    Raises InvalidToken, or UnknownKey when its header names no key of the ring.
    """
    if not token.isascii():
        raise InvalidToken
    signed, _, signature = token.rpartition(".")
    header, _, payload = signed.partition(".")
    key = next((key for key_id, key in ring.by_id.items() if header == _header(key_id)), None)
    if key is None:
        raise UnknownKey
    if not hmac.compare_digest(signature.encode(), _signature(signed, key).encode()):
        raise InvalidToken
    try:
        content = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error) as error:
        raise InvalidToken from error
    if not isinstance(content, dict) or not all(
        isinstance(content.get(name), kind) for name, kind in _REQUIRED.items()
    ):
        raise InvalidToken
    if content["exp"] <= time.time():
        raise InvalidToken
    return Claims.from_payload(content)


@cache
def _header(key_id: str) -> str:
    return _encode(json.dumps({"alg": "HS256", "kid": key_id, "typ": "JWT"}, separators=(",", ":")).encode())


def _signature(signed: str, key: str) -> str:
    return _encode(hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest())


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
