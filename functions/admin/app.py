"""What operators ask for, under /admin/v1: docs/operators.md describes each route.

Verified is AWS's signature on the request, by API Gateway: who may use which route is an IAM policy, and an operator is
known by the ARN in the request's context. Settings: session.refresh_token_expiry_sec and track, records, whether there
is mail, and oidc for the names of its issuers. The variable PROVIDERS has the kinds of identities by which players are
looked for, besides theirs.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from symbolon.api.application import Handle, Route, application
from symbolon.api.authors import MAX_REASON_BYTES, operator, require_operator
from symbolon.api.request import Request
from symbolon.errors import FailedPrecondition, InvalidArgument
from symbolon.identities.bans import Ban, rfc3339
from symbolon.operators import audit, bans, editing, export, identities, letters, notes, search, sessions, shown, undo
from symbolon.operators.acting import erase, get_user
from symbolon.operators.requests import (
    account_fields,
    checked_id,
    end_of_ban,
    limit_of,
    moment,
    page_of,
    path_id,
    position,
    required_text,
)
from symbolon.settings.settings import Settings

Body = Mapping[str, Any]

SHORT_BAN = 30 * 24 * 3600 + 300
"""The longest ban, in seconds, that the route for short bans makes, as the policy for support has it: thirty days, and
five minutes for clocks that differ."""

MOST = 100
"""Entries of one page."""


def find_users(request: Request, settings: Settings) -> Body:
    """Return the players whom the query names, and those whose username begins with it."""
    text, most = required_text(request.query_text("query"), "query", 512), limit_of(request, MOST)
    after = position(request, ["users", text])
    issuers = [f"oidc:{name}" for name in settings.document.get("oidc") or {}]
    exact = [] if after else search.exactly(text, [*os.environ["PROVIDERS"].split(), *issuers])
    names = search.beginning_with(text, after, most)
    known = {found.user.user_id for found in exact}
    users = exact + [found for found in names.found if found.user.user_id not in known]
    return page_of({"users": [shown.found_body(found) for found in users]}, ["users", text], names.last)


def get_document(request: Request, settings: Settings) -> Body:
    """Return all that there is to see of an account."""
    return shown.user_document(get_user(path_id(request, "id")), is_tracked=settings.track)


def update_user(request: Request, settings: Settings) -> Body:
    """Change fields of an account, if it still has the version that the request names."""
    user_id, fields = path_id(request, "id"), account_fields(request)
    return {"entry": editing.edit(user_id, fields, request.body.text("version"), operator(request, settings))}


def erase_user(request: Request, settings: Settings) -> Body:
    """Delete an account, and what is personal in the records about it."""
    return {"entry": erase(path_id(request, "id"), operator(request, settings))}


def ban_user(request: Request, settings: Settings) -> Body:
    """Ban an account until any time, or for good."""
    return _ban(request, settings, end_of_ban(request, None))


def ban_user_for_short(request: Request, settings: Settings) -> Body:
    """Ban an account for at most thirty days."""
    return _ban(request, settings, end_of_ban(request, SHORT_BAN))


def unban_user(request: Request, settings: Settings) -> Body:
    """Lift an account's ban."""
    return {"entry": bans.unban(path_id(request, "id"), operator(request, settings))}


def unlink_user(request: Request, settings: Settings) -> Body:
    """Take an identity from an account."""
    provider = required_text(request.body.text("provider"), "provider", 64)
    user_id, subject = path_id(request, "id"), request.body.text("subject")
    return {"entry": identities.unlink(user_id, provider, subject, operator(request, settings))}


def sign_out_user(request: Request, settings: Settings) -> Body:
    """End all sessions of an account."""
    return {"entry": sessions.sign_out(path_id(request, "id"), operator(request, settings))}


def resend_letter(request: Request, settings: Settings) -> Body:
    """Have a letter mailed to the account's own address: with a code for a new password, or one that proves it."""
    letter = request.body.text("letter") or letters.RESET
    if letter not in letters.LETTERS:
        raise InvalidArgument("letter invalid, must be reset or verify.")
    if not settings.document.get("mail"):
        raise FailedPrecondition("Mail is not configured.")
    return {"entry": letters.resend(path_id(request, "id"), letter, operator(request, settings))}


def list_sessions(request: Request, _settings: Settings) -> Body:
    """Return the sessions of an account that are stored."""
    user = get_user(path_id(request, "id"))
    scope = ["sessions", user.user_id]
    page = sessions.sessions_of(user.user_id, position(request, scope), limit_of(request, MOST))
    return page_of({"sessions": [asdict(session) for session in page.sessions]}, scope, page.last)


def end_session(request: Request, settings: Settings) -> Body:
    """End one session of an account."""
    user_id, session_id = path_id(request, "id"), path_id(request, "sid")
    return {"entry": sessions.end_session(user_id, session_id, operator(request, settings), settings)}


def add_note(request: Request, settings: Settings) -> Body:
    """Leave a note about an account."""
    text = required_text(request.body.text("text"), "text", notes.MAX_BYTES)
    return {"entry": notes.add_note(path_id(request, "id"), text, operator(request, settings))}


def export_user(request: Request, _settings: Settings) -> Body:
    """Return all that is stored about an account, or the part of it that the cursor leads to."""
    user_id = path_id(request, "id")
    part = export.export(user_id, position(request, ["export", user_id]) or export.BEGINNING)
    return page_of(part.body, ["export", user_id], part.position)


def list_entries(request: Request, _settings: Settings) -> Body:
    """Return entries of the records, the newest first."""
    user, name, since = (request.query_text(name) for name in ("user", "operator", "since"))
    inquiry = audit.Inquiry(
        user_id=checked_id(user, "user") if user else "",
        operator=required_text(name, "operator", 2000) if name else "",
        since=moment(since, "since") if since else 0.0,
    )
    scope = ["audit", user, name, since]
    page = audit.entries(inquiry, position(request, scope), limit_of(request, MOST))
    return page_of({"entries": [audit.entry_body(item) for item in page.items]}, scope, page.last)


def undo_entry(request: Request, settings: Settings) -> Body:
    """Undo what an entry records."""
    return {"entry": undo.undo(request.path_parameters.get("entry", ""), operator(request, settings))}


def _ban(request: Request, settings: Settings, end: float | None) -> Body:
    author = operator(request, settings)
    reason = required_text(author.reason, "reason", MAX_REASON_BYTES)
    ban = Ban(rfc3339(time.time()), "" if end is None else rfc3339(end), reason, author.name)
    return {"entry": bans.ban(path_id(request, "id"), ban, author), "ban": ban._asdict()}


def _signed(handle: Handle) -> Handle:
    """Return the handler that asks first whether API Gateway has verified a signature."""

    def serve(request: Request, settings: Settings) -> Body | Any:  # noqa: ANN401 (what the handler returns)
        require_operator(request)
        return handle(request, settings)

    return serve


_USER = "/admin/v1/users/{id}"
_HANDLES: Mapping[str, tuple[str, Handle]] = {
    "GET /admin/v1/users": ("find_users", find_users),
    f"GET {_USER}": ("get_user", get_document),
    f"PATCH {_USER}": ("update_user", update_user),
    f"DELETE {_USER}": ("erase_user", erase_user),
    f"POST {_USER}/ban": ("ban", ban_user),
    f"POST {_USER}/ban/short": ("ban_for_short", ban_user_for_short),
    f"POST {_USER}/unban": ("unban", unban_user),
    f"POST {_USER}/unlink": ("unlink_user", unlink_user),
    f"POST {_USER}/signout": ("sign_out", sign_out_user),
    f"POST {_USER}/resend": ("resend", resend_letter),
    f"GET {_USER}/sessions": ("list_sessions", list_sessions),
    f"DELETE {_USER}/sessions/{{sid}}": ("end_session", end_session),
    f"POST {_USER}/notes": ("add_note", add_note),
    f"GET {_USER}/export": ("export", export_user),
    "GET /admin/v1/audit": ("list_entries", list_entries),
    "POST /admin/v1/audit/{entry}/undo": ("undo", undo_entry),
}

# Without HEAD, for which no operator has a use: each route would be one more in the policies.
handler = application(
    "admin", {key: Route(verb, _signed(handle)) for key, (verb, handle) in _HANDLES.items()}, has_heads=False
)
