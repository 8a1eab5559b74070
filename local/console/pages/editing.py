"""Changing a player's account, and erasing it: pages of their own, where there is something to think about."""

import json
from typing import Any

from werkzeug.wrappers import Response

from local.admin_api import RefusedError
from local.console.rendering import pretty
from local.console.visit import Visit

FIELDS = {
    "username": "Username",
    "display_name": "Display name",
    "avatar_url": "Avatar's address",
    "lang_tag": "Language",
    "location": "Location",
    "timezone": "Time zone",
}


def edit(visit: Visit, user_id: str) -> Response:
    """Show the account's fields to be changed."""
    user = visit.ask(f"GET /admin/v1/users/{user_id}")
    given = {**user, "metadata": pretty(user["metadata"])}
    return visit.page("edit.html", user=user, given=given, fields=FIELDS, problem="")


def save(visit: Visit, user_id: str) -> Response:
    """Change the fields that differ; where that is refused, show what was typed and why."""
    user = visit.ask(f"GET /admin/v1/users/{user_id}")
    given = {name: visit.request.form.get(name, "") for name in (*FIELDS, "metadata", "reason", "version")}
    try:
        changed = {**_changed(user, given), "version": given["version"], "reason": given["reason"]}
        answer = visit.ask(f"PATCH /admin/v1/users/{user_id}", body=changed) if len(changed) > 2 else {"entry": ""}  # noqa: PLR2004 (a field)
    except ValueError as error:
        return visit.page("edit.html", 400, user=user, given=given, fields=FIELDS, problem=str(error))
    except RefusedError as refusal:
        return visit.page("edit.html", refusal.status, user=user, given=given, fields=FIELDS, problem=str(refusal))
    return visit.go(f"/players/{user_id}", done="update" if answer["entry"] else "nothing", entry=answer["entry"])


def ask_erase(visit: Visit, user_id: str) -> Response:
    """Show what would be lost, and ask for the username as a confirmation."""
    return visit.page("erase.html", user=visit.ask(f"GET /admin/v1/users/{user_id}"), problem="")


def erase(visit: Visit, user_id: str) -> Response:
    """Erase the account, if the username was typed."""
    user = visit.ask(f"GET /admin/v1/users/{user_id}")
    if visit.request.form.get("username", "") != user["username"]:
        return visit.page("erase.html", 400, user=user, problem="That is not the username. Nothing was erased.")
    visit.ask(f"DELETE /admin/v1/users/{user_id}")
    return visit.go("/players", erased="yes")


def _changed(user: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    """Return the fields that are not as they were; raises ValueError for metadata that is no JSON object."""
    changed: dict[str, Any] = {name: given[name] for name in FIELDS if given[name] != user[name]}
    try:
        metadata = json.loads(given["metadata"] or "{}")
    except ValueError as error:
        raise ValueError(f"The metadata is no JSON: {error}.") from error
    if not isinstance(metadata, dict):
        raise ValueError('The metadata must be a JSON object, such as {"vip": true}.')  # noqa: TRY004 (what was typed)
    return changed | ({"metadata": metadata} if metadata != json.loads(user["metadata"] or "{}") else {})
