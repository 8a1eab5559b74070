"""Sessions: issued without a write, checked with one read; see `refresh` and `logout` for how they go on and end.

A session has no item until its first refresh or logout, unless the settings say that it is tracked; from then on the
item lives until no token of the session can. A logout everywhere raises the user's `generation`, which every token
carries. DECISIONS.md has the reasons and the request units of each operation.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from symbolon.api.jsontext import written, written_for_base64
from symbolon.api.request import Request
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, key
from symbolon.errors import NotFound, Unauthenticated
from symbolon.identities.users import User, user_key
from symbolon.sessions import tokens
from symbolon.sessions.jws import InvalidToken, UnknownKey
from symbolon.sessions.tokens import Claims
from symbolon.settings.keyring import KeyRing
from symbolon.settings.settings import SETTINGS, Settings

INVALID_TOKEN = "Auth token invalid"  # noqa: S105 (a message)


class Session(NamedTuple):
    """A session whose token was verified and is in force: its account, its claims, and other items read on the way."""

    user: User
    claims: Claims
    items: Mapping[Key, Item]


def session_key(session_id: str) -> Key:
    """Return the key of a session's item."""
    return key("SESSIONS_TABLE", session_id=session_id)


def issue(user: User, variables: Mapping[str, str], request: Request, settings: Settings) -> dict[str, str]:
    """Return the tokens of a new session for the client that sent the request."""
    return begin(new_session(user, variables), request, settings)


def begin(claims: Claims, request: Request, settings: Settings) -> dict[str, str]:
    """Return the first tokens of a session, which is put down where the settings say so."""
    if settings.track:
        from symbolon.sessions.tracking import track  # noqa: PLC0415 (few studios want it)

        track(claims, request, settings)
    return token_pair(claims, request, settings)


def new_session(user: User, variables: Mapping[str, str]) -> Claims:
    """Return what the tokens of a new session say, but for their expiry."""
    return Claims(
        session_id=str(uuid.uuid4()),
        user_id=user.user_id,
        username=user.username,
        issued_at=int(time.time()),
        generation=user.generation,
        variables=variables,
    )


def token_pair(claims: Claims, request: Request, settings: Settings) -> dict[str, str]:
    """Return the session token and the refresh token over the same claims, each with its own lifetime and key.

    Their text is ASCII where the request's client can read no other, UTF-8 otherwise. Both are verified alike.
    """
    session = claims._replace(
        expires_at=claims.issued_at + settings.token_expiry,
        issuer=settings.stated_issuer,
        audience=settings.stated_audience,
    )
    refresh = claims._replace(expires_at=claims.issued_at + settings.refresh_token_expiry)
    write = written_for_base64 if request.reads_plain_base64 else written
    return {
        "token": tokens.sign(session, settings.session_keys, write),
        "refresh_token": tokens.sign(refresh, settings.refresh_keys, write),
    }


def read_session_token(token: str, settings: Settings) -> Claims:
    """Verify a session token by itself; raises InvalidToken. Whether it was revoked is not looked up."""
    claims = _read(token, settings, lambda current: current.session_keys)
    if not settings.is_ours(claims.issuer, claims.audience):
        raise InvalidToken
    return _in_force(claims, settings.token_expiry)


def read_refresh_token(token: str, settings: Settings) -> Claims:
    """Verify a refresh token by itself; raises InvalidToken. Whether it was used or revoked is not looked up."""
    claims = _read(token, settings, lambda current: current.refresh_keys)
    return _in_force(claims, settings.refresh_token_expiry)


def bearer_claims(request: Request, settings: Settings) -> Claims:
    """Return the claims of the request's session token; raises Unauthenticated. Nothing is looked up."""
    header = request.headers.get("authorization", "")
    if not header:
        raise Unauthenticated("Auth token required")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated(INVALID_TOKEN)
    try:
        claims = read_session_token(token.strip(), settings)
    except InvalidToken as error:
        raise Unauthenticated(INVALID_TOKEN) from error
    request.trace.user_id = claims.user_id
    return claims


def current_session(request: Request, settings: Settings, also: Iterable[Key] = ()) -> Session:
    """Check the request's session token, and read `also` in the same round trip.

    Raises Unauthenticated when it is invalid or was ended, or the account is banned; NotFound when the account is gone.
    """
    return session_of(bearer_claims(request, settings), also)


def session_of(claims: Claims, also: Iterable[Key] = ()) -> Session:
    """Look up whether a session whose token was verified is in force, and read `also` in the same round trip.

    Raises Unauthenticated when it was ended, or the account is banned; NotFound when the account is gone.
    """
    items = dynamodb.batch_get([user_key(claims.user_id), session_key(claims.session_id), *also])
    if user_key(claims.user_id) not in items:
        raise NotFound("Account not found.")
    user = User.from_item(items[user_key(claims.user_id)])
    revoked = items.get(session_key(claims.session_id), {}).get("session_revoked")
    if revoked or user.is_banned or not user.admits(claims.session_id, claims.generation):
        raise Unauthenticated(INVALID_TOKEN)
    return Session(user, claims, items)


def _read(token: str, settings: Settings, ring_of: Callable[[Settings], KeyRing]) -> Claims:
    try:
        return tokens.read(token, ring_of(settings))
    except UnknownKey:
        return tokens.read(token, ring_of(SETTINGS.renewed()))


def _in_force(claims: Claims, lifetime: int) -> Claims:
    # A lifetime that was made shorter holds for older tokens too, so that a session's item always outlives its tokens.
    if claims.issued_at + lifetime <= time.time():
        raise InvalidToken
    return claims
