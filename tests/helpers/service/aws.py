"""AWS as the functions see it: over HTTP, where a test can count, overtake, refuse or lose their requests.

What it lets through goes to an engine: one in memory, or one that runs on this machine (see `real_engines`).
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer

from tests.helpers.service.asked import Answer, Asked, lacking
from tests.helpers.service.backends import ask_bus, ask_engine, ask_memory, ask_moto
from tests.helpers.service.process import disconnect

_TABLE = re.compile(r'"([^"]+Table)"')
_HEAD = "HTTP/1.1 {} Answered\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n"


class Aws:
    """DynamoDB and Secrets Manager; `asked` has every request of the test, each attempt at one for itself.

    A function may ask of DynamoDB what its role allows, whatever happens meanwhile: the test fails with the rest.
    `touched` has the names of the tables that may have been written to, for who empties them to take out.
    """

    def __init__(self) -> None:
        """Listen on a free port of this machine."""
        self.asked: list[Asked] = []
        self.touched: set[str] = set()
        self._engine = ""
        self.denied: list[str] = []
        self._crashes: list[Exception] = []
        self._plans: list[tuple[str, Callable[[Asked], Answer | None]]] = []
        self._outage: Callable[[], Answer | None] | None = None
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def begin(self, engine: str) -> None:
        """Start a test, in which DynamoDB is the engine at this URL, or the one in memory when it is empty."""
        self._engine, self._outage = engine, None
        for former in (self.asked, self.denied, self._crashes, self._plans):
            former.clear()

    def end(self) -> None:
        """Finish it. Raises what went wrong in here, and AssertionError when something planned did not happen."""
        if self._crashes:
            raise self._crashes[0]
        assert not self.denied, f"no role allows it: {self.denied}"
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
        if denied := lacking(asked):
            self.denied.append(denied)
            return 400, {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": denied}
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
        if asked.service != "dynamodb":
            return ask_bus(asked) if asked.service == "events" else ask_moto(asked)
        if self._engine:
            self.touched.update(_TABLE.findall(asked.body.decode()))
            return ask_engine(self._engine, asked)
        return ask_memory(asked)


class _Server(ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 128

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(StreamRequestHandler):
    """HTTP/1.1 as far as a client of ours speaks it; http.server takes three times as long over each request."""

    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def handle(self) -> None:
        while self.rfile.readline():  # the request line, in which nothing differs
            headers = dict(self._headers())
            body = self.rfile.read(int(headers["content-length"]))
            answer = self.server.aws.serve(Asked(headers, body, self.client_address[1]))
            if answer is None:
                return
            content = json.dumps(answer[1]).encode()
            self.wfile.write(_HEAD.format(answer[0], len(content)).encode() + content)
            self.wfile.flush()

    def _headers(self) -> Iterator[tuple[str, str]]:
        while line := self.rfile.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            yield name.lower(), value.strip()
