"""OAuth's endpoints and discovery."""

from collections.abc import Mapping

from local.contract.fields import message, shown
from local.contract.operation import FORM, JSON, Operation, Problem, Schema, problems
from local.contract.schemas import TEXT
from symbolon.oauth.exchange import TOKEN_TYPES
from symbolon.oauth.grants import GRANTS

_BODY = problems(
    400,
    "invalid_request",
    "The body must be application/x-www-form-urlencoded.",
    "The body is too large.",
    "The body is not a form.",
    "A parameter is there more than once.",
    "The parameter {} is missing.",
)
_CLIENT = (
    *problems(401, "invalid_client", "The client must show itself by HTTP Basic.", "The client is unknown."),
    *problems(429, "temporarily_unavailable", "Too many failed attempts from this network. Try again in {}."),
    *problems(
        503, "temporarily_unavailable", "The database is too busy.", "A service that this one needs is not available."
    ),
    *problems(500, "server_error", "The service is not configured correctly."),
)
_BASIC = ("httpKeyBasic", "partnerBasic")
_TOKEN_TYPE: Schema = {"type": "string", "enum": list(TOKEN_TYPES)}
_EXCHANGED = shown(
    {"access_token": TEXT, "issued_token_type": TEXT, "token_type": TEXT, "expires_in": {"type": "integer"}},
    *("access_token", "issued_token_type", "token_type", "expires_in"),
)
_SIGNED_IN = shown(
    {
        **dict.fromkeys(("access_token", "token_type", "token", "refresh_token"), TEXT),
        "expires_in": {"type": "integer"},
        "device_linked": {"type": "boolean", "description": "Whether the device's id belongs to the account by now."},
    },
    *("access_token", "token_type", "expires_in", "token", "refresh_token"),
)


def endpoint(summary: str, security: tuple[str, ...], own: tuple[Problem, ...], **more: object) -> Operation:
    """Describe one of OAuth's endpoints, whose errors have a form of their own."""
    return Operation("oauth", summary, security, (*_BODY, *_CLIENT, *own), errors="OAuthError", **more)  # type: ignore[arg-type]


_TOKEN = message({"token": {"type": "string", "minLength": 1}}, "token")

OPERATIONS: Mapping[str, Operation] = {
    "POST /oauth2/token": endpoint(
        "A player's session for a token that one audience believes (RFC 8693); a device code for a session (RFC 8628).",
        ("", "serverKey", *_BASIC),
        (
            *problems(
                400,
                "invalid_request",
                "subject_token_type must be that of an access token, or of a JWT.",
                "requested_token_type must be that of an access token, or of a JWT.",
                "There is no delegation: actor_token must not be there.",
                "The subject token is invalid, or its session has ended.",
            ),
            *problems(400, "invalid_request", "Signing in by another device is not configured."),
            *problems(400, "authorization_pending", "Ask again."),
            *problems(400, "slow_down", "Ask less often."),
            *problems(400, "expired_token", "The device code was used, has expired, or is wrong."),
            *problems(
                400,
                "access_denied",
                "The player has refused.",
                "The player's account has been closed, or has signed out everywhere.",
            ),
            *problems(400, "unsupported_grant_type", "The grant type is none of ours."),
            *problems(400, "invalid_scope", "There are no scopes."),
            *problems(
                400, "invalid_target", "There is no such audience.", "A token is for one audience, and by its name."
            ),
            *problems(400, "unauthorized_client", "This client may not ask for tokens of this audience."),
        ),
        body={
            FORM: message(
                {
                    "grant_type": {"type": "string", "enum": list(GRANTS)},
                    "audience": {"type": "string", "minLength": 1},
                    "subject_token": {"type": "string", "minLength": 1, "description": "A session token."},
                    "subject_token_type": _TOKEN_TYPE,
                    "requested_token_type": _TOKEN_TYPE,
                    "device_code": {"type": "string"},
                },
                "grant_type",
            )
        },
        answer={JSON: {"anyOf": [_EXCHANGED, _SIGNED_IN]}},
        event="oauth_token",
    ),
    "POST /oauth2/introspect": endpoint(
        "Whether a token is in force, and what it says (RFC 7662).",
        _BASIC,
        problems(401, "invalid_client", "Only servers and partners may ask."),
        body={FORM: _TOKEN},
        answer={JSON: {"type": "object", "properties": {"active": {"type": "boolean"}}, "required": ["active"]}},
        event="oauth_introspect",
    ),
    "POST /oauth2/revoke": endpoint(
        "End a token (RFC 7009).",
        ("serverKey", *_BASIC),
        problems(400, "unauthorized_client", "The token is another client's."),
        body={FORM: _TOKEN},
        event="oauth_revoke",
    ),
}
