"""The keys by which applications, not users, are known: the server key of game clients and the http key of servers."""

import base64
import hmac
from typing import NamedTuple

from symbolon.api.request import Request
from symbolon.errors import Unauthenticated
from symbolon.settings.settings import SETTINGS, Settings


class Basic(NamedTuple):
    """What an HTTP Basic authorization header shows."""

    user: str
    password: str


def require_server_key(request: Request, settings: Settings) -> None:
    """Raise Unauthenticated unless the request shows the server key as HTTP Basic user name."""
    header = request.headers.get("authorization", "")
    if not header:
        raise Unauthenticated("Server key required")
    if not hmac.compare_digest((basic_user(header) or "").encode(), settings.server_key.encode()):
        raise Unauthenticated("Server key invalid")


def is_http_key(shown: str, settings: Settings) -> bool:
    """Tell whether this is an http key of ours; a key that is unknown may be one that is new."""
    return _is_one_of(shown, settings) or _is_one_of(shown, SETTINGS.renewed())


def basic_user(header: str) -> str | None:
    """Return the user name of an HTTP Basic authorization header, None when it is none (RFC 7617, section 2)."""
    shown = basic_credentials(header)
    return shown.user if shown else None


def basic_credentials(header: str) -> Basic | None:
    """Return what an HTTP Basic authorization header shows, None when it is none."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except ValueError:  # no base64, not ASCII, or no UTF-8 within
        return None
    return Basic(user, password) if colon else None


def _is_one_of(shown: str, settings: Settings) -> bool:
    return bool(shown) and True in [hmac.compare_digest(shown.encode(), key.encode()) for key in settings.http_keys]
