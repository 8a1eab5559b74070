"""The operators' API, asked by whoever has AWS credentials: each request is signed, by botocore's own signer."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from local.errors import StartError

REGION, SERVICE = "us-east-1", "execute-api"
"""Of the signatures that a server on this machine asks for."""

TIMEOUT_SECONDS = 35
"""API Gateway waits for a function for up to 30."""

SHORT_BAN_SECONDS = 30 * 24 * 3600
"""Up to this long, a ban is asked for at the route that the policy for support allows."""

Ask = Callable[[str, Mapping[str, Any] | None], dict[str, Any]]
"""Asks the API: a route and a query in, the answer out."""

_LISTS = ("sessions", "records", "friends")
"""What an export gives in parts."""

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_FORBIDDEN = (
    "The request was not let through: its signature, or a policy that allows it, is missing. "
    "docs/operators.md tells how policies are attached; a local server says on its standard error what was wrong."
)


class RefusedError(Exception):
    """The API refused a request: `status` of the answer, gRPC `code` (0 where it is API Gateway's own), and why."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Api(Protocol):
    """Whatever carries an operator's request to the API."""

    def call(self, route: str, query: Mapping[str, Any] | None = None, body: object = None) -> dict[str, Any]:
        """Send a request, `route` being method and path, and give the answer's JSON.

        Raises RefusedError, and StartError where there is no answer.
        """


@dataclass(frozen=True)
class SignedApi:
    """The API at `url`, where requests are signed with `credentials` for its `region`.

    `host` is the name that it goes by, where that is not the URL's.
    """

    url: str
    credentials: Any = field(repr=False)
    region: str = REGION
    host: str = ""

    def call(self, route: str, query: Mapping[str, Any] | None = None, body: object = None) -> dict[str, Any]:
        """Do as `Api` says."""
        method, path = route.split(" ", 1)
        asked = "?" + urlencode(query, quote_via=quote, doseq=True) if query else ""
        data = b"" if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"} if data else {}
        headers |= {"host": self.host} if self.host else {}
        request = AWSRequest(method, self.url + path + asked, headers=headers, data=data)
        try:
            SigV4Auth(self.credentials, SERVICE, self.region).add_auth(request)
            answer = self._session().send(request.prepare())
        except (BotoCoreError, HTTPClientError) as error:
            reason = " ".join(str(error).split())
            raise StartError(f"{self.url} gives no answer: {reason}") from error
        return _content(answer.status_code, answer.content)

    def _session(self) -> URLLib3Session:
        # What is on this machine, a developer's proxy has no way back to.
        proxies = {} if is_loopback(self.url) else get_environ_proxies(self.url)
        return URLLib3Session(proxies=proxies, timeout=TIMEOUT_SECONDS)


def exported(ask: Ask, user_id: str) -> str:
    """Return all that is stored about a player as JSON, put together of its parts; raises what `ask` raises."""
    route = f"GET /admin/v1/users/{user_id}/export"
    document = ask(route, None)
    while cursor := document.pop("cursor", None):
        part = ask(route, {"cursor": cursor})
        document |= {name: document[name] + part[name] for name in _LISTS}
        document["cursor"] = part.get("cursor")
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def ban_route(user_id: str, until: str) -> str:
    """Return the route that bans up to a time as RFC 3339 has it, "" for good."""
    return f"POST /admin/v1/users/{user_id}/ban" + ("/short" if until and _is_short(until) else "")


def is_loopback(url: str) -> bool:
    """Tell whether what the URL names is on this machine."""
    return urlsplit(url).hostname in _LOOPBACK


def _content(status: int, content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content or b"{}")
    except ValueError as error:
        raise StartError(f"The answer, {status}, is no JSON: is this the URL of Symbolon?") from error
    if status == 200 and isinstance(body, dict):  # noqa: PLR2004 (done)
        return body
    if not isinstance(body, dict) or "code" not in body:
        raise RefusedError(status, 0, _FORBIDDEN if status == 403 else str(body)[:200])  # noqa: PLR2004 (forbidden)
    raise RefusedError(status, int(body["code"]), str(body["message"]))


def _is_short(until: str) -> bool:
    try:
        return datetime.fromisoformat(until).timestamp() <= time.time() + SHORT_BAN_SECONDS
    except (ValueError, OverflowError):
        return False  # the API says what is wrong with it
