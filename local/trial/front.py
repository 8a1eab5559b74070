"""A loopback address for an API that MiniStack serves, as the API's own URL is one on AWS: without a path.

MiniStack tells its APIs apart by host name, `<id>.execute-api.localhost`, which not every machine resolves.
"""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlsplit

_TIMEOUT_SECONDS = 60
_COGNITOS = "/oauth2/"
# Of one connection and not of the message: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
_OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "host"})
_ASCII = "".join(chr(code) for code in range(0x21, 0x7F))


class Place:
    """An address of loopback that is known, and kept from others, before anything answers there."""

    def __init__(self) -> None:
        """Take a port that is free."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def taken(self) -> socket.socket:
        """Give the socket that listens there, to be closed by who gets it."""
        return self._socket


@contextmanager
def front(endpoint: str, host: str, place: Place | None = None, region: str = "") -> Iterator[str]:
    """Forward all requests, under the host name `host`, to the server at the URL `endpoint`; give the URL to use.

    That is of a place that is known already, or of a new one. `region` is that of the API, where it is not MiniStack's
    own, which it otherwise takes for that of whatever nobody signed.
    """
    with _Front(endpoint, host, place or Place()) as server:
        server.region = region
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Front(ThreadingHTTPServer):
    daemon_threads = True
    region = ""

    def __init__(self, endpoint: str, host: str, place: Place) -> None:
        self.upstream = urlsplit(endpoint).netloc
        self.host = host
        super().__init__(("127.0.0.1", place.port), _Forwarder, bind_and_activate=False)
        self.socket.close()
        self.socket, self.server_port = place.taken(), place.port

    def known_as(self, path: str) -> str:
        """Give the path under which MiniStack has ours: OAuth's it takes for Cognito's, unless it has a stage."""
        known = f"/$default{path}" if path.startswith(_COGNITOS) else path
        if not self.region:
            return known
        return f"{known}{'&' if '?' in known else '?'}X-Amz-Credential=any/20260101/{self.region}/any/aws4_request"


class _Forwarder(BaseHTTPRequestHandler):
    server: _Front
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece: in small ones, a kept connection waits for the client's acknowledgement

    def _forward(self) -> None:
        if "Transfer-Encoding" in self.headers:
            self.send_error(411)  # who does not say how long a body is gets no answer here
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection(self.server.upstream, timeout=_TIMEOUT_SECONDS)
        try:
            path = self.server.known_as(quote(self.path, _ASCII, "latin-1"))
            connection.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
            for name, value in [("Host", self.server.host), *self._told(self._passed_on(self.headers))]:
                connection.putheader(name, value.encode("latin-1"))
            connection.endheaders(body)
            self._answer(connection.getresponse())
        except (OSError, http.client.HTTPException) as error:
            self.send_error(502, type(error).__name__)
        finally:
            connection.close()

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):  # http.server asks for one with the method's name, whatever that is
            return self._forward
        raise AttributeError(name)

    def _answer(self, answer: http.client.HTTPResponse) -> None:
        body = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in self._passed_on(answer.headers):
            self.send_header(name, value)
        if "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @staticmethod
    def _told(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Let MiniStack see that a body is no text, as AWS does by its Content-Encoding; it looks at the type alone."""
        if not any(name.lower() == "content-encoding" for name, _ in headers):
            return headers
        kept = [(name, value) for name, value in headers if name.lower() != "content-type"]
        return [*kept, ("Content-Type", "application/octet-stream")]

    @staticmethod
    def _passed_on(headers: Message) -> list[tuple[str, str]]:
        return [(name, value) for name, value in headers.items() if name.lower() not in _OF_THE_CONNECTION]

    def log_message(self, *_: object) -> None:
        """Say nothing: the functions have logs of their own."""
