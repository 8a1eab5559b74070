"""A studio's hook in a test: a Python function, asked over HTTP as Lambda is."""

import atexit
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from local.gateway.invocations import Invocations
from local.template.template import Function
from tests.helpers.service.process import restart

ARN = "arn:aws:lambda:us-east-1:123456789012:function:before:live"


class StudiosHook:
    """The hook, as the test wants it: `asked` has what it was told, `answer` is what it says, or raises."""

    def __init__(self) -> None:
        """Begin with a hook that lets everybody in."""
        self.asked: list[dict[str, Any]] = []
        self.answer: object = {"allow": True}

    def __call__(self, event: dict[str, Any], _context: object) -> object:
        """Note the event and answer."""
        self.asked.append(event)
        answer = self.answer(event) if callable(self.answer) else self.answer
        if isinstance(answer, Exception):
            raise answer
        return answer


@cache
def _server() -> Invocations:
    """Start Lambda's API, which takes longer to stop than a test takes, once for all tests of this process."""
    server = Invocations()
    server.serve([])
    atexit.register(server.server_close)
    return server


@contextmanager
def running_hook(
    monkeypatch: pytest.MonkeyPatch, document: Mapping[str, Any], **section: object
) -> Iterator[StudiosHook]:
    """Run a hook, which the settings `document` gets by the section `hook`, with changes."""
    hook, server = StudiosHook(), _server()
    settings = {**document, "hook": {"function": ARN, **section}}
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.endpoint)
    monkeypatch.setenv("SETTINGS", json.dumps(settings))
    restart()
    server.handlers[ARN] = (Function(ARN, "", ARN, 128, 3, {}, ()), hook)
    yield hook
    del server.handlers[ARN]


@contextmanager
def broken_lambda(monkeypatch: pytest.MonkeyPatch, status: int) -> Iterator[list[str]]:
    """Have Lambda answer with nothing but this status, or hang up if it is 0; give the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            if status:
                self.send_error(status)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{server.server_port}")
        yield asked
        server.shutdown()
