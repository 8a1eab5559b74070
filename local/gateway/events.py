"""WSGI to Lambda: API Gateway HTTP API events, payload format 2.0, and the context that goes with them."""

import base64
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from local.template.template import Function

Environ = Mapping[str, Any]

_TEXT_TYPES = frozenset({"application/json", "application/javascript", "application/xml"})
_NOT_FORWARDED = frozenset({"cookie", "connection", "transfer-encoding"})


@dataclass(frozen=True)
class Context:
    """What Lambda tells a function of its invocation, for the function `function` with a deadline in epoch seconds."""

    function: Function
    aws_request_id: str
    deadline: float
    function_version: str = "$LATEST"

    @property
    def function_name(self) -> str:
        """Give the name, here the logical id in the template."""
        return self.function.name

    @property
    def memory_limit_in_mb(self) -> str:
        """Give the memory size, in megabytes."""
        return str(self.function.memory_mb)

    @property
    def invoked_function_arn(self) -> str:
        """Give an ARN of the right form."""
        return f"arn:aws:lambda:us-east-1:000000000000:function:{self.function.name}"

    def get_remaining_time_in_millis(self) -> int:
        """Give the time left before Lambda would end the invocation, in milliseconds."""
        return max(0, int((self.deadline - time.time()) * 1000))


def make_event(environ: Environ, body: bytes, parameters: Mapping[str, str], route_key: str) -> dict[str, Any]:
    """Give the event for a WSGI request: text where it is text, base64 otherwise, no key without a value."""
    path, query = path_of(environ), environ.get("QUERY_STRING", "")
    text = _text(environ, body)
    optional = {
        "cookies": [cookie.strip() for cookie in environ.get("HTTP_COOKIE", "").split(";") if cookie.strip()],
        "queryStringParameters": _query(query),
        "pathParameters": dict(parameters),
        "body": base64.b64encode(body).decode() if text is None else text,
    }
    return {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": _headers(environ),
        "requestContext": _request_context(environ, path, route_key),
        "isBase64Encoded": text is None,
    } | {name: value for name, value in optional.items() if value}


def path_of(environ: Environ) -> str:
    """Give the path as API Gateway hands it on: decoded. WSGI keeps its bytes as Latin-1."""
    raw: str = environ.get("PATH_INFO", "")
    return raw.encode("latin-1").decode("utf-8", "replace")


def _text(environ: Environ, body: bytes) -> str | None:
    """Give the body as text, or None where API Gateway passes it on in base64: a form, a packed one, one of no type."""
    media_type = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    is_text = media_type in _TEXT_TYPES or media_type.startswith("text/")
    if not is_text or environ.get("HTTP_CONTENT_ENCODING"):
        return None if body else ""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _query(query: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def headers_of(environ: Environ) -> dict[str, str]:
    """Give the headers that the client sent, by their names in lower case."""
    named = {key[5:]: value for key, value in environ.items() if key.startswith("HTTP_")}
    named |= {key: environ[key] for key in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(key)}
    return {name.replace("_", "-").lower(): value for name, value in named.items()}


def _headers(environ: Environ) -> dict[str, str]:
    headers = headers_of(environ)
    return {name: value for name, value in headers.items() if name not in _NOT_FORWARDED} | {
        "x-forwarded-for": environ["REMOTE_ADDR"],
        "x-forwarded-port": environ["SERVER_PORT"],
        "x-forwarded-proto": environ["wsgi.url_scheme"],
    }


def _request_context(environ: Environ, path: str, route_key: str) -> dict[str, Any]:
    host, now = environ.get("HTTP_HOST", environ["SERVER_NAME"]), time.time()
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": environ["REQUEST_METHOD"],
            "path": path,
            "protocol": environ["SERVER_PROTOCOL"],
            "sourceIp": environ["REMOTE_ADDR"],
            "userAgent": environ.get("HTTP_USER_AGENT", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": route_key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }
