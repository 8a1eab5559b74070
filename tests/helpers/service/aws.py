"""AWS as the functions see it: over HTTP, where a test can count, overtake, refuse or lose their requests.

What it lets through goes to an engine: moto, in memory, or one that runs on this machine (see `real_engines`).
"""

import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.loaders import create_loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from moto.core.request import normalize_request
from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler
from moto.secretsmanager.responses import SecretsManagerResponse
from werkzeug.exceptions import HTTPException

from tests.helpers.service.process import disconnect

Json = dict[str, Any]
Answer = tuple[int, Json]
_TABLE = re.compile(r'"([^"]+Table)"')


@dataclass(frozen=True)
class Asked:
    """One request, as it was sent; `connection` tells apart those over which requests came."""

    headers: Mapping[str, str]
    body: bytes
    connection: int = 0

    @property
    def service(self) -> str:
        """What was asked, in boto3's spelling."""
        return "dynamodb" if self.headers["x-amz-target"].startswith("DynamoDB") else "secretsmanager"

    @property
    def operation(self) -> str:
        """What it was asked for."""
        return self.headers["x-amz-target"].rpartition(".")[2]

    @property
    def content(self) -> Json:
        """The operation's arguments."""
        content: Json = json.loads(self.body)
        return content


class Aws:
    """DynamoDB and Secrets Manager; `asked` has every request of the test, each attempt at one for itself.

    `touched` has the names of the tables that may have been written to, for who empties them to take out.
    """

    def __init__(self) -> None:
        """Listen on a free port of this machine."""
        self.asked: list[Asked] = []
        self.touched: set[str] = set()
        self._engine = ""
        self._crashes: list[Exception] = []
        self._plans: list[tuple[str, Callable[[Asked], Answer | None]]] = []
        self._outage: Callable[[], Answer | None] | None = None
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def begin(self, engine: str) -> None:
        """Start a test, in which DynamoDB is the engine at this URL, or moto when it is empty."""
        self._engine, self._outage = engine, None
        for former in (self.asked, self._crashes, self._plans):
            former.clear()

    def end(self) -> None:
        """Finish it. Raises what went wrong in here, and AssertionError when something planned did not happen."""
        if self._crashes:
            raise self._crashes[0]
        assert not self._plans, f"never asked for: {[operation for operation, _ in self._plans]}"

    def close(self) -> None:
        """Stop listening."""
        disconnect(self.url)
        self._server.shutdown()
        self._server.server_close()

    def refuse(self, operation: str, code: str, status: int = 400, **fields: object) -> None:
        """Plan an error as the answer to the next request of an operation."""
        self._plans.append((operation, lambda _asked: (status, {"__type": f"com.amazonaws#{code}", **fields})))

    def answer(self, operation: str, **fields: object) -> None:
        """Plan an answer to the next request of an operation that the engine does not see."""
        self._plans.append((operation, lambda _asked: (200, fields)))

    def lose(self, operation: str) -> None:
        """Plan to hang up on the next request of an operation."""
        self._plans.append((operation, lambda _asked: None))

    def lose_answer(self, operation: str) -> None:
        """Plan to hang up after the engine has done what the next request of an operation asks for."""

        def act(asked: Asked) -> None:
            self._forward(asked)

        self._plans.append((operation, act))

    @contextmanager
    def outage(self, status: int = 500) -> Iterator[None]:
        """Answer nothing but errors for a while; with status 0 hang up on everybody."""
        self._outage = (lambda: (status, {"__type": "com.amazonaws#InternalServerError"})) if status else lambda: None
        yield
        self._outage = None

    def overtake(self, operation: str, action: Callable[[], object]) -> None:
        """Plan that something happens just before the next request of an operation reaches the engine."""

        def act(asked: Asked) -> Answer:
            action()
            disconnect(self.url)  # this thread will end
            return self._forward(asked)

        self._plans.append((operation, act))

    def serve(self, asked: Asked) -> Answer | None:
        """Give status and JSON of the answer, None to hang up."""
        self.asked.append(asked)
        if self._outage:
            return self._outage()
        plan = next((plan for plan in self._plans if plan[0] == asked.operation), None)
        try:
            if plan is None:
                return self._forward(asked)
            self._plans.remove(plan)
            return plan[1](asked)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shall fail with it)
            self._crashes.append(error)
            return None

    def _forward(self, asked: Asked) -> Answer:
        if self._engine and asked.service == "dynamodb":
            self.touched.update(_TABLE.findall(asked.body.decode()))
            return _ask_engine(self._engine, asked)
        return _ask_moto(asked)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"]))
        answer = self.server.aws.serve(Asked(headers, body, self.client_address[1]))
        if answer is None:
            self.close_connection = True
            return
        body = json.dumps(answer[1]).encode()
        self.send_response(answer[0])
        self.send_header("content-type", "application/x-amz-json-1.0")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def _ask_engine(url: str, asked: Asked) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("POST", "/", asked.body, dict(asked.headers))
    response = connection.getresponse()
    content = json.loads(response.read())
    connection.close()
    return response.status, content


def _ask_moto(asked: Asked) -> Answer:
    """Hand the request to moto, which need not be asked through an SDK; what an SDK would refuse is refused."""
    handler, model = _service(asked.service)
    arguments = model.operation_model(asked.operation).input_shape
    assert arguments
    report = ParamValidator().validate(asked.content, arguments)
    assert not report.has_errors(), report.generate_report()
    url, headers = f"https://{asked.service}.us-east-1.amazonaws.com/", HTTPHeaders.from_dict(dict(asked.headers))
    request = normalize_request(AWSPreparedRequest("POST", url, headers, asked.body, stream_output=False))
    try:
        status, _, body = handler(request, request.raw_url, request.headers)
    except HTTPException as error:
        status, body = int(error.code or 0), error.get_body()
    return status, json.loads(body)


class _Plain(DynamoHandler):
    """moto's DynamoDB without its general way to write an answer as JSON, which takes longer than all else it does."""

    def serialized(self, action_result: ActionResult) -> tuple[int, dict[str, Any], str | bytes]:
        """Give status, headers and body of an answer; of an error as moto does."""
        if not isinstance(action_result.result, dict):
            return super().serialized(action_result)
        fields = {name: value for name, value in action_result.result.items() if value is not None}
        return 200, dict(self.response_headers), json.dumps(fields, default=str)


@cache
def _service(name: str) -> tuple[Callable[..., tuple[int, object, str | bytes]], ServiceModel]:
    handlers = {"dynamodb": _Plain.dispatch, "secretsmanager": SecretsManagerResponse.dispatch}
    return handlers[name], ServiceModel(create_loader().load_service_model(name, "service-2"), name)
