"""An account's sessions as far as they are stored, and ending one of them or all."""

import time
from dataclasses import dataclass

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, TransactionRefused, Write, key
from symbolon.aws.queries import Span, query_span
from symbolon.errors import NotFound
from symbolon.identities.bans import rfc3339
from symbolon.identities.users import User, user_key
from symbolon.operators.acting import Plan, entry_of, get_user, perform
from symbolon.records.entries import Author, Deed, record
from symbolon.sessions.history import read_runs
from symbolon.sessions.sessions import session_key
from symbolon.settings.settings import Settings


@dataclass(frozen=True)
class StoredSession:
    """A session that was refreshed or ended: how often and when last, until when a token can be good, what is void."""

    session_id: str
    refreshes: int
    refresh_time: str
    expiry_time: str
    token_revoked: bool
    refresh_token_revoked: bool

    @classmethod
    def from_item(cls, item: Item) -> "StoredSession":
        """Read a session's item."""
        runs = read_runs(item.get("history", []))
        return cls(
            session_id=item["session_id"],
            refreshes=item.get("rotation", 0),
            refresh_time=rfc3339(runs[-1].until / 1000) if runs else "",
            expiry_time=rfc3339(item["expires_at"]) if "expires_at" in item else "",
            token_revoked=bool(item.get("session_revoked")),
            refresh_token_revoked=bool(item.get("refresh_revoked")),
        )


@dataclass(frozen=True)
class StoredSessions:
    """A part of an account's stored sessions, and the id after which to go on, "" at the end."""

    sessions: list[StoredSession]
    last: str


def sessions_of(user_id: str, after: str, most: int) -> StoredSessions:
    """Return up to `most` (100) stored sessions of the account in the order of their ids, from `after` on.

    The index by which they are found follows with a short delay.
    """
    span = Span(key("SESSIONS_TABLE", user_id=user_id), "session_id", after or "0", "g", index_name="User")
    ids = [item["session_id"] for item in query_span(span, most + 2) if item["session_id"] > after]
    page = ids[:most]
    items = dynamodb.batch_get(map(session_key, page))
    found = [items[session_key(session_id)] for session_id in page if session_key(session_id) in items]
    alive = [StoredSession.from_item(item) for item in found if item.get("expires_at", 0) > time.time()]
    return StoredSessions(alive, page[-1] if len(ids) > most else "")


def sign_out(user_id: str, author: Author) -> str:
    """End all sessions of the account, stored or not; return the name of the entry. Raises NotFound."""

    def plan(user: User) -> Plan:
        change = "ADD generation :one REMOVE spared"
        end = Write("Update", user_key(user.user_id), "attribute_exists(user_id)", change, values={":one": 1})
        return Plan([end], Deed("signout"))

    return perform(user_id, author, plan)


def end_session(user_id: str, session_id: str, author: Author, settings: Settings) -> str:
    """End one session of the account, also one that is not stored; return the name of the entry.

    Raises NotFound where there is no such account, or the session is another's.
    """
    get_user(user_id)
    values = {
        ":user": user_id,
        ":yes": True,
        ":expires": int(time.time()) + settings.refresh_token_expiry,
    }
    update = "SET session_revoked = :yes, refresh_revoked = :yes, user_id = :user, expires_at = :expires"
    condition = "attribute_not_exists(user_id) OR user_id = :user"
    end = Write("Update", session_key(session_id), condition, update, values=values)
    exists = Write("ConditionCheck", user_key(user_id), "attribute_exists(user_id)")
    deed = Deed("end_session", before={"session_id": session_id})
    try:
        dynamodb.transact([end, exists, *record(author, user_id, deed)])
    except TransactionRefused as refused:
        raise NotFound("Session not found.") from refused
    return entry_of(author, user_id)
