"""The only door to the internet: https to named hosts, no redirects, a deadline, a size limit, nothing logged.

Secrets travel in headers or forms where the provider allows it. What goes wrong becomes Unavailable, whose message
names the provider and never the URL; the log gets the kind of the underlying error and nothing else of it.
"""

import json
import logging
import os
import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests

from symbolon.errors import Unavailable

BUDGET_SECONDS = 4.0
"""For everything that one sign-in asks of its provider, so that a client hears of an outage within 5 seconds."""

MAX_ANSWER_BYTES = 64 * 1024

_CHUNK_BYTES = 1024
_REDIRECTION, _CLIENT_ERROR = 300, 400
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_WORKERS = ThreadPoolExecutor(128, "outbound")
"""Requests run beside the thread that waits for them. A socket's timeout is for one address and for one read, so that
a host with many addresses that are all silent, or one that trickles, would outlast any deadline."""


class NonsenseAnswer(Exception):
    """The provider answered something that is no answer to the request."""


@dataclass(frozen=True)
class Call:
    """A request to a provider: with a `form` it is a POST, else a GET; the answer may have `most` bytes."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    most: int = MAX_ANSWER_BYTES


@dataclass(frozen=True)
class Answer:
    """A provider's answer: its status, headers and body, of at most the allowed size."""

    provider: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object; raises Unavailable when it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise self.nonsense() from error
        if not isinstance(value, dict):
            raise self.nonsense() from NonsenseAnswer()
        return value

    def nonsense(self) -> Unavailable:
        """Return the error to raise for an answer that is none."""
        return _unavailable(self.provider)


class Outbound:
    """A door to one provider for one sign-in: its `hosts`, and the time that is left of the sign-in's budget."""

    def __init__(self, provider: str, hosts: Collection[str], seconds: float = BUDGET_SECONDS) -> None:
        self.provider = provider
        self._hosts = frozenset(hosts)
        self._deadline = time.monotonic() + seconds

    def to(self, host: str) -> "Outbound":
        """Return a door to another host of the provider, for what is left of the budget."""
        return Outbound(self.provider, [host], self._deadline - time.monotonic())

    def ask(self, call: Call) -> Answer:
        """Send the request; a GET again when the connection failed, a POST never, since what it carries may be spent.

        Raises Unavailable when the provider is down, slow, busy, redirects, or says too much.
        """
        parts = urlsplit(call.url)
        if parts.scheme != "https" or parts.netloc not in self._hosts:
            raise _unavailable(self.provider) from NonsenseAnswer()
        try:
            answer = _WORKERS.submit(self._exchange_or_again, call).result(max(0, self._deadline - time.monotonic()))
        except (TimeoutError, requests.RequestException, NonsenseAnswer) as error:
            raise _unavailable(self.provider) from error
        if answer.status >= _SERVER_ERROR or answer.status == _TOO_MANY_REQUESTS:
            raise answer.nonsense() from NonsenseAnswer()
        return answer

    def _exchange_or_again(self, call: Call) -> Answer:
        try:
            return self._exchange(call)
        except requests.Timeout:
            raise
        except requests.ConnectionError:
            if call.form:
                raise
            return self._exchange(call)

    def _exchange(self, call: Call) -> Answer:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise requests.Timeout
        with _session().request(
            "POST" if call.form else "GET",
            call.url,
            params=call.params,
            headers=call.headers,
            data=call.form,
            timeout=left,
            allow_redirects=False,
            stream=True,
        ) as response:
            if _REDIRECTION <= response.status_code < _CLIENT_ERROR:
                raise NonsenseAnswer
            return Answer(self.provider, response.status_code, response.headers, self._body(response, call.most))

    def _body(self, response: requests.Response, most: int) -> bytes:
        body = b""
        for chunk in response.iter_content(_CHUNK_BYTES):
            body += chunk
            if len(body) > most:
                raise NonsenseAnswer
            if time.monotonic() > self._deadline:
                raise requests.Timeout
        return body


def _unavailable(provider: str) -> Unavailable:
    return Unavailable(f"{provider} is not available at the moment.")


@cache
def _session() -> requests.Session:
    # urllib3 writes whole URLs to its log, at DEBUG for each request and at WARNING for headers that it cannot read.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    session = requests.Session()
    # The session serves many players: what a provider sets for one must not go along with the next.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    # No proxies and no credentials from the environment; the certificates that it names are honoured.
    session.trust_env = False
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True
    session.headers["User-Agent"] = "symbolon"
    return session
