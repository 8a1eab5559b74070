"""A token that somebody shows, of whichever of our kinds, and whether it is in force."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key
from symbolon.identities.users import User, user_key
from symbolon.oauth.audiences import audiences
from symbolon.sessions import jws, sessions
from symbolon.sessions.jws import InvalidToken, UnknownKey
from symbolon.sessions.sessions import session_key
from symbolon.sessions.tokens import Claims
from symbolon.settings.settings import SETTINGS, Settings

SESSION, REFRESH, ACCESS = "session", "refresh", "access"

_TEXTS = ("sub", "aud", "jti", "client_id", "tid")
_NUMBERS = ("exp", "iat", "gen")


@dataclass(frozen=True)
class Shown:
    """A token that was verified: its kind, whose it is, of which session, and all that it says."""

    kind: str
    user_id: str
    session_id: str
    generation: int
    payload: Mapping[str, Any] = field(repr=False)

    @property
    def keys(self) -> list[Key]:
        """The keys of all items that say whether it is in force."""
        return [user_key(self.user_id), session_key(self.session_id), *([self.own_key] if self.own_key else [])]

    @property
    def own_key(self) -> Key | None:
        """The key of the item that says that this token alone was revoked: a session's need none."""
        return session_key(f"token#{self.payload['jti']}") if self.kind == ACCESS else None

    def owner(self) -> User | None:
        """Return the account if the token is in force, None if not; reads it, its session and its own end at once."""
        items = dynamodb.batch_get(self.keys)
        if user_key(self.user_id) not in items or (self.own_key and self.own_key in items):
            return None
        user = User.from_item(items[user_key(self.user_id)])
        is_over = user.is_banned or not user.admits(self.session_id, self.generation)
        return None if is_over or self._is_revoked(items.get(session_key(self.session_id), {})) else user

    def _is_revoked(self, item: Item) -> bool:
        if self.kind != REFRESH:
            return bool(item.get("session_revoked"))
        return bool(item.get("refresh_revoked")) or item.get("rotation", 0) > self.payload["rot"]


def read_shown(token: str, settings: Settings) -> Shown | None:
    """Verify a token of any kind of ours, for whomever it is meant; None when it is none, or has expired."""
    for read in _READERS:
        try:
            return read(token, settings)
        except InvalidToken:
            continue
    return None


def read_session(token: str, settings: Settings) -> Shown:
    """Verify a session token; raises InvalidToken."""
    return _of_claims(SESSION, sessions.read_session_token(token, settings))


def _read_refresh(token: str, settings: Settings) -> Shown:
    return _of_claims(REFRESH, sessions.read_refresh_token(token, settings))


def read_access(token: str, settings: Settings) -> Shown:
    """Verify a token for others; raises InvalidToken. For an audience that is no more it is none."""
    try:
        payload = jws.read(token, settings.session_keys, jws.ACCESS_TOKEN)
    except UnknownKey:
        payload = jws.read(token, SETTINGS.renewed().session_keys, jws.ACCESS_TOKEN)
    if not all(isinstance(payload.get(name), str) for name in _TEXTS):
        raise InvalidToken
    if not all(isinstance(payload.get(name), int) for name in _NUMBERS):
        raise InvalidToken
    if payload["aud"] not in audiences(settings) or not settings.is_ours(payload.get("iss", ""), settings.audience):
        raise InvalidToken
    return Shown(ACCESS, payload["sub"], payload["tid"], payload["gen"], payload)


def _of_claims(kind: str, claims: Claims) -> Shown:
    return Shown(kind, claims.user_id, claims.session_id, claims.generation, claims.to_payload())


_READERS: tuple[Callable[[str, Settings], Shown], ...] = (read_session, read_access, _read_refresh)
