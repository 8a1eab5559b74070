"""Players: finding them, and all that there is to see of one."""

from typing import Any

from werkzeug.wrappers import Response

from local.admin_api import RefusedError, exported
from local.console.visit import Visit

_ENTRIES = 10


def find(visit: Visit) -> Response:
    """Show the players whom the text names, a part of the list at a time."""
    text, why = visit.query("query"), ""
    found: dict[str, Any] = {"users": []}
    if text:
        try:
            found = visit.ask("GET /admin/v1/users", {"query": text, "cursor": visit.query("cursor")})
        except RefusedError as refusal:
            why = str(refusal)
    template = "players_found.html" if visit.is_partial else "players.html"
    erased = visit.query("erased") == "yes"
    return visit.page(template, query=text, users=found["users"], cursor=found.get("cursor"), why=why, erased=erased)


def show(visit: Visit, user_id: str) -> Response:
    """Show one player."""
    return player_page(visit, user_id)


def player_page(visit: Visit, user_id: str, problem: str = "", status: int = 200) -> Response:
    """Show one player, and what has just been done, or could not be."""
    user = visit.ask(f"GET /admin/v1/users/{user_id}")
    log = visit.ask("GET /admin/v1/audit", {"user": user_id, "limit": _ENTRIES})
    done = {"action": visit.query("done"), "entry": visit.query("entry")}
    return visit.page("player.html", status, user=user, log=log, done=done, problem=problem)


def sessions(visit: Visit, user_id: str) -> Response:
    """Show all stored sessions of a player, a part at a time."""
    user = visit.ask(f"GET /admin/v1/users/{user_id}")
    asked = {"limit": 50, "cursor": visit.query("cursor")}
    found = visit.ask(f"GET /admin/v1/users/{user_id}/sessions", asked)
    return visit.page("sessions.html", user=user, sessions=found["sessions"], cursor=found.get("cursor"))


def export(visit: Visit, user_id: str) -> Response:
    """Answer with all that is stored about a player, as a file."""
    text = exported(visit.ask, user_id)
    response = Response(text, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="player-{user_id}.json"'
    return response
