"""Connections to AWS that are kept from one request to the next, and whose certificates count there.

AWS's endpoints show certificates of Amazon Trust Services
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ats-certs.html), whose five roots are in roots.pem.
Only where these do not do, as in China, behind a proxy, or with a root to come, all of the machine's count.
"""

import http.client
import ssl
import threading
from functools import cache
from urllib.parse import SplitResult

from symbolon.trust import Trust, beside

ROOTS = beside(__file__, "roots.pem")

KEPT_SECONDS = 1.0
"""The longest wait over a connection to AWS that was kept. It may be dead without a word, after Lambda froze the
function: the next attempt opens a new one, and DynamoDB answers within a tenth of this. A store on this machine may be
slower, and says when it hangs up."""


class _Open(dict[str, http.client.HTTPConnection]):
    """Connections by host, closed when nothing refers to them any more: when their thread has ended."""

    def __del__(self) -> None:
        for connection in self.values():
            connection.close()


class Connections(threading.local):
    """One thread's connections, by host: in Lambda there is one thread, in the local gateway there are many."""

    def __init__(self) -> None:
        self._open = _Open()

    def get(self, endpoint: SplitResult, timeout: float) -> http.client.HTTPConnection:
        """Return the connection to the endpoint, with `timeout` seconds for each wait, if it is new; raises OSError."""
        if endpoint.netloc not in self._open:
            self._open[endpoint.netloc] = _connection(endpoint)
        connection = self._open[endpoint.netloc]
        connection.timeout = timeout
        if connection.sock:
            is_far = isinstance(connection, http.client.HTTPSConnection)
            connection.sock.settimeout(min(timeout, KEPT_SECONDS) if is_far else timeout)
        elif isinstance(connection, http.client.HTTPSConnection):
            _trust().connect(connection)
        return connection

    def close(self, host: str) -> None:
        """Close the connection to the host, if there is one: the next request opens another."""
        if connection := self._open.pop(host, None):
            connection.close()


def _connection(endpoint: SplitResult) -> http.client.HTTPConnection:
    if endpoint.scheme == "https":
        return http.client.HTTPSConnection(endpoint.netloc, context=_trust().context)
    return http.client.HTTPConnection(endpoint.netloc)


@cache
def _trust() -> Trust:
    return Trust(ssl.create_default_context(cafile=ROOTS), ssl.SSLContext.load_default_certs)
