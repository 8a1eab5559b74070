"""The providers' hosts on loopback: their real names over real TLS, under an authority that the tests make.

The code under test is left as it is and asks for https://appleid.apple.com/ as ever. It is the machine around it that
is changed, as an operator could change it: every name leads to this server, as a hosts file would have it (it cannot
name a port, which is why name resolution is replaced), and REQUESTS_CA_BUNDLE, which the code reads anyway, has the
authority's certificate. The TLS handshake, HTTP, pooled connections and timeouts are the real ones.
"""

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from symbolon.internet import connections
from tests.helpers.providers.authority import SERVER, Holder, Statement, certify, rsa_key
from tests.helpers.providers.replies import Reply

APPLE, GAMECENTER, LIMITED, GRAPH = (
    "appleid.apple.com",
    "static.gc.apple.com",
    "limited.facebook.com",
    "graph.facebook.com",
)
GOOGLE, TOKENS, GAMES, STEAM = (
    "www.googleapis.com",
    "oauth2.googleapis.com",
    "games.googleapis.com",
    "partner.steam-api.com",
)
DISCORD, DYNAMODB = "discord.com", "dynamodb.us-east-1.amazonaws.com"
IMPOSTOR = "unknown.example.org"
"""Who shows a certificate of another host."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; `place` is host and path, `connection` tells connections apart."""

    connection: int
    method: str
    place: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> Mapping[str, str]:
        """The fields of a form."""
        return _fields(self.body.decode())


Responder = Callable[[Seen], Reply]


class Internet:
    """All hosts but this machine. `seen` has the requests of the test; whoever answers none is not announced."""

    def __init__(self, folder: Path) -> None:
        """Make the authority, with its certificate in `folder`, and listen."""
        authority = certify(Statement("Authority of the tests", is_authority=True), rsa_key("authority"))
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(authority.pem())
        self.seen: list[Seen] = []
        self.crashes: list[BaseException | None] = []
        self.answers: dict[str, Responder] = {}
        self._faults: dict[str, Reply] = {}
        self._unannounced: list[str] = []
        self._over = threading.Event()
        self._server = _Server(self, _Certificates(authority, folder))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def begin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Start a test, for which nobody answers yet."""
        self._over.clear()
        for former in (self.seen, self.crashes, self.answers, self._faults, self._unannounced):
            former.clear()
        resolve = socket.getaddrinfo
        here = [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", self.port))]
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *rest: resolve(host, *rest) if host in LOOPBACK else here
        )
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(self.bundle))
        hang_up()

    def end(self) -> None:
        """Finish it; raises AssertionError when somebody was asked who was not announced."""
        self._over.set()
        hang_up()
        assert not self._unannounced
        assert not self.crashes

    @property
    def port(self) -> int:
        """The port to which all names have to lead."""
        return self._server.server_port

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def announce(self, place: str, answer: Reply | Responder) -> None:
        """Have host and path, or a URL, answered from now on."""
        self.answers[place.removeprefix("https://")] = answer if callable(answer) else lambda _: answer

    def fail(self, host: str, reply: Reply) -> None:
        """Have the host answer everything like that."""
        self._faults[host] = reply

    def mend(self, host: str) -> None:
        """Have it answer as before."""
        del self._faults[host]

    def asked(self, host: str) -> int:
        """Give how many requests there were to the host."""
        return sum(request.place.split("/")[0] == host for request in self.seen)

    def answer(self, seen: Seen) -> Reply:
        """Note a request and give its answer."""
        self.seen.append(seen)
        if fault := self._faults.get(seen.place.split("/")[0]):
            return fault
        if seen.place in self.answers:
            return self.answers[seen.place](seen)
        self._unannounced.append(seen.place)
        return Reply(404)

    def wait(self, seconds: float) -> bool:
        """Wait, no longer than to the end of the test; whether it is over."""
        return self._over.wait(seconds)


def hang_up() -> None:
    """Have the code open its connections anew, as a new process does."""
    connections.CONNECTIONS.close()
    connections._trust.cache_clear()  # noqa: SLF001 (a process that starts reads the certificates)


class _Certificates:
    """A certificate for each name that is asked for, made when it is."""

    def __init__(self, authority: Holder, folder: Path) -> None:
        self._authority, self._folder = authority, folder
        self._contexts: dict[str, ssl.SSLContext] = {}

    def context(self) -> ssl.SSLContext:
        """Give what a server needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        if not name:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        if name not in self._contexts:
            self._contexts[name] = self._made(name)
        connection.context = self._contexts[name]
        return None

    def _made(self, name: str) -> ssl.SSLContext:
        shown = "another.example.org" if name == IMPOSTOR else name
        statement = Statement("Hosts of the tests", hosts=[shown], usage=SERVER)
        server = certify(statement, rsa_key("hosts"), self._authority)
        pair = self._folder / f"{name}.pem"
        pair.write_bytes(server.pem() + server.pem_key())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair)
        return context


class _Server(ThreadingHTTPServer):
    def __init__(self, internet: Internet, certificates: _Certificates) -> None:
        self.internet = internet
        self._tls = certificates.context()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        # The handshake comes with the first read, in the connection's own thread.
        return self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, *_: object) -> None:
        """Keep what goes wrong here for the end of the test, unless a client hung up."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self.internet.crashes.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or an answer waits until the client has acknowledged TLS's session tickets
    server: _Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        place = f"{headers['host']}{url.path}"
        seen = Seen(self.client_address[1], self.command, place, _fields(url.query), headers, body)
        self._send(self.server.internet.answer(seen))

    def do_POST(self) -> None:
        self.do_GET()

    def _send(self, reply: Reply) -> None:
        self.server.internet.wait(reply.delay)
        self.close_connection = reply.raw is not None
        content = reply.bytes()
        step = 1 if reply.pause else len(content)
        for at in range(0, len(content), step or 1):
            self.wfile.write(content[at : at + step])
            if reply.pause and self.server.internet.wait(reply.pause):
                return

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _fields(encoded: str) -> dict[str, str]:
    return dict(parse_qsl(encoded, keep_blank_values=True))
