"""Signed requests to AWS services over one kept connection, without the machinery of an SDK.

boto3 takes longer to import and to make a client than all else that a sign-in does; DECISIONS.md has the figures. What
is needed of it is small: Signature Version 4
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), checked against botocore's
own signer in the tests, a connection, and another attempt when a request failed in passing. Credentials, region and
endpoints come from the environment, as Lambda sets it (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
"""

import hashlib
import hmac
import http.client
import json
import os
import random
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from symbolon.aws.connections import Connections
from symbolon.errors import Misconfigured, Unavailable
from symbolon.values import concealing

ATTEMPTS = 3
TIMEOUT_SECONDS = 2.0
"""For each attempt: to connect, and for each wait for the answer's next bytes."""

PATIENCE_SECONDS = 4.0
"""After this time there is no further attempt, so that a client hears of an outage before Lambda ends the function."""

_HOSTS = {"ses": "email"}
"""Services whose host is called otherwise than they are in a signature."""

_SERVER_ERROR = 500
_PASSING = ("Throttl", "ProvisionedThroughput", "RequestLimit", "TransactionInProgress", "TransactionConflict")


class AwsError(Exception):
    """The service refused the request for good: `code` is its error code, `answer` the whole answer."""

    def __init__(self, code: str, answer: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.answer = answer


class Call(NamedTuple):
    """A POST to an AWS service: `headers` besides those that every request has; `timeout` as TIMEOUT_SECONDS.

    One that is made `once` has a connection of its own, since a kept one may be dead, and it could not be known whether
    what was sent over it had arrived.
    """

    service: str
    headers: Mapping[str, str]
    body: bytes
    path: str = "/"
    attempts: int = ATTEMPTS
    timeout: float = TIMEOUT_SECONDS
    once: bool = False

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "headers", "body")


def post_json(service: str, target: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Call an operation of a service that speaks AWS's JSON protocol and return its answer.

    Raises AwsError when it is refused, Unavailable when the service is down, slow or too busy, time and again.
    """
    kind = "application/x-amz-json-" + ("1.0" if service == "dynamodb" else "1.1")
    return post(Call(service, {"content-type": kind, "x-amz-target": target}, json.dumps(content).encode()))


def post(call: Call) -> dict[str, Any]:
    """Send the call, again when it failed in passing, and return the answer's JSON; raises as `post_json` does."""
    endpoint, failure = urlsplit(_endpoint(call.service)), Exception()
    patience = time.monotonic() + PATIENCE_SECONDS
    if call.once:
        _connections.close(endpoint.netloc)
    for attempt in range(1 if call.once else call.attempts):
        if time.monotonic() > patience:
            break
        try:
            status, answer = _exchange(call, endpoint)
        except (OSError, http.client.HTTPException, ValueError) as error:
            _connections.close(endpoint.netloc)
            failure = error
            continue  # at once: as a rule it was a kept connection that the service had closed
        if status < http.client.MULTIPLE_CHOICES:
            return answer
        refusal = AwsError(str(answer.get("__type", status)).rpartition("#")[2], answer)
        if status < _SERVER_ERROR and not refusal.code.startswith(_PASSING):
            raise refusal
        failure = refusal
        time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311 (no secret)
    raise Unavailable("A service that this one needs is not available.", call.service) from failure


def _exchange(call: Call, endpoint: SplitResult) -> tuple[int, dict[str, Any]]:
    connection = _connections.get(endpoint, call.timeout)
    connection.request("POST", call.path, call.body, signed_headers(call, endpoint.netloc, time.gmtime()))
    answer = connection.getresponse()
    content = json.loads(answer.read() or b"{}")
    if not isinstance(content, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 (a broken answer, like the other ValueErrors)
    return answer.status, content


def signed_headers(call: Call, host: str, now: time.struct_time) -> dict[str, str]:
    """Return the call's headers with its signature, by the credentials in the environment, at the time `now` (UTC)."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", now)
    headers = {**call.headers, "host": host, "x-amz-date": stamp}
    if token := os.environ.get("AWS_SESSION_TOKEN"):
        headers["x-amz-security-token"] = token
    names = ";".join(sorted(headers))
    lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
    path = quote(call.path, safe="/~")  # once more than in the request itself, as all services but S3 want it
    canonical = "\n".join(["POST", path, "", *lines, "", names, hashlib.sha256(call.body).hexdigest()])
    scope = f"{stamp[:8]}/{_region()}/{call.service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = _signing_key(_required("AWS_SECRET_ACCESS_KEY"), scope)
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"{_required('AWS_ACCESS_KEY_ID')}/{scope}"
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return headers


@lru_cache(maxsize=4)  # it is good for a day
def _signing_key(secret: str, scope: str) -> bytes:
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _endpoint(service: str) -> str:
    """Return the service's URL: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html."""
    own = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get("AWS_ENDPOINT_URL")
    domain = "amazonaws.com.cn" if _region().startswith("cn-") else "amazonaws.com"
    return own or f"https://{_HOSTS.get(service, service)}.{_region()}.{domain}"


def _region() -> str:
    return os.environ.get("AWS_REGION") or _required("AWS_DEFAULT_REGION")


def _required(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise Misconfigured(f"{variable} is not set")
    return value


_connections = Connections()
