"""API Gateway on this machine: a WSGI application that calls the real handlers, in process, from many threads."""

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from http import HTTPStatus
from typing import Any

from local.gateway.answers import Answer, read_answer
from local.gateway.cors import preflight, with_cors
from local.gateway.events import Context, Environ, make_event, path_of
from local.gateway.iam.operators import Operators
from local.gateway.processes.cores import any_of_them
from local.gateway.routing import Match, Router
from local.template.template import Cors, Function

WHOLE_PROCESSOR_MB = 1769
"""Memory with which a function has a processor to itself in Lambda: those that hash passwords.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

MAX_BODY_BYTES = 10 * 1024 * 1024

Handler = Callable[[dict[str, Any], Any], Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Gateway:
    """The application; `handlers` has a handler for each function."""

    def __init__(
        self, handlers: Iterable[tuple[Function, Handler]], cors: Cors, operators: Operators | None = None
    ) -> None:
        """Take the functions, whose routes it will serve, the CORS configuration, and who may use signed routes."""
        pairs = tuple(handlers)
        self._router = Router((route, pair) for pair in pairs for route in pair[0].routes)
        self._cors = cors
        self._operators = operators

    def __call__(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        """Answer one request, as PEP 3333 has it."""
        answer = self._answer(environ)
        length = ("content-length", str(len(answer.body)))  # without one the connection would not be kept
        start_response(f"{answer.status} {_phrase(answer.status)}", [*answer.headers, length])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, environ: Environ) -> Answer:
        method, origin = environ["REQUEST_METHOD"], environ.get("HTTP_ORIGIN", "")
        if method == "OPTIONS" and self._cors.origins:
            return preflight(self._cors, origin, environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", ""))
        match = self._router.match(method, path_of(environ))
        return with_cors(self._cors, origin, self._served(match, environ) if match else _message(404, "Not Found"))

    def _served(self, match: Match[tuple[Function, Handler]], environ: Environ) -> Answer:
        if int(environ.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
            return _message(413, "Request Entity Too Large")
        body = environ["wsgi.input"].read()
        event = make_event(environ, body, match.parameters, match.route.key)
        if match.route.is_signed:
            caller = self._operators.caller(environ, body) if self._operators else None
            if caller is None:
                return _message(403, "Forbidden")
            event["requestContext"]["authorizer"] = {"iam": caller}
        return _invoke(*match.target, event)


def _invoke(function: Function, handler: Handler, event: dict[str, Any]) -> Answer:
    request_id = event["requestContext"]["requestId"]
    context = Context(function, request_id, time.time() + function.timeout_sec)
    try:
        with any_of_them() if function.memory_mb >= WHOLE_PROCESSOR_MB else nullcontext():
            answer = read_answer(handler(event, context))
    except Exception:  # noqa: BLE001 - the boundary at which Lambda catches whatever a function lets out
        print(f"{function.name} failed:\n{traceback.format_exc()}", end="", file=sys.stderr)
        return _message(500, "Internal Server Error")
    return Answer(answer.status, answer.body, [*answer.headers, ("apigw-requestid", request_id)])


def _message(status: int, text: str) -> Answer:
    """Give an answer that API Gateway makes by itself."""
    return Answer(status, json.dumps({"message": text}).encode(), [("content-type", "application/json")])


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
