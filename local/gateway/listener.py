"""HTTP as API Gateway takes it, where the server library is stricter, more lenient, or hangs up."""

import json
import re
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, WSGITask

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_CODES = {413: 3, 431: 3, 501: 12, 500: 13}
"""gRPC codes of what the server refuses by itself; a malformed request is a 400 and code 3."""


class _Parser(HTTPRequestParser):
    """Takes letters beyond ASCII in a request's first line, which some clients write as they are, for UTF-8."""

    def parse_header(self, header_plus: bytes) -> None:
        first, end, rest = header_plus.partition(b"\r\n")
        super().parse_header(_BEYOND_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], first) + end + rest)


class _Task(WSGITask):
    """Keeps the connection after an answer that has no body by nature, and the path's slashes as they are."""

    request: Any

    def get_environment(self) -> dict[str, Any]:
        environment: dict[str, Any] = super().get_environment()
        return environment | {"PATH_INFO": self.request.path}

    def set_close_on_finish(self) -> None:
        is_kept = self.version == "1.1" and self.request.headers.get("CONNECTION", "").lower() != "close"
        if self.has_body or not is_kept:
            super().set_close_on_finish()


class _Refusal(ErrorTask):
    """Answers in JSON, with a code: a client that reads one may read it unchecked."""

    request: Any
    response_headers: list[tuple[str, str]]

    def execute(self) -> None:
        error = self.request.error
        body = json.dumps({"code": _CODES.get(error.code, 3), "message": error.reason}).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "application/json"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):
    parser_class = _Parser
    task_class = _Task
    error_task_class = _Refusal


def listening(application: Any, **options: Any) -> BaseWSGIServer:  # noqa: ANN401 (what waitress takes)
    """Give a server for the WSGI application on one address; the options are those of waitress."""
    server = create_server(application, **options)
    assert isinstance(server, BaseWSGIServer)  # noqa: S101 (there are others for several addresses)
    server.channel_class = _Channel
    return server
