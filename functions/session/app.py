"""Sessions: refresh and logout; and what belongs to nobody: the health check, and all that has no route."""

from collections.abc import Mapping

from symbolon.api.application import UNKNOWN, Route, application
from symbolon.api.auth import require_server_key
from symbolon.api.request import Request
from symbolon.sessions.logout import logout
from symbolon.sessions.refresh import refresh
from symbolon.settings.settings import Settings


def refresh_session(request: Request, settings: Settings) -> Mapping[str, str]:
    """Exchange a refresh token for the session's next tokens."""
    require_server_key(request, settings)
    return refresh(request.body.text("token"), request.body.variables(), request, settings)


def end_session(request: Request, settings: Settings) -> Mapping[str, str]:
    """End the sessions that the request names."""
    logout(request, settings)
    return {}


def healthcheck(_request: Request, _settings: Settings) -> Mapping[str, str]:
    """Answer that the API is there."""
    return {}


handler = application(
    "session",
    {
        "POST /v2/account/session/refresh": Route("refresh", refresh_session),
        "POST /v2/session/logout": Route("logout", end_session),
        "GET /healthcheck": Route("healthcheck", healthcheck),
        "GET /": Route("healthcheck", healthcheck),
        "$default": UNKNOWN,
    },
)
