"""A client of a service that runs somewhere: JSON over HTTP, with the standard library alone."""

import base64
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from local.errors import SmokeError

TIMEOUT_SECONDS = 15.0
"""A function has 10 seconds, API Gateway a few moments more."""

_SHOWN = 200


class Service:
    """What answers at a URL. Without another header, requests show the application's, `shown`."""

    def __init__(self, url: str, shown: str, timeout: float = TIMEOUT_SECONDS) -> None:
        """Take the URL, to which routes are appended, and the seconds to wait. Raises SmokeError when it is none."""
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise SmokeError(f"URL must begin with http:// or https://, not be {url!r}: make smoke URL=https://…")
        self.url = url.rstrip("/")
        self._shown, self._timeout = shown, timeout
        # Unencrypted is on this machine, to which a developer's proxy has no way back.
        proxies = urllib.request.ProxyHandler({} if url.startswith("http:") else None)
        self._opener = urllib.request.build_opener(proxies)

    def call(
        self,
        route: str,
        expected: int | tuple[int, ...],
        body: Mapping[str, Any] | str | None = None,
        shown: str | Mapping[str, str] = "",
    ) -> Any:  # noqa: ANN401 (JSON)
        """Send a request, `route` being method and path, and give its JSON; `shown` may be headers by name.

        A body is sent as JSON, or as the form that it is, if it is a text.

        Raises SmokeError when there is no answer, or one with another status than `expected`, which may be several.
        """
        status, text = self._send(route, body, self._shown if shown == "" else shown)
        fitting = expected if isinstance(expected, tuple) else (expected,)
        if status not in fitting:
            raise SmokeError(f"{route} was answered {status}, not {' or '.join(map(str, fitting))}: {text[:_SHOWN]}")
        try:
            return json.loads(text or "{}")
        except ValueError as error:
            raise SmokeError(f"{route} was answered without JSON: {text[:_SHOWN]}") from error

    def page(self, route: str, form: str) -> str:
        """Send a form as a browser does, without a header of ours, and give the page; raises SmokeError."""
        status, text = self._send(route, form, {})
        if status != HTTPStatus.OK:
            raise SmokeError(f"{route} was answered {status}: {text[:_SHOWN]}")
        return text

    def _send(
        self, route: str, body: Mapping[str, Any] | str | None, shown: str | Mapping[str, str]
    ) -> tuple[int, str]:
        method, path = route.split(" ")
        request = urllib.request.Request(self.url + path, method=method)  # noqa: S310 (__init__ looked at the scheme)
        for name, value in ({"authorization": shown} if isinstance(shown, str) else shown).items():
            request.add_header(name, value)
        if body is not None:
            is_form = isinstance(body, str)
            request.data = (body if isinstance(body, str) else json.dumps(body)).encode()
            request.add_header("content-type", "application/x-www-form-urlencoded" if is_form else "application/json")
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise SmokeError(f"{method} {self.url}{path} got no answer: {error}") from error


def basic(key: str) -> str:
    """Give the header by which an application shows its server key."""
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def bearer(token: str) -> str:
    """Give the header by which a player shows a session token."""
    return f"Bearer {token}"
