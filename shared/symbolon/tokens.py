"""Session and refresh tokens as JWTs (HS256), with Nakama's claims and two of our own.

`tid`, `uid`, `usn`, `vrs`, `exp`, `iat` as Nakama has them. Ours: `gen`, the account's session generation, which a
logout everywhere raises, and `rot`, how often the session's refresh token has been exchanged. What they are compared
with needs no clock, so they hold to the request however far apart two instances' clocks are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import jwt

from symbolon.keyring import KeyRing

_ALGORITHM = "HS256"
_REQUIRED = {"tid": str, "uid": str, "usn": str, "exp": int, "iat": int, "gen": int, "rot": int}


class InvalidToken(Exception):
    """The token is malformed, expired, or signed by none of the ring's keys."""


class UnknownKey(InvalidToken):
    """The token names a key that is not in the ring: a forgery, or a key that this instance has not read yet."""


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


def sign(claims: Claims, ring: KeyRing) -> str:
    """Return the token over the claims, signed with the ring's first key."""
    key_id, key = ring.signing
    return jwt.encode(claims.to_payload(), key, algorithm=_ALGORITHM, headers={"kid": key_id})


def read(token: str, ring: KeyRing) -> Claims:
    """Verify a token and return its claims; raises InvalidToken, or UnknownKey when its key is not in the ring."""
    try:
        key = ring.by_id.get(str(jwt.get_unverified_header(token).get("kid")))
        if key is None:
            raise UnknownKey
        payload = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            # An instance whose clock is a second behind must not refuse a token that another has just signed.
            options={"require": list(_REQUIRED), "verify_iat": False},
        )
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidToken from error
    if not all(isinstance(payload[name], kind) for name, kind in _REQUIRED.items()):
        raise InvalidToken
    return Claims.from_payload(payload)
