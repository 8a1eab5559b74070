"""The only door to the internet: https to named hosts, no redirects, a deadline, a size limit, nothing logged.

Secrets travel in headers or forms where the provider allows it. What goes wrong becomes Unavailable, whose message
names the provider and never the URL; the log gets the kind of the underlying error and nothing else of it.
"""

import json
import ssl
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from urllib.parse import SplitResult, urlencode, urlsplit

from symbolon.internet.answers import Answer, Call, NonsenseAnswer, unavailable
from symbolon.internet.connections import CONNECTIONS, connect, place_of
from symbolon.internet.stalls import PATIENT_SECONDS, STALLS

BUDGET_SECONDS = 4.0
"""For everything that one sign-in asks of its provider, so that a client hears of an outage within 5 seconds."""

KEPT_SECONDS = 1.0
"""For the answer over a kept connection to begin. A silent one may be dead, so a new one is tried for the rest."""

_HEADERS = {"User-Agent": "symbolon"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json"}
_CHUNK_BYTES = 1024
_REDIRECTION, _CLIENT_ERROR = 300, 400
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_WORKERS = ThreadPoolExecutor(128, "outbound")
"""Requests run beside the thread that waits for them. A socket's timeout is for one address and for one read, so that
a host with many addresses that are all silent, or one that trickles, would outlast any deadline."""


class StalledHost(Exception):
    """The host has kept others waiting in vain, and is not asked for a while."""


class Outbound:
    """A door to one provider for one sign-in: its `hosts`, and the time that is left of the sign-in's budget."""

    def __init__(self, provider: str, hosts: Collection[str], seconds: float = BUDGET_SECONDS) -> None:
        self.provider = provider
        self._hosts = frozenset(hosts)
        self._deadline = time.monotonic() + seconds

    def to(self, host: str) -> "Outbound":
        """Return a door to another host of the provider, for what is left of the budget."""
        return Outbound(self.provider, [host], self._deadline - time.monotonic())

    def hurried(self, seconds: float) -> "Outbound":
        """Return a door to the same hosts that gives up after so many seconds, or when this one does."""
        return Outbound(self.provider, self._hosts, min(seconds, self._deadline - time.monotonic()))

    def ask(self, call: Call) -> Answer:
        """Send the request; a GET again when the connection failed, a POST never, since what it carries may be spent.

        Raises Unavailable when the provider is down, slow, busy, redirects, or says too much.
        """
        url = urlsplit(call.url)
        place = place_of(url)
        if place not in self._hosts:
            raise unavailable(self.provider) from NonsenseAnswer()
        if pause := STALLS.pause(place):
            raise unavailable(self.provider, pause) from StalledHost()
        left = max(0, self._deadline - time.monotonic())
        try:
            answer = _WORKERS.submit(self._exchange_or_again, call, url).result(left)
        except (OSError, HTTPException, ValueError, NonsenseAnswer) as error:
            STALLS.note(place, is_stalled=isinstance(error, TimeoutError) and left >= PATIENT_SECONDS)
            raise unavailable(self.provider) from error
        STALLS.note(place, is_stalled=False)
        if answer.status == _TOO_MANY_REQUESTS:
            raise answer.busy() from NonsenseAnswer()
        if answer.status >= _SERVER_ERROR:
            raise answer.nonsense() from NonsenseAnswer()
        return answer

    def _exchange_or_again(self, call: Call, url: SplitResult) -> Answer:
        # Never a form: what it carries would be spent, or not, with nobody knowing, where the connection is dead.
        kept = None if call.is_post else CONNECTIONS.take(place_of(url))
        if kept:
            with suppress(OSError, HTTPException):
                return self._exchange(call, url, kept)
        try:
            return self._exchange(call, url)
        except (TimeoutError, ssl.SSLCertVerificationError):
            raise
        except (OSError, HTTPException):
            if call.is_post or kept:
                raise
        return self._exchange(call, url)

    def _exchange(self, call: Call, url: SplitResult, kept: HTTPConnection | None = None) -> Answer:
        connection = kept or connect(place_of(url), self._left())
        try:
            response = self._sent(call, url, connection, min(KEPT_SECONDS, self._left()) if kept else self._left())
            headers = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(self.provider, response.status, headers, self._body(response, connection, call.most))
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            CONNECTIONS.give_back(place_of(url), connection)
        return answer

    def _sent(self, call: Call, url: SplitResult, connection: HTTPConnection, seconds: float) -> HTTPResponse:
        """Send the request, and return the response once its headers are there; redirections are none."""
        connection.sock.settimeout(seconds)
        query = f"?{urlencode(call.params)}" if call.params else ""
        target, headers = f"{url.path or '/'}{query}", {**_HEADERS, **call.headers}
        if call.form:
            connection.request("POST", target, urlencode(call.form), headers | _FORM)
        elif call.json is not None:
            connection.request("POST", target, json.dumps(call.json), headers | _JSON)
        else:
            connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        if _REDIRECTION <= response.status < _CLIENT_ERROR:
            raise NonsenseAnswer
        return response

    def _body(self, response: HTTPResponse, connection: HTTPConnection, most: int) -> bytes:
        body = b""
        while not response.isclosed():
            if connection.sock:  # which the response alone has once the answer ends with the connection
                connection.sock.settimeout(self._left())
            chunk = response.read1(_CHUNK_BYTES)
            body += chunk
            if len(body) > most:
                raise NonsenseAnswer
            if not chunk:
                break
        response.close()
        if response.length:
            raise IncompleteRead(body, response.length)
        return body

    def _left(self) -> float:
        """Return the seconds that are left; raises TimeoutError when there are none."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left
