"""Refresh, logout, the health check."""

from collections.abc import Mapping

from local.contract import common
from local.contract.fields import message, shown, text, variables
from local.contract.operation import JSON, Operation, invalid, missing, ref, refused
from local.contract.schemas import many

REFRESH = (
    *invalid("Refresh token is required."),
    *refused("Refresh token invalid or expired."),
    *missing("User account not found."),
    *common.BANNED,
)

OPERATIONS: Mapping[str, Operation] = {
    "POST /v2/account/session/refresh": Operation(
        "sessions",
        "Exchange a refresh token, which works once, for the session's next tokens.",
        ("serverKey",),
        (*common.SERVER_KEY, *common.BODY, *common.VARS, *REFRESH),
        body={JSON: message({"token": text("The refresh token.", least=1), "vars": variables()}, "token")},
        answer={JSON: ref("Session")},
        event="session_refresh",
    ),
    "POST /v2/session/logout": Operation(
        "sessions",
        "End the session that the tokens name; without any, all of the player's sessions.",
        ("session",),
        (
            *common.SESSION,
            *common.BODY,
            *invalid("Session token invalid.", "Refresh token invalid."),
        ),
        body={JSON: message({"token": text("A session token."), "refresh_token": text("A refresh token.")})},
        event="session_logout",
    ),
    "GET /v2/session": Operation(
        "sessions",
        "Where the caller is signed in.",
        ("session",),
        common.SESSION,
        answer={JSON: shown({"sessions": many("TrackedSession")}, "sessions")},
        event="session_list",
    ),
    "DELETE /v2/session": Operation(
        "sessions",
        "End one session of the caller's.",
        ("session",),
        (*common.SESSION, *common.QUERY, *missing("Session not found.")),
        query={"id": {"type": "string"}},
        event="session_end",
    ),
    **{
        f"GET {path}": Operation("health", "Whether the API is there; no key.", event="session_healthcheck")
        for path in ("/healthcheck", "/")
    },
}
