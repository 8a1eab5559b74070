"""What is put under load: the local gateway, and a peer that runs already, each with the processes that work for it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bench import processes
from local.gateway.settings import DEVELOPMENT
from tests.helpers.service import local_gateway


@dataclass(frozen=True)
class Server:
    """A server: where it is, the server key for it, and its processes in groups that are reported one by one."""

    name: str
    url: str
    key: str
    groups: Sequence[Sequence[int]]

    def cpu_seconds(self) -> list[float]:
        """Give the processor time that each group has used so far."""
        return [sum(map(processes.cpu_seconds, group)) for group in self.groups]


@contextmanager
def gateway(count: int) -> Iterator[Server]:
    """Run the development server, in so many processes, with an empty store: they are one group, the store another."""
    with TemporaryDirectory() as folder:
        started = local_gateway.start(Path(folder), PROCESSES=str(count))
        try:
            url = started.wait_for_url()
            everyone = processes.with_descendants(started.process.pid)
            stores = [pid for pid in everyone if "local/store" in processes.command(pid)]
            name = "symbolon" if count == 1 else f"symbolon, {count} processes"
            yield Server(name, url, str(DEVELOPMENT["server_key"]), [sorted({*everyone} - {*stores}), stores])
        finally:
            started.end()


def peer(url: str, key: str, others: Sequence[int]) -> Server:
    """Give a server on this machine: whoever listens on its port, and further processes, such as its database's.

    Raises ValueError when it is not on loopback, or nobody listens there whose processes we may see.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost") or not parts.port:
        raise ValueError("PEER must be http://127.0.0.1:<port>")
    listening = processes.listening_on(parts.port)
    if not listening:
        raise ValueError(f"nobody listens on port {parts.port}")
    found = {below for pid in listening for below in processes.with_descendants(pid)}
    return Server("peer", url, key, [sorted(found), *([list(others)] if others else [])])
