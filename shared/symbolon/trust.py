"""Whose certificates count at the other end of a connection: a few authorities' at first, all others' when need be.

Reading the certificates of all authorities that there are takes longer than importing all of our code does
(DECISIONS.md has the figures), and as a rule a host's own is by one of a few. So those few are read at first, and all
others when a host shows a certificate of somebody else's, before it is refused: in the end the same are believed.
"""

import os
import ssl
import threading
from collections.abc import Callable
from http.client import HTTPSConnection

LoadOthers = Callable[[ssl.SSLContext], None]


class Trust:
    """The authorities of a TLS context, and those that `load_others`, if given, adds to it where they do not do."""

    def __init__(self, context: ssl.SSLContext, load_others: LoadOthers | None = None) -> None:
        self.context = context
        self._load_others = load_others
        self._lock = threading.Lock()

    def connect(self, connection: HTTPSConnection) -> None:
        """Open a connection that has this context, and close it when that fails.

        Raises OSError, among them ssl.SSLCertVerificationError when no authority that counts knows the host.
        """
        others = self._load_others
        try:
            try:
                connection.connect()
            except ssl.SSLCertVerificationError:
                if not others:
                    raise
                connection.close()
                self._complete()
                connection.connect()
        except BaseException:
            connection.close()
            raise

    def _complete(self) -> None:
        with self._lock:
            if not self._load_others:
                return
            known = self.context.cert_store_stats()
            self._load_others(self.context)
            # OpenSSL does not say that it could not read them; then the next host that nobody knows has it try again.
            if self.context.cert_store_stats() != known:
                self._load_others = None


def beside(module: str, name: str) -> str:
    """Return the path of a file in the folder of a module, which is given as its __file__.

    The module pathlib, which has a better way to say so, takes a fiftieth of a start to import.
    """
    return os.path.join(os.path.dirname(module), name)  # noqa: PTH118, PTH120 (see above)
