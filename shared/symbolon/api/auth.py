"""The keys by which applications, not users, are known: the server key of game clients and the http key of servers."""

import base64
import hmac

from symbolon.api.request import Request
from symbolon.errors import Unauthenticated
from symbolon.settings.settings import Settings


def require_server_key(request: Request, settings: Settings) -> None:
    """Raise Unauthenticated unless the request shows the server key as HTTP Basic user name."""
    header = request.headers.get("authorization", "")
    if not header:
        raise Unauthenticated("Server key required")
    if not hmac.compare_digest((basic_user(header) or "").encode(), settings.server_key.encode()):
        raise Unauthenticated("Server key invalid")


def basic_user(header: str) -> str | None:
    """Return the user name of an HTTP Basic authorization header, None when it is none (RFC 7617, section 2)."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, _ = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError:  # no base64, not ASCII, or no UTF-8 within
        return None
    return user if colon else None
