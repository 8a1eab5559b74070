"""Refresh tokens that work once.

A session's item counts how often its refresh token was exchanged (`rotation`) and remembers the exchanges of the grace
window (`history`). Clients refresh in parallel without a lock, and answers get lost: a token that was exchanged gets
its successor again, within the window in any case, and later as long as nobody has refreshed with that successor, for
then nothing is in use that could have been stolen. Otherwise its use is a theft, and ends the session
(https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2).
"""

import time
from collections.abc import Mapping

from symbolon.api.request import Request
from symbolon.api.telemetry import REFRESH_TOKEN_REUSED
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item
from symbolon.errors import InvalidArgument, NotFound, Unauthenticated
from symbolon.identities.users import User, user_key
from symbolon.sessions.exchanges import RUNS_OF_A_WINDOW, Exchange, advance, end, is_overtaken, note_overtaken, outlive
from symbolon.sessions.history import read_runs, run_of
from symbolon.sessions.jws import InvalidToken
from symbolon.sessions.sessions import read_refresh_token, session_key
from symbolon.sessions.tokens import Claims
from symbolon.settings.settings import Settings

_CLOCKS_DIFFER_SECONDS = 5

INVALID_REFRESH = "Refresh token invalid or expired."


def refresh(token: str, variables: Mapping[str, str], request: Request, settings: Settings) -> dict[str, str]:
    """Exchange a refresh token for the session's next tokens, with new vars if there are any.

    Raises Unauthenticated when it is invalid, was used and its successor too, or its session has ended; NotFound and
    Banned when its account is gone or banned.
    """
    if not token:
        raise InvalidArgument("Refresh token is required.")
    try:
        claims = read_refresh_token(token, settings)
    except InvalidToken as error:
        raise Unauthenticated(INVALID_REFRESH) from error
    request.trace.user_id = claims.user_id
    exchange_is_known = settings.refresh_rotation and _needs_no_history(claims, settings)
    at = session_key(claims.session_id)
    items = dynamodb.batch_get([user_key(claims.user_id), *([] if exchange_is_known else [at])])
    user = _account(items.get(user_key(claims.user_id)), claims)
    exchange = Exchange(claims, user, variables, request, settings, int(time.time() * 1000))
    if exchange_is_known:
        return _exchange(exchange, {"rotation": claims.rotation})
    item = items.get(at, {})
    if item.get("refresh_revoked"):
        raise Unauthenticated(INVALID_REFRESH)
    return _exchange(exchange, item) if settings.refresh_rotation else _renew(exchange, item)


def _needs_no_history(claims: Claims, settings: Settings) -> bool:
    """Tell whether nothing is remembered that the exchange of this token, if it is the first of it, depends on.

    None was exchanged before the session's first token, and others so long ago that the grace window is over. Then the
    session need not be read: the write's condition is that all is so, and what fails it comes with the refusal.
    """
    over = settings.refresh_grace + settings.refresh_grace // RUNS_OF_A_WINDOW + _CLOCKS_DIFFER_SECONDS
    return not claims.rotation or time.time() - claims.issued_at > over


def _account(item: Item | None, claims: Claims) -> User:
    if item is None:
        raise NotFound("User account not found.")
    user = User.from_item(item)
    user.require_admission()
    if not user.admits(claims.session_id, claims.generation):
        raise Unauthenticated(INVALID_REFRESH)
    return user


def _renew(exchange: Exchange, item: Item) -> dict[str, str]:
    """Give new tokens as Nakama does, where the settings switch single use off: the token itself stays good."""
    if item:
        dynamodb.update(outlive(exchange))
    return exchange.renewed(item)


def _exchange(exchange: Exchange, item: Item) -> dict[str, str]:
    claims = exchange.claims
    if item.get("rotation", 0) == claims.rotation:
        runs = exchange.runs(item)
        seen = dynamodb.update(advance(exchange, item, runs))
        if seen is None:
            return exchange.successor(runs[-1])
        item = seen  # somebody exchanged it since it was read
    if item.get("refresh_revoked") or item.get("rotation", 0) <= claims.rotation:
        raise Unauthenticated(INVALID_REFRESH)
    if tokens := _again(exchange, item):
        return tokens
    dynamodb.update(end(claims))
    exchange.request.trace.events.append(REFRESH_TOKEN_REUSED)
    raise Unauthenticated(INVALID_REFRESH)


def _again(exchange: Exchange, item: Item) -> dict[str, str] | None:
    """Return the tokens for a token that was exchanged before, None when its use is a theft."""
    claims = exchange.claims
    run = run_of(claims.rotation, read_runs(item["history"]))
    if claims.rotation == item["rotation"] - 1:
        return exchange.latest(item)
    if run is None or not run.is_within(exchange.grace, exchange.now):
        return exchange.latest(item) if is_overtaken(claims, item) else None
    if run.is_blurred:
        return exchange.latest(item)
    if claims.rotation + 1 < item["rotation"] - 1:
        dynamodb.update(note_overtaken(claims, item))
    return exchange.successor(run)
