"""examples/web-game as a WSGI application: its files as they are, but for config.js, which has this server's values.

The game has a port, and so an origin, of its own: it calls the API as any studio's page does, by CORS, and a mistake
in it reaches nothing of the console.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from local import ROOT
from local.pages import Door, running_pages

FOLDER = ROOT / "examples/web-game"
DOOR = Door("example game", "GAME_PORT", 7352, 1024)

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


class Game:
    """The application, for the API at `url` with this server key."""

    def __init__(self, url: str, server_key: str) -> None:
        self._config = _config(url, server_key)
        self._headers = _headers(url)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, as PEP 3333 has it."""
        request = Request(environ)
        try:
            response: Any = self._answer(request)
        except HTTPException as error:
            response = error.get_response(environ)
        for name, value in self._headers.items():
            response.headers[name] = value
        answer: Iterable[bytes] = response(environ, start_response)
        return answer

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        name = request.path.removeprefix("/") or "index.html"
        files = {path.name: path for path in FOLDER.iterdir() if path.suffix in _TYPES}
        if name not in files:
            raise NotFound
        body = self._config if name == "config.js" else files[name].read_bytes()
        return Response(body, content_type=_TYPES[files[name].suffix])


@contextmanager
def running_game(asked: str, url: str, server_key: str) -> Iterator[str]:
    """Serve the game for the API at `url` while the block runs, and say where; raises StartError."""
    with running_pages(DOOR, asked, Game(url, server_key)) as where:
        yield where


def _config(url: str, server_key: str) -> bytes:
    place = urlsplit(url)
    values = {"host": place.hostname, "port": str(place.port), "ssl": place.scheme == "https", "serverKey": server_key}
    return f"export const config = {json.dumps(values)};\n".encode()


def _headers(url: str) -> Mapping[str, str]:
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src {url}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
