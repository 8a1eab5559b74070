"""Logout: of one session's tokens, or of all sessions of a user, durable and in one round trip."""

import time
from collections.abc import Mapping
from typing import Any

from symbolon.api.request import Request
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import InvalidArgument, Unauthenticated
from symbolon.identities.bans import NOT_BANNED
from symbolon.identities.users import spared, timestamp, user_key
from symbolon.sessions.jws import InvalidToken
from symbolon.sessions.sessions import INVALID_TOKEN, bearer_claims, read_refresh_token, read_session_token, session_key
from symbolon.sessions.tokens import Claims
from symbolon.settings.settings import Settings

CALLER_IN_FORCE = f"(generation = :generation OR spared = :spared) AND {NOT_BANNED}"
"""The condition, over the item of the caller's account, that its session goes on; `in_force` has the values."""
_NOT_REVOKED = "attribute_not_exists(session_revoked)"
_KINDS = (
    ("token", "session_revoked", read_session_token, "Session token invalid."),
    ("refresh_token", "refresh_revoked", read_refresh_token, "Refresh token invalid."),
)


def logout(request: Request, settings: Settings) -> None:
    """End what the request names: a session token, a refresh token, both, or, with neither, all of the user's sessions.

    One round trip: that the caller's own session is in force is a condition of the write.
    """
    caller = bearer_claims(request, settings)
    revoked = _named_sessions(request, caller, settings)
    try:
        dynamodb.transact(_revocation(caller, revoked) if revoked else _revocation_of_all(caller))
    except TransactionRefused as refused:
        if 0 in refused.found and refused.found[0] is None:
            return  # the account is gone, and its sessions with it
        raise Unauthenticated(INVALID_TOKEN) from refused


def _named_sessions(request: Request, caller: Claims, settings: Settings) -> dict[str, dict[str, Any]]:
    """By session id, the attributes that revoke the tokens which the request names."""
    revoked: dict[str, dict[str, Any]] = {}
    for field, attribute, read, message in _KINDS:
        token = request.body.text(field)
        if not token:
            continue
        try:
            claims = read(token, settings)
        except InvalidToken as error:
            raise InvalidArgument(message) from error
        if claims.user_id != caller.user_id:
            raise InvalidArgument(message)
        attributes = revoked.setdefault(claims.session_id, {"user_id": caller.user_id, "expires_at": 0})
        expires = max(int(time.time()) + settings.refresh_token_expiry, claims.expires_at)
        attributes |= {attribute: True, "expires_at": max(attributes["expires_at"], expires)}
    return revoked


def _revocation(caller: Claims, revoked: Mapping[str, dict[str, Any]]) -> list[Write]:
    user = user_key(caller.user_id)
    values = in_force(caller)
    writes = [Write("ConditionCheck", user, CALLER_IN_FORCE, values=values)]
    if caller.session_id not in revoked:
        writes.append(Write("ConditionCheck", session_key(caller.session_id), _NOT_REVOKED))
    for session_id, attributes in revoked.items():
        update = "SET " + ", ".join(f"{name} = :{name}" for name in attributes)
        condition = _NOT_REVOKED if session_id == caller.session_id else ""
        values = {f":{name}": value for name, value in attributes.items()}
        writes.append(Write("Update", session_key(session_id), condition, update, values=values))
    return writes


def _revocation_of_all(caller: Claims) -> list[Write]:
    change = "ADD generation :one REMOVE spared"
    return [
        Write("Update", user_key(caller.user_id), CALLER_IN_FORCE, change, values={":one": 1, **in_force(caller)}),
        Write("ConditionCheck", session_key(caller.session_id), _NOT_REVOKED),
    ]


def in_force(caller: Claims) -> dict[str, Any]:
    """Return the values of CALLER_IN_FORCE."""
    session = spared(caller.session_id, caller.generation)
    return {":generation": caller.generation, ":spared": session, ":now": timestamp()}
