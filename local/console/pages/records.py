"""The records: who did what to which account, and undoing it."""

import re
import time

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from local.admin_api import RefusedError
from local.console.visit import Visit

SINCE = {"1h": 3600, "1d": 24 * 3600, "7d": 7 * 24 * 3600, "30d": 30 * 24 * 3600}
_ENTRY = re.compile("[a-z2-7]{40}")


def show(visit: Visit) -> Response:
    """Show the entries, the newest first: of all accounts or of one, by everybody or by one operator."""
    return _page(visit)


def undo(visit: Visit, entry: str) -> Response:
    """Undo what an entry says, and go back to where the button was."""
    if not _ENTRY.fullmatch(entry):
        raise NotFound
    try:
        answer = visit.ask(f"POST /admin/v1/audit/{entry}/undo", body={"reason": visit.field("reason")})
    except RefusedError as refusal:
        return _page(visit, f"This was not undone. {refusal}", refusal.status)
    user_id = visit.field("player")
    if re.fullmatch("[0-9a-f-]{36}", user_id):
        return visit.go(f"/players/{user_id}", done="undo", entry=answer["entry"])
    return visit.go("/records", done="undo", entry=answer["entry"])


def _page(visit: Visit, problem: str = "", status: int = 200) -> Response:
    asked = {name: visit.query(name) for name in ("user", "operator", "since")}
    since = time.gmtime(time.time() - SINCE[asked["since"]]) if asked["since"] in SINCE else None
    query = {**asked, "since": time.strftime("%Y-%m-%dT%H:%M:%SZ", since) if since else "", "limit": 50}
    log: dict[str, object] = {"entries": []}
    try:
        log = visit.ask("GET /admin/v1/audit", {**query, "cursor": visit.query("cursor")})
    except RefusedError as refusal:
        problem, status = problem or str(refusal), status if problem else refusal.status
    done = {"action": visit.query("done"), "entry": visit.query("entry")}
    template = "records.html"
    return visit.page(template, status, asked=asked, log=log, problem=problem, done=done, terms=SINCE)
