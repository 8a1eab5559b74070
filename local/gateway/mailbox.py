"""Amazon SES on this machine: it takes every letter and keeps it for whoever looks; nothing leaves the machine.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html. It has a loopback port of its own, as the
stand-in for Lambda has. The latest letters are kept, until the server ends.
"""

import json
import threading
import uuid
from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

MAX_LETTERS = 500

_PATH = "/v2/email/outbound-emails"


@dataclass(frozen=True)
class Mail:
    """A letter that was sent; `time` is RFC 3339 in UTC."""

    id: str
    time: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str

    @classmethod
    def of(cls, message: dict[str, Any]) -> "Mail":
        """Read SendEmail's body; raises LookupError and TypeError for what is none."""
        content = message["Content"]["Simple"]
        return cls(
            id=str(uuid.uuid4()),
            time=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            sender=message["FromEmailAddress"],
            to=tuple(message["Destination"]["ToAddresses"]),
            subject=content["Subject"]["Data"],
            text=content["Body"]["Text"]["Data"],
            html=content["Body"]["Html"]["Data"],
        )


class Mailbox(ThreadingMixIn, TCPServer):
    """The server; `letters` gives what came, the newest first."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        """Take a free port and listen on it."""
        self._kept: deque[Mail] = deque(maxlen=MAX_LETTERS)
        super().__init__(("127.0.0.1", 0), _Sending)
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    @property
    def endpoint(self) -> str:
        """Give the URL, as AWS_ENDPOINT_URL_SES takes it."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def letters(self) -> list[dict[str, Any]]:
        """Give the letters as JSON has them, the newest first."""
        return [asdict(mail) for mail in reversed(list(self._kept))]

    def keep(self, mail: Mail) -> None:
        """Keep a letter; the oldest goes when there are too many."""
        self._kept.append(mail)

    def server_close(self) -> None:
        """Stop."""
        self.shutdown()
        super().server_close()


class _Sending(BaseHTTPRequestHandler):
    server: Mailbox

    def do_POST(self) -> None:
        """Take a letter, and answer with its id."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            mail = Mail.of(json.loads(body))
        except (ValueError, LookupError, TypeError):
            self._answer(HTTPStatus.BAD_REQUEST, {"message": "This is no simple e-mail."})
            return
        if self.path != _PATH:
            self._answer(HTTPStatus.NOT_FOUND, {})
            return
        self.server.keep(mail)
        self._answer(HTTPStatus.OK, {"MessageId": mail.id})

    def _answer(self, status: HTTPStatus, content: dict[str, str]) -> None:
        text = json.dumps(content).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Log nothing: what is sent is in the mailbox."""
