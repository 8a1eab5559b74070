"""Lambda's Invoke API on this machine, for functions that start others, and wait for them or not (type Event).

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. It has a loopback port of its own: who can reach it may
start any function with any event, and the gateway's port may be open to a whole network (HOST=0.0.0.0).
"""

import json
import re
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import unquote

from local.gateway.events import Context
from local.gateway.gateway import Handler
from local.template.template import Function

_PATH = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")


class Invocations(ThreadingMixIn, TCPServer):
    """The server: it listens from the start, answers once it knows the functions, and gives each event a thread."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        """Take a free port."""
        self.handlers: dict[str, tuple[Function, Handler]] = {}
        self._is_serving = False
        super().__init__(("127.0.0.1", 0), _Invocation)

    @property
    def endpoint(self) -> str:
        """Give the URL, as AWS_ENDPOINT_URL_LAMBDA takes it."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def serve(self, handlers: Iterable[tuple[Function, Handler]]) -> None:
        """Answer from now on for these functions, by their names in the template."""
        self.handlers = {function.name: (function, handler) for function, handler in handlers}
        self._is_serving = True
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def server_close(self) -> None:
        """Stop; functions that run are left to the end of the process."""
        if self._is_serving:
            self.shutdown()
        super().server_close()


class _Invocation(BaseHTTPRequestHandler):
    server: Invocations

    def do_POST(self) -> None:
        """Run the function, in the thread that this request has to itself, after the answer if nobody waits for it."""
        event = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = _PATH.fullmatch(self.path)
        target = self.server.handlers.get(unquote(path[1])) if path else None
        if target is None:
            self._answer(HTTPStatus.NOT_FOUND)
        elif self.headers.get("X-Amz-Invocation-Type") == "Event":
            self._answer(HTTPStatus.ACCEPTED)
            _run(*target, event)
        else:
            self._answer(HTTPStatus.OK, json.dumps(_run(*target, event)).encode())

    def _answer(self, status: HTTPStatus, body: bytes = b"") -> None:
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def _run(function: Function, handler: Handler, event: bytes) -> Any:  # noqa: ANN401 - whatever it answers
    """Run the function once; Lambda would try a failed event twice more, one and two minutes later."""
    context = Context(function, str(uuid.uuid4()), time.time() + function.timeout_sec)
    try:
        return handler(json.loads(event), context)
    except Exception as error:  # noqa: BLE001 - the boundary at which Lambda catches whatever a function lets out
        print(f"{function.name} failed:\n{traceback.format_exc()}", end="", file=sys.stderr)
        return {"errorType": type(error).__name__, "errorMessage": ""}
