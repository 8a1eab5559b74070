"""A port of loopback on which pages for a browser are served: the console's, the example game's."""

import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from waitress.server import create_server

from local.errors import StartError
from local.stopping import stop

CONNECTIONS = 16
"""A browser opens six, and a process has few files on some systems."""

_HIGHEST_PORT = 65535

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Door:
    """What is served ("console"), the variable that sets its port, its usual port, and how much a request may send."""

    what: str
    variable: str
    port: int
    max_body_bytes: int


@contextmanager
def running_pages(door: Door, asked: str, application: Application, *, is_needed: bool = False) -> Iterator[str]:
    """Serve a WSGI application on loopback while the block runs, and say where.

    `asked` is the variable's value, "" where nobody set it: then the usual port. Where another server has that one,
    there are no such pages, unless they are needed: then 0 is any free port. Raises StartError.
    """
    if asked == "0" and not is_needed:
        yield f"none ({door.variable}=0)"
        return
    listener = _listener(door, asked, is_needed=is_needed)
    if listener is None:
        yield f"none, port {door.port} is taken: choose another with {door.variable}"
        return
    server = _server(door, listener, application)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        stop(server)


def _listener(door: Door, asked: str, *, is_needed: bool) -> socket.socket | None:
    """Give a socket that listens, None where the usual port is taken and nobody insists."""
    if asked and not (asked.isdecimal() and int(asked) <= _HIGHEST_PORT):
        raise StartError(f"{door.variable} must be a number up to {_HIGHEST_PORT}, not {asked!r}.")
    try:
        return socket.create_server(("127.0.0.1", int(asked or door.port)))
    except OSError as error:
        if not asked and not is_needed:
            return None
        message = f"The {door.what} cannot listen on {asked or door.port}: choose another {door.variable}"
        raise StartError(message + ("." if is_needed else ", or 0.")) from error


def _server(door: Door, listener: socket.socket, application: Application) -> Any:  # noqa: ANN401 (waitress has many kinds)
    # Requests beyond the threads wait their turn, which is nothing to warn of.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    limits = {"max_request_body_size": 2 * door.max_body_bytes, "connection_limit": CONNECTIONS}
    server: Any = create_server
    return server(application, sockets=[listener], threads=4, ident=None, **limits)
