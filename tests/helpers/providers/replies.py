"""What a host may answer, good and bad, down to the bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

JSON = {"Content-Type": "application/json"}
ELSEWHERE = {"Location": "https://elsewhere.example.com/keys"}


@dataclass(frozen=True)
class Reply:
    """An answer. After `delay` seconds it is sent, in one piece or with `pause` seconds after each byte.

    `raw` takes the place of all that HTTP would make of status, headers and body.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0
    pause: float = 0
    raw: bytes | None = None

    def bytes(self) -> bytes:
        """Give what goes over the wire."""
        if self.raw is not None:
            return self.raw
        lines = {"Content-Length": str(len(self.body)), **self.headers}
        head = [f"HTTP/1.1 {self.status} ", *(f"{name}: {value}" for name, value in lines.items()), "", ""]
        return "\r\n".join(head).encode() + self.body


def as_json(value: object, status: int = 200, **headers: str) -> Reply:
    """Give an answer in JSON; underscores in headers' names are hyphens."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value).encode(), JSON | named)


OUTAGES: Mapping[str, Reply] = {
    "down": Reply(503, b"Service Unavailable"),
    "crashed": Reply(500, b"{}", JSON),
    "busy": Reply(429, b"{}", JSON),
    "redirecting": Reply(302, b"", ELSEWHERE),
    "redirecting for good": Reply(308, b"", ELSEWHERE),
    "redirecting nowhere": Reply(302, b"{}", JSON),
    "silent": Reply(raw=b""),
    "no HTTP": Reply(raw=b"SSH-2.0-OpenSSH_9.9\r\n"),
    "nothing": Reply(204, b""),
    "a page": Reply(200, b"<html>Welcome to this network. Please sign in.</html>"),
    "no object": Reply(200, b"[]", JSON),
    "too deep": Reply(200, b"[" * 60_000, JSON),
    "too long": Reply(200, b'{"keys": "' + b"x" * 70_000 + b'"}', JSON),
    "too long by compression": Reply(raw=b"HTTP/1.1 200 \r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone"),
    "cut off": Reply(raw=b'HTTP/1.1 200 \r\nContent-Length: 500\r\n\r\n{"keys": ['),
    "in bad chunks": Reply(raw=b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n{}"),
    "too many headers": Reply(200, b"{}", {f"X-{number}": "1" for number in range(200)}),
}
"""Answers that are none, whatever was asked."""

SLOW: Mapping[str, Reply] = {
    "late": Reply(200, b"{}", JSON, delay=30),
    "a body in drops": Reply(200, b" " * 60, JSON, pause=0.1),
    "headers in drops": Reply(200, b"{}", {"X-Long": "x" * 200}, pause=0.05),
}
"""Answers that take longer than anybody waits, though something comes all the time."""
