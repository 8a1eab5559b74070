"""Sessions: refresh, logout, where a player is signed in.

And what belongs to nobody: the health check, and all that has no route.
"""

from collections.abc import Mapping
from typing import Any

from symbolon.api.application import UNKNOWN, Route, application
from symbolon.api.auth import require_server_key
from symbolon.api.authors import player
from symbolon.api.request import Request
from symbolon.sessions.logout import logout
from symbolon.sessions.refresh import refresh
from symbolon.sessions.sessions import current_session
from symbolon.settings.settings import Settings


def refresh_session(request: Request, settings: Settings) -> Mapping[str, str]:
    """Exchange a refresh token for the session's next tokens."""
    require_server_key(request, settings)
    return refresh(request.body.text("token"), _new_variables(request, settings), request, settings)


def _new_variables(request: Request, settings: Settings) -> Mapping[str, str]:
    variables = request.body.variables()
    if not variables or not settings.document.get("hook"):
        return variables
    from symbolon.settings.hook import HookSettings  # noqa: PLC0415 (few studios have one)

    section = HookSettings.of(settings.document)
    return {} if section and section.keeps_vars else variables


def end_session(request: Request, settings: Settings) -> Mapping[str, str]:
    """End the sessions that the request names."""
    logout(request, settings)
    return {}


def list_sessions(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Return where the caller is signed in."""
    from symbolon.sessions.tracking import listed  # noqa: PLC0415 (few calls are for it)

    return {"sessions": listed(current_session(request, settings), request)}


def end_one(request: Request, settings: Settings) -> Mapping[str, Any]:
    """End one session of the caller's."""
    from symbolon.sessions.tracking import end  # noqa: PLC0415 (as above)

    end(current_session(request, settings), request.query_text("id"), player(request, settings), settings)
    return {}


def healthcheck(_request: Request, _settings: Settings) -> Mapping[str, str]:
    """Answer that the API is there."""
    return {}


handler = application(
    "session",
    {
        "POST /v2/account/session/refresh": Route("refresh", refresh_session),
        "POST /v2/session/logout": Route("logout", end_session),
        "GET /v2/session": Route("list_sessions", list_sessions),
        "DELETE /v2/session": Route("end_session", end_one),
        "GET /healthcheck": Route("healthcheck", healthcheck),
        "GET /": Route("healthcheck", healthcheck),
        "$default": UNKNOWN,
    },
)
