"""The end of a server of waitress: by its own thread, which may be waiting for requests."""

import threading
from typing import Any

_WAIT_SECONDS = 1


def stop(server: Any) -> None:  # noqa: ANN401 (waitress has many kinds, of whose triggers its types know nothing)
    """Let what is being answered get its answer, for a second at most; then nobody looks at the socket any more."""
    server.task_dispatcher.shutdown(timeout=_WAIT_SECONDS)  # who still answers tells the server, which must be there
    closed = threading.Event()

    def close() -> None:
        server.close()
        closed.set()

    # Under the lock: whoever has woken the thread at this moment would have it closed before it is woken for this.
    with server.trigger.lock:
        server.trigger.thunks.append(close)
        server.trigger.pull_trigger()
    closed.wait(_WAIT_SECONDS)
