"""`python -m local.gateway.processes.worker SOCKET NOTES`: one more process that serves, on the file descriptors given.

The first line of its standard input has the functions' environment as JSON, and the folder of the state. It ends when
its standard input does: the system closes that pipe however the first process comes to its end.
"""

import json
import socket
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue

from local.gateway.handlers import load_handler, use_environment
from local.gateway.processes import serving
from local.gateway.shown.watching import Told, Watch
from local.interrupts import leave
from local.stopping import stop
from local.template.template import load_template


def main(listener: str, notes: str) -> int:
    """Serve until standard input ends, and give the exit status."""
    given = json.loads(sys.stdin.readline())
    environment, template = given["environment"], load_template()
    use_environment(environment)
    handlers = [(function, load_handler(function, environment)) for function in template.functions]
    watch = serving.watched(template, handlers, Path(given["state"]))
    watch.told_to = SimpleQueue()
    threading.Thread(target=_tell, args=(watch, watch.told_to, Connection(int(notes))), daemon=True).start()
    server = serving.begin(watch, socket.socket(fileno=int(listener)))
    sys.stdin.read()
    stop(server)
    return 0


def _tell(watch: Watch, queue: "SimpleQueue[Told]", notes: Connection) -> None:
    """Hand on what the gateway answers, many at a time where there are many."""
    while True:
        found = [watch.told(*queue.get())]
        try:
            while True:
                found.append(watch.told(*queue.get_nowait()))
        except Empty:
            notes.send(found)


if __name__ == "__main__":
    leave(main(*sys.argv[1:]))
