"""Connections to providers: made with their certificates checked, and kept from one request to the next.

A kept connection may be dead without anybody knowing: Lambda freezes a function between requests, for minutes, and the
provider, or a gateway on the way, drops what is idle meanwhile, sometimes without a word.
"""

import os
import select
import ssl
import time
from collections import defaultdict, deque
from functools import cache
from http.client import HTTPConnection, HTTPSConnection
from importlib.util import find_spec
from urllib.parse import SplitResult

from symbolon.trust import Trust, beside

ROOTS = beside(__file__, "roots.pem")
"""Of the authorities that certifi knows, some that large services have their certificates of, letter for letter."""

MAX_IDLE_SECONDS = 60
"""A connection that was idle for longer is not used again: most that are dead are older than that."""

MAX_KEPT = 8
"""Connections to one host: in Lambda there is one, in the local gateway one for each request of the same moment."""

PLAIN = "http://"


class Connections:
    """Connections that are idle, by host, the one that was used last at the end."""

    def __init__(self) -> None:
        self._idle: defaultdict[str, deque[tuple[float, HTTPConnection]]] = defaultdict(deque)

    def take(self, host: str) -> HTTPConnection | None:
        """Return a connection to the host that nobody else uses and that seems alive, or None."""
        while self._idle[host]:
            try:
                since, connection = self._idle[host].pop()
            except IndexError:  # another thread took it
                return None
            # By the clock on the wall, since the other one may stand still while the function is frozen.
            if 0 <= time.time() - since <= MAX_IDLE_SECONDS and not _has_news(connection):
                return connection
            connection.close()
        return None

    def give_back(self, host: str, connection: HTTPConnection) -> None:
        """Keep a connection whose last answer was read to its end."""
        idle = self._idle[host]
        idle.append((time.time(), connection))
        while len(idle) > MAX_KEPT:
            idle.popleft()[1].close()

    def close(self) -> None:
        """Close all of them."""
        while self._idle:
            for _, connection in self._idle.popitem()[1]:
                connection.close()


def connect(host: str, seconds: float) -> HTTPConnection:
    """Return a new connection to the host; raises OSError, and TimeoutError after so many seconds for an address.

    A host that is written http://… is on a developer's own machine, see `place_of`.
    """
    plain = host.removeprefix(PLAIN)
    if plain == host:
        trust = _trust()
        secure = HTTPSConnection(host, timeout=seconds, context=trust.context)
        trust.connect(secure)
        return secure
    connection = HTTPConnection(plain, timeout=seconds)
    try:
        connection.connect()
    except BaseException:
        connection.close()
        raise
    return connection


def place_of(url: SplitResult) -> str:
    """Return the name of a URL's host here: with http:// before it where the URL has that, "" for other schemes."""
    return {"https": url.netloc, "http": f"{PLAIN}{url.netloc}"}.get(url.scheme, "")


def _has_news(connection: HTTPConnection) -> bool:
    """Tell whether something came over an idle connection: that it was closed, as a rule, or what belongs to nobody."""
    if connection.sock is None:
        return True
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


@cache
def _trust() -> Trust:
    """Return whom the environment names or, where it names nobody, whom certifi knows."""
    if bundle := os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE"):
        is_folder = os.path.isdir(bundle)  # noqa: PTH112 (see `beside`)
        file, folder = (None, bundle) if is_folder else (bundle, None)
        return Trust(ssl.create_default_context(cafile=file, capath=folder))
    return Trust(ssl.create_default_context(cafile=ROOTS), lambda context: context.load_verify_locations(_certifi()))


def _certifi() -> str:
    """Return where certifi keeps the authorities; its own `where` loads what unpacks archives to tell it."""
    found = find_spec("certifi")
    return beside((found and found.origin) or "", "cacert.pem")


CONNECTIONS = Connections()
