"""Errors as OAuth has them: https://www.rfc-editor.org/rfc/rfc6749#section-5.2."""

from typing import Any

from symbolon.api.responses import refusal
from symbolon.errors import SymbolonError

_SERVER_ERROR = 500
_NO_CACHE = {"pragma": "no-cache"}
_ASK_FOR_BASIC = {"www-authenticate": 'Basic realm="symbolon", charset="UTF-8"'}


class OAuthError(SymbolonError):
    """A refusal with one of OAuth's own error codes, which `error` is."""

    code, status = 3, 400
    error = "invalid_request"


class UnknownClient(OAuthError):
    """The client shows nothing by which it is known, or something wrong."""

    code, status = 16, 401
    error = "invalid_client"


class NotForThisClient(OAuthError):
    """The client is known and may not do this."""

    error = "unauthorized_client"


class UnknownGrant(OAuthError):
    """The grant type is none that there is."""

    error = "unsupported_grant_type"


class UnknownTarget(OAuthError):
    """The audience is none that there is, or none for this client: https://www.rfc-editor.org/rfc/rfc8693#section-2.2.2."""

    error = "invalid_target"


class UnknownScope(OAuthError):
    """A scope was asked for, of which there are none."""

    error = "invalid_scope"


class AuthorizationPending(OAuthError):
    """The player has not answered yet: https://www.rfc-editor.org/rfc/rfc8628#section-3.5."""

    error = "authorization_pending"


class SlowDown(OAuthError):
    """The device asks too often, and shall wait five seconds longer from now on."""

    error = "slow_down"


class AccessDenied(OAuthError):
    """The player has refused."""

    error = "access_denied"


class ExpiredToken(OAuthError):
    """The device code leads to nothing any more."""

    error = "expired_token"


def oauth_failure(error: SymbolonError) -> dict[str, Any]:
    """Return the API Gateway answer for an error at one of OAuth's endpoints."""
    own = error.error if isinstance(error, OAuthError) else _code_of(error)
    headers = _NO_CACHE | (_ASK_FOR_BASIC if isinstance(error, UnknownClient) else {})
    return refusal(error, {"error": own, "error_description": _described(error.message)}, headers)


def _code_of(error: SymbolonError) -> str:
    if error.retry_after:
        return "temporarily_unavailable"
    return "server_error" if error.status >= _SERVER_ERROR else "invalid_request"


def _described(message: str) -> str:
    # Of ASCII's visible characters the standard allows all but these two.
    return message.replace('"', "'").replace("\\", "/")
