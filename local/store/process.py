"""The embedded store's process: MiniStack's DynamoDB, on the listening socket that its first argument names.

It runs on the interpreter of a virtual environment of its own, and ends, having saved its state, when its standard
input does: the system closes that pipe however the gateway comes to its end, so nothing is left behind. Were it killed
itself, the journal has what it acknowledged since it last saved.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from ministack.app import app
from ministack.services import dynamodb

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Streams are in memory. Who follows one is some seconds behind, and need not find a day's changes there.
dynamodb._STREAM_RETENTION_SECONDS = 600  # noqa: SLF001 (which no setting has)

_WRITES = ("Put", "Update", "Delete", "TransactWrite", "BatchWrite", "CreateTable")
_OK = 200
_FULL = b'{"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "No room for the journal."}'


class _Journal:
    """The writes since the state was saved, a line each, after one that says which saved state they follow.

    A line is with the system when the answer goes out, which a killed process cannot take back; a machine that loses
    power may.
    """

    def __init__(self, folder: Path) -> None:
        self._path, self._saved = folder / "journal", folder / "dynamodb.json"
        self._base, self._file = "", -1

    def begin(self) -> list[Any]:
        """Open it, and give the requests in it that the saved state does not have."""
        self._base = self._fingerprint()
        first, *lines = self._path.read_bytes().split(b"\n") if self._path.is_file() else [b""]
        is_ours = first.decode() == self._base and bool(lines)
        whole = lines[:-1] if is_ours else []  # what comes after the last newline was never acknowledged
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        if self._path.is_file():
            os.ftruncate(self._file, sum(len(line) + 1 for line in (first, *whole)) if is_ours else 0)
        if not is_ours:
            with suppress(OSError):  # each write will find out, too
                os.write(self._file, f"{self._base}\n".encode())
        return [json.loads(line) for line in whole]

    def add(self, request: Any) -> None:  # noqa: ANN401 (JSON)
        """Put down a request; raises OSError, and leaves no part of it, where there is no room."""
        end = os.fstat(self._file).st_size
        line = json.dumps(request).encode() + b"\n"
        try:
            written = os.write(self._file, line)
        except OSError:
            written = 0
        if written < len(line):
            with suppress(OSError):
                os.ftruncate(self._file, end)
            raise OSError

    def end(self) -> None:
        """Drop it once the state was saved."""
        if self._fingerprint() != self._base:
            self._path.unlink(missing_ok=True)

    def _fingerprint(self) -> str:
        if not self._saved.exists():
            return "nothing"
        found = self._saved.stat()
        return f"{found.st_mtime_ns} {found.st_size}"


class _Kept:
    """The application, whose writes are in the journal before they are acknowledged."""

    def __init__(self, journal: _Journal) -> None:
        self._journal = journal

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a request, or the beginning and the end of all."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await app(scope, receive, self._watching(send))

    def _watching(self, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                for headers, body in self._journal.begin():
                    await _asked([(name.encode(), value.encode()) for name, value in headers], body.encode())
            elif message["type"] == "lifespan.shutdown.complete":
                self._journal.end()
            await send(message)

        return watched

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        answer = await _asked(scope["headers"], body, scope)
        if answer[0]["status"] == _OK and _is_write(scope["headers"]):
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
            try:
                self._journal.add((headers, body.decode()))
            except OSError:
                answer = [{"type": "http.response.start", "status": 500, "headers": []}]
                answer.append({"type": "http.response.body", "body": _FULL})
        for message in answer:
            await send(message)


def _is_write(headers: list[tuple[bytes, bytes]]) -> bool:
    return dict(headers).get(b"x-amz-target", b"").decode().rpartition(".")[2].startswith(_WRITES)


async def _asked(headers: list[tuple[bytes, bytes]], body: bytes, scope: Message | None = None) -> list[Message]:
    """Give what the application answers to a request."""
    usual = {"type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"", "scheme": "http"}
    answer: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        answer.append(message)

    await app(scope or {**usual, "http_version": "1.1", "headers": headers}, receive, send)
    return answer


class _Server(uvicorn.Server):  # type: ignore[misc]  # mypy does not see the environment of the store
    """Ends when it is told to, by `_run` alone: uvicorn's own ends by the signal that it got, once it has ended."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the event loop."""
        yield

    def end(self) -> None:
        """Take no more requests, answer those that are there, and let the application save its state."""
        self.should_exit = True


async def _run(file_descriptor: str) -> None:
    config = uvicorn.Config(
        _Kept(_Journal(Path(os.environ["STATE_DIR"]))),
        lifespan="on",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=3600,
        timeout_graceful_shutdown=1,
    )
    server, loop = _Server(config), asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), server.end)
    loop.add_signal_handler(signal.SIGTERM, server.end)
    await server.serve(sockets=[socket.socket(fileno=int(file_descriptor))])


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1]))
