"""Sessions that players can see: a row for each from its beginning, where the settings say so (`session.track`).

The row is the session's item (`symbolon.sessions.sessions`), which has, besides what refreshes and logouts put there:
`begun_at` (seconds since 1970), `generation`, `provider`, `device_name`, and `network` and `identity`, hashes that are
the same for the same account and network, or identity, and tell nothing else. It goes with the session's last token.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from symbolon.api.request import Request
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, TransactionRefused, Write, key
from symbolon.aws.queries import Span, query_span
from symbolon.errors import NotFound, Unavailable
from symbolon.identities.bans import rfc3339
from symbolon.identities.presence import still_there
from symbolon.limits.networks import digest, network_of
from symbolon.records.entries import Author, Deed, record
from symbolon.sessions.history import read_runs
from symbolon.sessions.sessions import Session, session_key
from symbolon.sessions.tokens import Claims
from symbolon.settings.settings import Settings

DEVICE_NAME = "device_name"
"""The variable by which a game says what the device is called."""

MOST = 100
_MOST_READ, _BATCH = 500, 100
_MAX_NAME = 64


def track(claims: Claims, request: Request, settings: Settings) -> None:
    """Put down that a session begins. Never fails: whoever signs in is signed in, seen or not."""
    item = {
        "user_id": claims.user_id,
        "begun_at": claims.issued_at,
        "expires_at": claims.issued_at + settings.refresh_token_expiry,
        **_described(claims, request),
    }
    names = {f"#{name}": name for name in item}
    values = {f":{name}": value for name, value in item.items()}
    change = "SET " + ", ".join(f"#{name} = :{name}" for name in item)
    with suppress(Unavailable):
        at = session_key(claims.session_id)
        dynamodb.update(Write("Update", at, "attribute_not_exists(begun_at)", change, names, values))


def listed(session: Session, request: Request) -> list[dict[str, Any]]:
    """Return the account's sessions that are in force and were tracked, the newest first, and the caller's own."""
    user = session.user
    span = Span(key("SESSIONS_TABLE", user_id=user.user_id), "session_id", "0", "g", index_name="User")
    ids = [item["session_id"] for item in query_span(span, _MOST_READ)]
    parts = [ids[at : at + _BATCH] for at in range(0, len(ids), _BATCH)]
    items = {at: item for part in parts for at, item in dynamodb.batch_get(map(session_key, part)).items()}
    shown = [item for item in items.values() if _is_in_force(item, session)]
    own = session.claims.session_id
    if own not in [item["session_id"] for item in shown]:
        begun = {"session_id": own, "begun_at": session.claims.issued_at, "user_id": user.user_id}
        shown.append(begun | _described(session.claims, request))
    shown.sort(key=lambda item: (item["session_id"] != own, -item["begun_at"]))
    return [_body(item, is_own=item["session_id"] == own) for item in shown[:MOST]]


def end(session: Session, session_id: str, author: Author, settings: Settings) -> None:
    """End one session of the account, which is put on record; raises NotFound where it has none such that is stored."""
    user_id, expires = session.user.user_id, int(time.time()) + settings.refresh_token_expiry
    is_own = session_id == session.claims.session_id
    values = {":user": user_id, ":yes": True, ":expires": expires}
    change = "SET session_revoked = :yes, refresh_revoked = :yes, user_id = :user, expires_at = :expires"
    condition = "attribute_not_exists(user_id) OR user_id = :user" if is_own else "user_id = :user"
    write = Write("Update", session_key(session_id or "-"), condition, change, values=values)
    deed = Deed("end_session", before={"session_id": session_id})
    try:
        dynamodb.transact([write, still_there(user_id), *record(author, user_id, deed)])
    except TransactionRefused as refused:
        raise NotFound("Session not found.") from refused


def identity_name(user_id: str, identity: str) -> str:
    """Return what a row has for an identity (`ExternalIdentity.key`) of the account."""
    return digest(user_id, identity)


def _described(claims: Claims, request: Request) -> dict[str, Any]:
    name = claims.variables.get(DEVICE_NAME, "")[:_MAX_NAME]
    told = {
        "provider": request.trace.provider or request.trace.verb,
        "device_name": name,
        "network": digest(claims.user_id, network_of(request.source_ip)),
        "identity": identity_name(claims.user_id, request.trace.identity) if request.trace.identity else "",
    }
    return {"generation": claims.generation, **{key: text for key, text in told.items() if text}}


def _is_in_force(item: Item, session: Session) -> bool:
    if "begun_at" not in item or item["expires_at"] <= time.time() or item.get("session_revoked"):
        return False
    return session.user.admits(item["session_id"], item["generation"])


def _body(item: Mapping[str, Any], *, is_own: bool) -> dict[str, Any]:
    runs = read_runs(item.get("history", []))
    shown = {
        "id": item["session_id"],
        "current": is_own,
        "create_time": rfc3339(item["begun_at"]),
        "refresh_time": rfc3339(runs[-1].until / 1000) if runs else "",
        **{name: item.get(name, "") for name in ("provider", "device_name", "network")},
    }
    return {name: value for name, value in shown.items() if value}
