"""Refresh tokens that work once.

A session's item counts how often its refresh token was exchanged (`rotation`) and remembers the last exchanges
(`history`: which rotation, when, with which new vars). Clients refresh in parallel without a lock, so a token that was
exchanged a moment ago gets its successor again; after the grace window its use is a theft, and ends the session
(https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from symbolon.api.request import Request
from symbolon.api.telemetry import REFRESH_TOKEN_REUSED
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Write
from symbolon.errors import InvalidArgument, NotFound, PermissionDenied, Unauthenticated
from symbolon.identities.users import User, user_key
from symbolon.sessions.sessions import read_refresh_token, session_key, token_pair
from symbolon.sessions.tokens import Claims, InvalidToken
from symbolon.settings.settings import Settings

INVALID_REFRESH = "Refresh token invalid or expired."
HISTORY_LENGTH = 10
"""Exchanges remembered within the grace window; bounds the item's size."""


@dataclass(frozen=True)
class Exchange:
    """A refresh token that is being exchanged, for the present holder of the account."""

    claims: Claims
    user: User
    variables: Mapping[str, str]
    request: Request
    settings: Settings


def refresh(token: str, variables: Mapping[str, str], request: Request, settings: Settings) -> dict[str, str]:
    """Exchange a refresh token for the session's next tokens, with new vars if there are any.

    Raises Unauthenticated when it is invalid, was used before the grace window, or its session has ended; NotFound and
    PermissionDenied when its account is gone or banned.
    """
    if not token:
        raise InvalidArgument("Refresh token is required.")
    try:
        claims = read_refresh_token(token, settings)
    except InvalidToken as error:
        raise Unauthenticated(INVALID_REFRESH) from error
    request.trace.user_id = claims.user_id
    items = dynamodb.batch_get([user_key(claims.user_id), session_key(claims.session_id)])
    user = _account(items.get(user_key(claims.user_id)), claims)
    exchange = Exchange(claims, user, variables, request, settings)
    return _exchange(exchange, items.get(session_key(claims.session_id), {}))


def _account(item: Item | None, claims: Claims) -> User:
    if item is None:
        raise NotFound("User account not found.")
    user = User.from_item(item)
    if user.is_banned:
        raise PermissionDenied("User account banned.")
    if user.generation != claims.generation:
        raise Unauthenticated(INVALID_REFRESH)
    return user


def _exchange(exchange: Exchange, item: Item) -> dict[str, str]:
    now = int(time.time() * 1000)
    if not item.get("refresh_revoked") and item.get("rotation", 0) == exchange.claims.rotation:
        seen = dynamodb.update(_advance(exchange, item, now))
        if seen is None:
            return _successor(exchange, {"at": now, "vars": exchange.variables})
        item = seen  # somebody exchanged it since it was read
    if item.get("refresh_revoked") or item.get("rotation", 0) <= exchange.claims.rotation:
        raise Unauthenticated(INVALID_REFRESH)
    for entry in item.get("history", []):
        if entry["rotation"] == exchange.claims.rotation and _in_grace(entry, now, exchange.settings):
            return _successor(exchange, entry)
    dynamodb.update(_end(exchange.claims))
    exchange.request.trace.events.append(REFRESH_TOKEN_REUSED)
    raise Unauthenticated(INVALID_REFRESH)


def _advance(exchange: Exchange, item: Item, now: int) -> Write:
    """Return the write that makes this exchange the session's next: of those that race, one succeeds."""
    claims, settings = exchange.claims, exchange.settings
    entry: dict[str, Any] = {"rotation": claims.rotation, "at": now}
    if exchange.variables:
        entry["vars"] = dict(exchange.variables)
    recent = [known for known in item.get("history", []) if _in_grace(known, now, settings)]
    expires = max(now // 1000 + settings.refresh_token_expiry, claims.expires_at, item.get("expires_at", 0))
    values = {
        ":next": claims.rotation + 1,
        ":history": [*recent, entry][-HISTORY_LENGTH:],
        ":expires": expires,
        ":user": claims.user_id,
    }
    condition = "attribute_not_exists(rotation)"
    if claims.rotation:
        condition = "rotation = :rotation"
        values[":rotation"] = claims.rotation
    return Write(
        "Update",
        session_key(claims.session_id),
        f"{condition} AND attribute_not_exists(refresh_revoked)",
        "SET rotation = :next, history = :history, expires_at = :expires, user_id = :user",
        values=values,
    )


def _successor(exchange: Exchange, entry: Mapping[str, Any]) -> dict[str, str]:
    """Return the tokens that an exchange gives, the same ones to everyone who asks for them."""
    claims = replace(
        exchange.claims,
        username=exchange.user.username,
        issued_at=entry["at"] // 1000,
        rotation=exchange.claims.rotation + 1,
        variables=entry.get("vars") or exchange.claims.variables,
    )
    return token_pair(claims, exchange.request, exchange.settings)


def _in_grace(entry: Mapping[str, Any], now: int, settings: Settings) -> bool:
    return bool(now - entry["at"] < settings.refresh_grace * 1000)


def _end(claims: Claims) -> Write:
    update = "SET session_revoked = :yes, refresh_revoked = :yes"
    return Write("Update", session_key(claims.session_id), "attribute_exists(rotation)", update, values={":yes": True})
