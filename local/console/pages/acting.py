"""What the buttons of a player's page do. Each leads back to the page, which says what was done or why it was not."""

import time
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from local.admin_api import RefusedError, ban_route
from local.console.pages.players import player_page
from local.console.visit import Visit

_HOURS = {"1h": 1, "1d": 24, "7d": 7 * 24, "30d": 30 * 24}


def ban(visit: Visit, user_id: str) -> Response:
    """Ban for one of the usual terms, up to a moment, or for good."""
    term = visit.field("term")
    until = _moment(visit.field("until")) if term == "until" else _in_hours(_HOURS[term]) if term in _HOURS else ""
    body = {"reason": visit.field("reason"), **({"until": until} if until else {})}
    if term not in {*_HOURS, "until", "for good"}:
        return player_page(visit, user_id, "Choose for how long.", 400)
    return _do(visit, user_id, "ban", lambda: visit.ask(ban_route(user_id, until), body=body))


def unban(visit: Visit, user_id: str) -> Response:
    """Lift the ban."""
    return _post(visit, user_id, "unban", {"reason": visit.field("reason")})


def unlink(visit: Visit, user_id: str) -> Response:
    """Take an identity away."""
    body = {name: visit.request.form.get(name, "") for name in ("provider", "subject")}
    return _post(visit, user_id, "unlink", {**body, "reason": visit.field("reason")})


def sign_out(visit: Visit, user_id: str) -> Response:
    """End all sessions."""
    return _post(visit, user_id, "signout", {"reason": visit.field("reason")})


def resend(visit: Visit, user_id: str) -> Response:
    """Have a letter mailed to the player's own address."""
    return _post(visit, user_id, "resend", {"letter": visit.field("letter"), "reason": visit.field("reason")})


def end_session(visit: Visit, user_id: str, session_id: str) -> Response:
    """End one session."""
    route = f"DELETE /admin/v1/users/{user_id}/sessions/{session_id}"
    return _do(visit, user_id, "end_session", lambda: visit.ask(route))


def add_note(visit: Visit, user_id: str) -> Response:
    """Leave a note; lines become one, since a note has none."""
    return _post(visit, user_id, "notes", {"text": " ".join(visit.field("text").split())})


def _post(visit: Visit, user_id: str, what: str, body: dict[str, str]) -> Response:
    return _do(visit, user_id, what, lambda: visit.ask(f"POST /admin/v1/users/{user_id}/{what}", body=body))


def _do(visit: Visit, user_id: str, what: str, send: Callable[[], dict[str, Any]]) -> Response:
    try:
        answer = send()
    except RefusedError as refusal:
        return player_page(visit, user_id, str(refusal), refusal.status)
    return visit.go(f"/players/{user_id}", done=what, entry=answer["entry"])


def _in_hours(hours: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + hours * 3600))


def _moment(text: str) -> str:
    """Return what browsers give for a date and a time, to the minute or the second, as RFC 3339 has it."""
    return (text if text.count(":") > 1 else f"{text}:00") + "Z"
