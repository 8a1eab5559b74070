"""EventBridge on this machine: it prints a line for each event and keeps the latest for the console.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html. It has a loopback port of its own, as
the stand-in for Lambda has.
"""

import json
import threading
import uuid
from collections import deque
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

NAME = "local"
"""What the bus is called."""

MAX_EVENTS = 500

_TARGET = "AWSEvents.PutEvents"


class Bus(ThreadingMixIn, TCPServer):
    """The server; `events` gives what it was told, the newest first."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        """Take a free port and listen on it."""
        self._kept: deque[dict[str, Any]] = deque(maxlen=MAX_EVENTS)
        super().__init__(("127.0.0.1", 0), _Putting)
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    @property
    def endpoint(self) -> str:
        """Give the URL, as AWS_ENDPOINT_URL_EVENTS takes it."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def events(self) -> list[dict[str, Any]]:
        """Give the events as JSON has them, the newest first."""
        return list(reversed(list(self._kept)))

    def keep(self, entries: list[dict[str, Any]]) -> None:
        """Print and keep what one request tells; raises LookupError, TypeError and ValueError for what is no event."""
        events = [_event(entry) for entry in entries]
        self._kept.extend(events)
        for event in events:
            print(json.dumps({"event": event["type"], "time": event["time"], **event["detail"]}), flush=True)

    def server_close(self) -> None:
        """Stop."""
        self.shutdown()
        super().server_close()


class _Putting(BaseHTTPRequestHandler):
    server: Bus

    def do_POST(self) -> None:
        """Take events, and answer with their ids."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("X-Amz-Target") != _TARGET:
            self._answer(HTTPStatus.BAD_REQUEST, {"__type": "UnknownOperationException"})
            return
        try:
            entries = json.loads(body)["Entries"]
            self.server.keep(entries)
        except (ValueError, LookupError, TypeError):
            self._answer(HTTPStatus.BAD_REQUEST, {"__type": "ValidationException"})
            return
        ids = [{"EventId": str(uuid.uuid4())} for _ in entries]
        self._answer(HTTPStatus.OK, {"FailedEntryCount": 0, "Entries": ids})

    def _answer(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        text = json.dumps(content).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Log nothing but events."""


def _event(entry: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.fromtimestamp(float(entry["Time"]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"type": str(entry["DetailType"]), "time": moment, "detail": dict(json.loads(entry["Detail"]))}
