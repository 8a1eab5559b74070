"""The console as a WSGI application, and the port that it listens on.

It answers to this machine's own names alone, so that no web page elsewhere reaches it by a name that resolves to
loopback, and to no request that another site's page has made. Nothing here changes anything.
"""

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from waitress.server import create_server

from local.console import pages
from local.errors import StartError

Start = Callable[[str, list[tuple[str, str]]], object]
Letters = Callable[[], list[dict[str, Any]]]

_PORT, _HIGHEST_PORT = 7351, 65535
_OWN = {"127.0.0.1", "localhost", "::1"}
_HEADERS = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
]


class Console:
    """The application: what the server is, and the letters that were sent."""

    def __init__(self, facts: Mapping[str, str], letters: Letters) -> None:
        """Take what the overview says, and what gives the letters, the newest first."""
        self._facts, self._letters = facts, letters

    def __call__(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        wants_json = "application/json" in environ.get("HTTP_ACCEPT", "")
        if not _is_own(environ):
            return _refused(start, "403 Forbidden", "Open the console by its own address.")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _refused(start, "405 Method Not Allowed", "The console only shows; it changes nothing.")
        if environ["PATH_INFO"] == "/":
            return _answer(start, "200 OK", dict(self._facts) if wants_json else pages.overview(self._facts))
        if environ["PATH_INFO"] == "/mail":
            return _answer(start, "200 OK", self._letters() if wants_json else pages.mail(self._letters()))
        return _refused(start, "404 Not Found", "There is no such page.")


@contextmanager
def running_console(asked: str, console: Console) -> Iterator[str]:
    """Serve the console on loopback while the block runs, and say where.

    `asked` is CONSOLE_PORT, "" where nobody set it: then 7351, unless another server has that. Raises StartError.
    """
    if asked == "0":
        yield "none (CONSOLE_PORT=0)"
        return
    if asked and not (asked.isdecimal() and int(asked) <= _HIGHEST_PORT):
        raise StartError(f"CONSOLE_PORT must be a number up to {_HIGHEST_PORT}, not {asked!r}.")
    try:
        listener = socket.create_server(("127.0.0.1", int(asked or _PORT)))
    except OSError as error:
        if asked:
            raise StartError(f"The console cannot listen on {asked}: choose another CONSOLE_PORT, or 0.") from error
        yield f"none, port {_PORT} is taken: choose another with CONSOLE_PORT"
        return
    server = create_server(console, sockets=[listener], threads=2, ident=None)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.close()
        listener.close()


def _is_own(environ: Mapping[str, Any]) -> bool:
    """Tell whether the request is of a page of our own, or of the address bar: by its host and by what browsers say."""
    host = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname
    site = environ.get("HTTP_SEC_FETCH_SITE", "none")
    origin = environ.get("HTTP_ORIGIN", "")
    same = not origin or urlsplit(origin).netloc == environ.get("HTTP_HOST")
    return host in _OWN and site in ("none", "same-origin") and same


def _refused(start: Start, status: str, why: str) -> Iterable[bytes]:
    return _answer(start, status, pages.page(status.partition(" ")[2], f"<p>{why}</p>"))


def _answer(start: Start, status: str, content: object) -> Iterable[bytes]:
    text, kind = json.dumps(content, ensure_ascii=False), "application/json"
    if isinstance(content, str):
        text, kind = content, "text/html; charset=utf-8"
    body = text.encode()
    start(status, [("Content-Type", kind), ("Content-Length", str(len(body))), *_HEADERS])
    return [body]
