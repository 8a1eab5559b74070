"""API Gateway event (HTTP API, payload format 2.0) to `Request`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from symbolon.api.body import Body, is_clean, parse_body
from symbolon.errors import InvalidArgument

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_PLAIN_BASE64 = ("mozilla/", "node", "undici", "axios", "deno/", "bun/", "python/")
_MAX_QUERY_FIELDS = 1000
_INT32 = re.compile(r"-?[0-9]{1,10}")


class Trace:
    """What a request's log line and metrics shall say; filled in while the request is served.

    `details` are fields of the line by their names: ids alone, nothing that a client sent. `identity` is by which
    somebody signed in, for the session's own row, and is never logged. `request_id` is API Gateway's, "" for what came
    another way.
    """

    def __init__(self, function: str = "", verb: str = "") -> None:
        self.function, self.verb = function, verb
        self.provider = self.user_id = self.identity = self.request_id = ""
        self.events: list[str] = []
        self.details: dict[str, str] = {}

    def concerns(self, user_id: str) -> None:
        """Note whose account the request is about, whether or not it succeeds."""
        self.user_id = user_id


class Request:
    """One HTTP request, from its event; what is absent is empty. Reading `body` or `query` may raise InvalidArgument.

    `source_ip` is whence it came, and `operator` the ARN of who signed it, where API Gateway has checked a signature.
    """

    def __init__(self, event: Mapping[str, Any]) -> None:
        context = event.get("requestContext") or {}
        signed = (context.get("authorizer") or {}).get("iam") or {}
        self.route: str = event.get("routeKey") or ""
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        self.raw_query: str = event.get("rawQueryString") or ""
        self.raw_body: str = event.get("body") or ""
        self.is_base64 = bool(event.get("isBase64Encoded"))
        self.path_parameters: Mapping[str, str] = event.get("pathParameters") or {}
        self.trace = Trace()
        self.trace.request_id = context.get("requestId") or ""
        self.source_ip: str = (context.get("http") or {}).get("sourceIp") or ""
        self.operator: str = signed.get("userArn") or ""

    @property
    def verb(self) -> str:
        """What the client asks for: authenticate, link, unlink, refresh and so on."""
        return self.trace.verb

    @property
    def reads_plain_base64(self) -> bool:
        """Whether the client shows itself as a browser, as Node's kind, or as aiohttp, which is nakama-python's."""
        return self.headers.get("user-agent", "").lower().startswith(_PLAIN_BASE64)

    @cached_property
    def text(self) -> str:
        """The body as text."""
        if not self.is_base64:
            return self.raw_body
        try:
            return self._unpacked(base64.b64decode(self.raw_body, validate=True)).decode()
        except ValueError as error:
            raise InvalidArgument("Request body is not UTF-8 text.") from error

    def _unpacked(self, content: bytes) -> bytes:
        if not (encoding := self.headers.get("content-encoding")):
            return content
        from symbolon.api.encodings import unpacked  # noqa: PLC0415 (zlib, which few requests need)

        return unpacked(content, encoding)

    @cached_property
    def body(self) -> Body:
        """The body as a JSON object, empty when there is none."""
        return parse_body(self.text)

    @cached_property
    def query(self) -> Mapping[str, list[str]]:
        """The query's values by name, in order; the event's own map joins repeated values with commas."""
        try:
            values = parse_qs(self.raw_query, keep_blank_values=True, errors="strict", max_num_fields=_MAX_QUERY_FIELDS)
        except ValueError as error:
            raise InvalidArgument("Query string is not valid.") from error
        if not all(is_clean(value) for many in values.values() for value in many):
            raise InvalidArgument("Query string is not valid.")
        return values

    def query_text(self, name: str) -> str:
        """Return the value of the query parameter `name`, "" when it is absent; raises when it is repeated."""
        values = self.query.get(name, [""])
        if len(values) > 1:
            raise InvalidArgument(f"too many values for field {name}")
        return values[0]

    def query_flag(self, name: str, *, default: bool) -> bool:
        """Return the boolean query parameter `name`, in the spellings that Go's ParseBool knows."""
        if name not in self.query:
            return default
        value = self.query_text(name)
        if value not in _TRUE | _FALSE:
            raise InvalidArgument(f"invalid value for bool field {name}")
        return value in _TRUE

    def query_integer(self, name: str) -> int | None:
        """Return the integer query parameter `name`, None when it is absent."""
        if name not in self.query:
            return None
        value = self.query_text(name)
        if not _INT32.fullmatch(value):
            raise InvalidArgument(f"invalid value for int32 field {name}")
        return int(value)
