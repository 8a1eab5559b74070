"""How one process serves: the gateway over the functions' handlers, on a socket that others may have, too."""

import logging
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from waitress.server import BaseWSGIServer

from local.gateway.capacity import Capacity, available_capacity
from local.gateway.gateway import MAX_BODY_BYTES, Gateway, Handler
from local.gateway.iam.operators import Operators, key_pairs
from local.gateway.listener import listening
from local.gateway.processes.cores import keep_to_one
from local.gateway.shown.watching import Watch
from local.template.template import Function, Template

BACKLOG = 1000
# Of a request's line and headers together, as API Gateway limits them.
MAX_HEADER_BYTES = 10_240


def watched(template: Template, handlers: Sequence[tuple[Function, Handler]], state: Path) -> Watch:
    """Give the gateway, looked at; operators sign with the keys in the folder `state`."""
    return Watch(Gateway(handlers, template.cors, Operators(key_pairs(state), template.operator_policies)))


def begin(watch: Watch, listener: socket.socket) -> BaseWSGIServer:
    """Serve from now on, in threads of their own, which no signal disturbs."""
    keep_to_one()
    server = listening(watch, sockets=[listener], **_options(available_capacity()))
    threading.Thread(target=server.run, daemon=True).start()
    return server


def _options(capacity: Capacity) -> dict[str, Any]:
    # Concurrent requests beyond the threads wait their turn, which is nothing to warn of.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return {
        "threads": capacity.threads,
        "connection_limit": capacity.connections,
        "backlog": BACKLOG,
        "asyncore_use_poll": True,
        "max_request_header_size": MAX_HEADER_BYTES,
        "max_request_body_size": 8 * MAX_BODY_BYTES,  # so that the gateway itself answers what is too large
        "ident": None,
    }
