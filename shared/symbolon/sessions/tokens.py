"""What session and refresh tokens say: Nakama's claims, two of our own, and those by which others may believe them.

`tid`, `uid`, `usn`, `vrs`, `exp`, `iat` as Nakama has them. Ours: `gen`, the account's session generation, which a
logout everywhere raises, and `rot`, how often the session's refresh token has been exchanged. What they are compared
with needs no clock, so they hold to the request however far apart two instances' clocks are. For others: `iss`, `sub`,
which is `uid`, and `aud`, as https://www.rfc-editor.org/rfc/rfc7519#section-4.1 has them.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

from symbolon.api.jsontext import written
from symbolon.sessions import jws
from symbolon.sessions.jws import InvalidToken
from symbolon.settings.keyring import KeyRing
from symbolon.values import NOTHING

_REQUIRED = {"tid": str, "uid": str, "usn": str, "exp": int, "iat": int, "gen": int, "rot": int}
_ID_LENGTH = 36
"""Of a UUID as text, which both ids are, so that whatever a Nakama signs can be looked up."""
_NAKAMAS = frozenset({"tid", "uid", "usn", "vrs", "exp", "iat"})
_UNSAID = {"gen": 0, "rot": 0}
"""What tokens of a Nakama beside us say by saying nothing: they hold until the account's first logout everywhere."""
_FOR_OTHERS = ("iss", "sub", "aud")


class Claims(NamedTuple):
    """What a token says; times are in seconds since 1970. Without issuer and audience it is meant for us alone."""

    session_id: str
    user_id: str
    username: str
    issued_at: int
    expires_at: int = 0
    generation: int = 0
    rotation: int = 0
    variables: Mapping[str, str] = NOTHING
    issuer: str = ""
    audience: str = ""

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
            "iss": self.issuer,
            "sub": self.user_id if self.issuer or self.audience else "",
            "aud": self.audience,
        }
        return {name: value for name, value in payload.items() if value or name not in ("vrs", *_FOR_OTHERS)}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """Read the claims of a token that was verified; raises InvalidToken when one is missing or of another type."""
        optional = {name: payload[name] for name in _FOR_OTHERS if name in payload}
        if not all(isinstance(payload.get(name), kind) for name, kind in _REQUIRED.items()):
            raise InvalidToken
        if not all(isinstance(value, str) for value in optional.values()):
            raise InvalidToken
        if optional.get("sub", payload["uid"]) != payload["uid"]:
            raise InvalidToken
        if not all(len(payload[name]) == _ID_LENGTH for name in ("tid", "uid")):
            raise InvalidToken
        return cls(
            session_id=payload["tid"],
            user_id=payload["uid"],
            username=payload["usn"],
            issued_at=payload["iat"],
            expires_at=payload["exp"],
            generation=payload["gen"],
            rotation=payload["rot"],
            variables=payload.get("vrs", {}),
            issuer=optional.get("iss", ""),
            audience=optional.get("aud", ""),
        )


def sign(claims: Claims, ring: KeyRing, write: Callable[[object], str] = written) -> str:
    """Return the token over the claims, which `write` writes as JSON, signed with the ring's signing key."""
    return jws.write(write(claims.to_payload()), ring)


def read(token: str, ring: KeyRing) -> Claims:
    """Verify a token and return its claims.

    Raises InvalidToken, or jws.UnknownKey when its header names no key of the ring.
    """
    payload = jws.read(token, ring)
    if jws.is_nakamas(token):
        if not payload.keys() <= _NAKAMAS or not _are_variables(payload.get("vrs", {})):
            raise InvalidToken  # ours, whose header was changed, or somebody else's
        payload |= _UNSAID
    return Claims.from_payload(payload)


def _are_variables(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
