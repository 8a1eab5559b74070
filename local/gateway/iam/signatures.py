"""Signature Version 4, verified as API Gateway does it for routes that ask for IAM.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html; the tests sign with
botocore's signer.
"""

import hashlib
import hmac
import posixpath
import re
import time
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from local.admin_api import REGION, SERVICE
from local.gateway.events import Environ, headers_of

MAX_SKEW_SECONDS = 300

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>[^/,\s]+)/(?P<scope>[^,\s]+),? *"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+),? *Signature=(?P<signature>[0-9a-f]{64})"
)


class RefusedError(Exception):
    """The request is not signed by anybody who is known; the message says what is wrong, for the developer alone."""


@dataclass(frozen=True)
class Signed:
    """A request as far as a signature covers it; `target` is path and query as they were sent."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def from_environ(cls, environ: Environ, body: bytes) -> "Signed":
        """Read a WSGI request."""
        return cls(environ["REQUEST_METHOD"], environ["REQUEST_URI"], headers_of(environ), body)


def signer(request: Signed, secrets: Mapping[str, str]) -> str:
    """Give the access key by whose secret the request is signed, now and for this very request; raises RefusedError."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise RefusedError("it has no signature of AWS's fourth version in its authorization header")
    stamp, names = request.headers.get("x-amz-date", ""), found["names"].split(";")
    if not {"host", "x-amz-date"} <= {*names}:
        raise RefusedError("host and x-amz-date are not signed")
    _check_time(stamp)
    if found["scope"] != f"{stamp[:8]}/{REGION}/{SERVICE}/aws4_request":
        raise RefusedError(f"its scope is not that of {SERVICE} in {REGION} today")
    digest = hashlib.sha256(request.body).hexdigest()
    if request.headers.get("x-amz-content-sha256", digest) != digest:
        raise RefusedError("its body is not the one that was signed")
    # A stranger's signature takes as long to compare as anybody's.
    expected = _signature(request, names, found["scope"], secrets.get(found["key"], ""))
    if not hmac.compare_digest(expected, found["signature"]) or found["key"] not in secrets:
        raise RefusedError("its signature is wrong, or by a key that is not known here")
    return found["key"]


def _check_time(stamp: str) -> None:
    try:
        signed = timegm(time.strptime(stamp, "%Y%m%dT%H%M%SZ"))
    except ValueError as error:
        raise RefusedError("x-amz-date is no time") from error
    if abs(time.time() - signed) > MAX_SKEW_SECONDS:
        raise RefusedError(f"it was signed more than {MAX_SKEW_SECONDS} seconds ago, or the clocks differ")


def _signature(request: Signed, names: list[str], scope: str, secret: str) -> str:
    path, _, query = request.target.partition("?")
    lines = [f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in names]
    canonical = "\n".join(
        [
            request.method,
            quote(_normalized(path), safe="/~"),
            "&".join(sorted(pair if "=" in pair else f"{pair}=" for pair in query.split("&") if pair)),
            *lines,
            "",
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    stamp = request.headers["x-amz-date"]
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _normalized(path: str) -> str:
    end = "/" if path.endswith("/") and path != "/" else ""
    return posixpath.normpath(path) + end if path else "/"
