"""One execution environment of Lambda: the real runtime interface client, and its side of the runtime API played here.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. A function is ready when its runtime asks for the first
event, and has answered when it hands in the answer: both are seen here as they happen. AWS's emulator (RIE) tells the
former only in its log and the latter with its own time in it, and comes inside the SAM CLI, which is 200 MB.
"""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench import processes

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Program:
    """What runs in a sandbox: an interpreter with the runtime client, the code's folder, its layers, its variables."""

    python: Path
    code: Path
    layers: Sequence[Path]
    environment: Mapping[str, str]


class FunctionFailed(Exception):
    """The function could not be imported, or an event made it raise; the text says how."""


class Sandbox:
    """A running function, which handles one event at a time."""

    def __init__(self, program: Program) -> None:
        """Start it; `init_seconds` is how long that took, from the start of the process."""
        self._moments: queue.Queue[tuple[str, float, bytes]] = queue.Queue()
        self._events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._api = _Api(self._moments, self._events)
        threading.Thread(target=self._api.serve_forever, args=(0.01,), daemon=True).start()
        started = time.perf_counter()
        self._process = _spawn(program, self._api.server_port)
        self.init_seconds = self._moment("next")[0] - started

    def __enter__(self) -> Self:
        """Give the sandbox, which runs already."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it, as Lambda does: without asking."""
        self._process.kill()
        self._process.wait()
        self._api.shutdown()
        self._api.server_close()

    @property
    def cpu_seconds(self) -> float:
        """The processor time that it has used so far."""
        return processes.cpu_seconds(self._process.pid)

    @property
    def peak_megabytes(self) -> float:
        """The most memory that it has had so far."""
        return processes.peak_megabytes(self._process.pid)

    def invoke(self, event: dict[str, Any]) -> tuple[float, Any]:
        """Give the seconds until the answer, and the answer. Raises FunctionFailed."""
        started = time.perf_counter()
        self._events.put(event)
        answered, body = self._moment("response")
        self._moment("next")
        return answered - started, json.loads(body)

    def _moment(self, expected: str) -> tuple[float, bytes]:
        try:
            kind, at, body = self._moments.get(timeout=PATIENCE_SECONDS)
        except queue.Empty as error:
            raise FunctionFailed("it ended, or does not answer") from error
        if kind != expected:
            raise FunctionFailed(body.decode())
        return at, body


class _Api(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, moments: "queue.Queue[tuple[str, float, bytes]]", events: "queue.Queue[dict[str, Any]]") -> None:
        self.moments, self.events = moments, events
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Api

    def do_GET(self) -> None:
        self.server.moments.put(("next", time.perf_counter(), b""))
        event = self.server.events.get()
        identity = {"Aws-Request-Id": "8476a536", "Invoked-Function-Arn": "arn:aws:lambda:us-east-1:1:function:bench"}
        deadline = {"Deadline-Ms": str(int(time.time() * 1000) + 60_000)}
        self._answer(200, json.dumps(event).encode(), identity | deadline)

    def do_POST(self) -> None:
        at = time.perf_counter()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.moments.put((self.path.rsplit("/", 1)[1], at, body))
        self._answer(202, b"", {})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(f"Lambda-Runtime-{name}", value)
        self.send_header("Content-Type", "application/json")  # without one the runtime client crashes
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _spawn(program: Program, port: int) -> subprocess.Popen[bytes]:
    paths = [str(program.code), *(str(layer / "python") for layer in program.layers)]
    usual = {"LAMBDA_TASK_ROOT": str(program.code), "_HANDLER": "app.handler", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [program.python, "-m", "awslambdaric", "app.handler"],
        cwd=program.code,
        env={
            **usual,
            **program.environment,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
            "PYTHONPATH": ":".join(paths),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
