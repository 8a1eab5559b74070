"""The internet of this world, between the functions and the providers that are set up.

It stands where `symbolon.internet.outbound` opens a connection, so that its patience, retries and limits are the real
ones; what can go wrong at AWS's door can go wrong here as well.
"""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from local.torture.world.processes import Died
from local.torture.world.providers import HOSTS
from local.torture.world.world import World

AT_A_PROVIDER = " at a provider"

_OK, _BAD_REQUEST, _TOO_MANY, _BROKEN = 200, 400, 429, 500

T = TypeVar("T")


class Workers:
    """Takes the place of the threads that ask: in this world one waits by letting others go on."""

    def submit(self, work: Callable[..., T], *arguments: object) -> "Future[T]":
        """Do it, now."""
        done: Future[T] = Future()
        try:
            done.set_result(work(*arguments))
        except Died:
            raise
        except BaseException as error:  # noqa: BLE001 (as a thread does)
            done.set_exception(error)
        return done


@dataclass
class Response:
    """An HTTP response, as far as `symbolon.internet.outbound` looks at one."""

    status: int
    content: bytes
    length: int = 0
    will_close: bool = True
    is_read: bool = False

    def getheaders(self) -> list[tuple[str, str]]:
        """Return no header."""
        return []

    def isclosed(self) -> bool:
        """Tell whether all was read."""
        return self.is_read

    def read1(self, _most: int) -> bytes:
        """Return all of it."""
        self.is_read = True
        return self.content

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


@dataclass
class Connection:
    """Takes the place of `http.client.HTTPSConnection`, for one request."""

    internet: "Internet"
    host: str
    timeout: float
    path: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)
    sock: Any = field(init=False)

    def __post_init__(self) -> None:
        """Have a socket whose patience can be set."""
        self.sock = SimpleNamespace(settimeout=lambda seconds: setattr(self, "timeout", seconds))

    def request(self, _method: str, target: str, body: str = "", headers: Mapping[str, str] | None = None) -> None:
        """Take a request: the fields of its query and of its form, and the token of who asks."""
        url = urlsplit(target)
        fields = {name: values[0] for name, values in parse_qs(f"{url.query}&{body}").items()}
        bearer = (headers or {}).get("Authorization", "").removeprefix("Bearer ")
        self.path, self.asked = url.path, {**fields, "bearer": bearer}

    def getresponse(self) -> Response:
        """Answer it."""
        return self.internet.answer(self)

    def close(self) -> None:
        """Do nothing."""


class Internet:
    """All hosts that there are."""

    def __init__(self, world: World) -> None:
        self._world = world

    def connect(self, host: str, seconds: float) -> Connection:
        """Return a connection, which fails only when it is used."""
        return Connection(self, host, seconds)

    def answer(self, connection: Connection) -> Response:
        """Answer a request, or let it go wrong; raises what a connection would, and Died."""
        visit, host, timeout = self._world.visit, connection.host, connection.timeout
        kind = self._world.place_of_call(visit, host, AT_A_PROVIDER)[1] if visit else ""
        fault = kind.partition(" ")[0]
        self._world.cut_off(fault, timeout)
        match fault:
            case "500":
                return Response(_BROKEN, b"")
            case "throttled":
                return Response(_TOO_MANY, b"")
            case "half":
                return Response(_OK, b'{"data": {')
        if kind == "slow":
            self._world.sleep(0.9 * timeout)
        said = HOSTS[host](connection.path, connection.asked)
        return Response(_BAD_REQUEST if "error" in said else _OK, json.dumps(said).encode())
