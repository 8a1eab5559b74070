"""Who answers requests to AWS in tests: an engine of DynamoDB, in memory or on this machine, and moto for the rest.

The engine in memory is the simulation's, which is compared with the real ones; it answers ten times as fast as moto's.
"""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.loaders import create_loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from moto.core.request import normalize_request
from werkzeug.exceptions import HTTPException

from local.torture.engine.engine import Engine
from local.torture.engine.errors import Refused
from local.torture.engine.tables import Table
from local.torture.engine.writing import Done
from tests.helpers.service.asked import Answer, Asked
from tests.helpers.watch.leaks import LEAKS, of_settings


def ask_engine(url: str, asked: Asked) -> Answer:
    """Give the answer of the engine of DynamoDB at the URL."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("POST", "/", asked.body, dict(asked.headers))
    response = connection.getresponse()
    content = json.loads(response.read())
    connection.close()
    return response.status, content


def ask_memory(asked: Asked) -> Answer:
    """Give the answer of the engine in memory; what an SDK would refuse is refused."""
    _check("dynamodb", asked)
    return MEMORY.ask(asked.operation, asked.content)


def ask_moto(asked: Asked) -> Answer:
    """Hand the request to moto, which need not be asked through an SDK; what an SDK would refuse is refused."""
    _check(asked.service, asked)
    url, headers = f"https://{asked.service}.us-east-1.amazonaws.com/", HTTPHeaders.from_dict(dict(asked.headers))
    request = normalize_request(AWSPreparedRequest("POST", url, headers, asked.body, stream_output=False))
    try:
        status, _, body = _moto(asked.service)(request, request.raw_url, request.headers)
    except HTTPException as error:
        status, body = int(error.code or 0), error.get_body()
    content = json.loads(body)
    if asked.service == "secretsmanager":
        LEAKS.use(of_settings(str(content.get("SecretString", asked.content.get("SecretString", "{}")))))
    return status, content


def ask_bus(asked: Asked) -> Answer:
    """Take all events that EventBridge would take; what an SDK would refuse is refused."""
    _check("events", asked)
    entries = [{"EventId": f"event-{at}"} for at, _ in enumerate(asked.content["Entries"])]
    return 200, {"FailedEntryCount": 0, "Entries": entries}


class Memory:
    """The engine in memory: one for all tests of a process, which empty its tables."""

    def __init__(self) -> None:
        self._engine = Engine([])
        self._one_at_a_time = threading.Lock()

    def ask(self, operation: str, arguments: dict[str, Any]) -> Answer:
        """Give the answer to an operation."""
        with self._one_at_a_time:
            try:
                return 200, self._done(operation, arguments)
            except Refused as refused:
                return 400, {"__type": f"com.amazonaws#{refused.code}", "message": refused.message, **refused.fields}

    def clear(self) -> None:
        """Delete all items."""
        with self._one_at_a_time:
            for table in self._engine.tables.values():
                table.clear()

    @contextmanager
    def noting(self, note: Callable[[Done], None]) -> Iterator[None]:
        """Have each write noted meanwhile."""
        self._engine.written = note
        try:
            yield
        finally:
            self._engine.written = lambda _done: None

    def answer(self, request: AWSPreparedRequest, event_name: str, **_rest: object) -> AWSResponse:
        """Answer a client of boto3, in whose event before-send this is, without a connection."""
        status, content = self.ask(event_name.rpartition(".")[2], json.loads(cast("bytes", request.body)))
        raw = _Raw(json.dumps(content).encode())
        return AWSResponse(request.url, status, HTTPHeaders.from_dict({}), raw)

    def _done(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        match operation:
            case "CreateTable":
                self._engine.tables[arguments["TableName"]] = Table(arguments)
                return {}
            case "ListTables":
                return {"TableNames": sorted(self._engine.tables)}
            case "BatchWriteItem":
                for table, requests in arguments["RequestItems"].items():
                    for kind, one in (pair for request in requests for pair in request.items()):
                        self._engine.call(kind.replace("Request", "Item"), {"TableName": table, **one})
                return {"UnprocessedItems": {}}
        return self._engine.call(operation, arguments)


class _Raw(BytesIO):
    def stream(self, **_rest: object) -> Iterator[bytes]:
        yield self.read()


MEMORY = Memory()
_Handler = Callable[[Any, str, Any], tuple[int, object, str | bytes]]


@cache
def _moto(service: str) -> _Handler:
    """Give moto's handler, which is loaded where it is asked: that of SSM loads half of moto's EC2."""
    name = {"secretsmanager": "SecretsManagerResponse", "ssm": "SimpleSystemManagerResponse"}[service]
    handler: _Handler = getattr(import_module(f"moto.{service}.responses"), name).dispatch
    return handler


def _check(service: str, asked: Asked) -> None:
    arguments = _model(service).operation_model(asked.operation).input_shape
    assert arguments
    report = ParamValidator().validate(asked.content, arguments)
    assert not report.has_errors(), report.generate_report()


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(create_loader().load_service_model(service, "service-2"), service)
