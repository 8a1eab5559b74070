"""The port that the console listens on, of loopback alone."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress.server import create_server

from local.console.console import MAX_FORM_BYTES, Console
from local.errors import StartError

CONNECTIONS = 16
"""A browser opens six, and a process has few files on some systems."""

_PORT, _HIGHEST_PORT = 7351, 65535


@contextmanager
def running_console(asked: str, console: Console, *, is_needed: bool = False) -> Iterator[str]:
    """Serve the console on loopback while the block runs, and say where.

    `asked` is CONSOLE_PORT, "" where nobody set it: then 7351. Where another server has that one, there is no console,
    unless it `is_needed`: then 0 is any free port. Raises StartError.
    """
    if asked == "0" and not is_needed:
        yield "none (CONSOLE_PORT=0)"
        return
    server = _listening(asked, console, is_needed=is_needed)
    if server is None:
        yield f"none, port {_PORT} is taken: choose another with CONSOLE_PORT"
        return
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown(timeout=1)  # who still answers tells the server of it, which must be there
        server.trigger.pull_trigger(server.close)  # by its own thread, which may be waiting for requests


def _listening(asked: str, console: Console, *, is_needed: bool) -> Any | None:  # noqa: ANN401 (waitress has many kinds)
    """Give a server that listens, None where the usual port is taken and nobody insists."""
    if asked and not (asked.isdecimal() and int(asked) <= _HIGHEST_PORT):
        raise StartError(f"CONSOLE_PORT must be a number up to {_HIGHEST_PORT}, not {asked!r}.")
    try:
        listener = socket.create_server(("127.0.0.1", int(asked or _PORT)))
    except OSError as error:
        if not asked and not is_needed:
            return None
        message = f"The console cannot listen on {asked or _PORT}: choose another CONSOLE_PORT"
        raise StartError(message + ("." if is_needed else ", or 0.")) from error
    # Requests beyond the threads wait their turn, which is nothing to warn of.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    limits = {"max_request_body_size": 2 * MAX_FORM_BYTES, "connection_limit": CONNECTIONS}
    server: Any = create_server
    return server(console, sockets=[listener], threads=4, ident=None, **limits)
