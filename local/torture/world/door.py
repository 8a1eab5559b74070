"""The one door to AWS: where the functions' requests leave, go wrong, or are answered.

It stands where `symbolon.aws.connections` opens a connection, so that signing, retries and patience are the real ones.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult

from local.torture.engine.errors import Refused
from local.torture.world.faults import Place, number_of
from local.torture.world.services import Json, Services, written_out
from local.torture.world.world import Visit, World

_OK, _REFUSED, _BROKEN = 200, 400, 500
_MAX_JUMP_SECONDS = 120
_LAGS = 4


@dataclass(frozen=True)
class Reply:
    """An HTTP response, as far as `symbolon.aws.signed` looks at one."""

    status: int
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def read(self) -> bytes:
        """Return the body."""
        return self.content

    def getheader(self, name: str, default: str | None = None) -> str | None:
        """Return a header."""
        return self.headers.get(name.lower(), default)


@dataclass(frozen=True)
class Ask:
    """One request: to a service, for an operation of it, which the caller waits so many seconds for."""

    service: str
    operation: str
    content: Json
    timeout: float


class Door:
    """Takes the place of `Connections`."""

    def __init__(self, world: World, services: Services) -> None:
        self._world = world
        self._services = services

    def get(self, endpoint: SplitResult, timeout: float) -> "Connection":
        """Return a connection, which fails only when it is used."""
        return Connection(self, endpoint.netloc.partition(".")[0], timeout)

    def close(self, host: str) -> None:
        """Do nothing: there is nothing to close."""

    def answer(self, ask: Ask) -> Reply:
        """Carry out a request, or let it go wrong; raises what a connection would, and Died."""
        visit = self._world.visit
        if visit is None:  # nobody's, at the end of a run
            return self._done(ask, "", 0, part=False)
        place, kind = self._world.place_of_call(visit, ask.operation)
        return self._carried_out(ask, visit, place, kind)

    def _carried_out(self, ask: Ask, visit: Visit, place: Place, kind: str) -> Reply:
        what, _, when = kind.rpartition(" ")
        if when == "before":
            return self._fail(what, ask.timeout)
        if kind in ("throttled", "conflict"):
            refused = self._services.refusal(kind, ask.operation, ask.content, number_of(place, 100))
            return Reply(_REFUSED, written_out(refused))
        if kind == "slow":
            self._world.sleep(0.9 * ask.timeout)
        if kind == "clock jumps":
            visit.process.skew += number_of(place, 2 * _MAX_JUMP_SECONDS) - _MAX_JUMP_SECONDS
        reply = self._done(ask, visit.process.function.name, number_of(place, _LAGS), part=kind == "part of a batch")
        if when == "after":
            return self._fail(what, ask.timeout)
        return Reply(_OK, b'{"Item": {') if kind == "half an answer" else reply

    def _done(self, ask: Ask, function: str, number: int, *, part: bool) -> Reply:
        self._services.engine.behind = number
        try:
            if part:
                answer = self._services.some_of(function, ask.content, max(1, number))
            else:
                answer = self._services.answer(function, ask.service, ask.operation, ask.content)
        except Refused as refused:
            self._world.tell(f"  refused: {refused}")
            return Reply(_REFUSED, written_out(refused))
        return Reply(_OK, json.dumps(answer).encode())

    def _fail(self, what: str, timeout: float) -> Reply:
        self._world.cut_off(what, timeout)
        return Reply(_BROKEN, b'{"__type": "InternalServerError"}')


class Connection:
    """Takes the place of `http.client.HTTPConnection`, for one request at a time."""

    def __init__(self, door: Door, service: str, timeout: float) -> None:
        self._door = door
        self._service = service
        self._timeout = timeout
        self._ask: Ask | None = None

    def request(self, _method: str, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Take a request."""
        operation = headers.get("x-amz-target", "").rpartition(".")[2] or path.split("/")[3]
        self._ask = Ask(self._service, operation, json.loads(body), self._timeout)

    def getresponse(self) -> Reply:
        """Answer it."""
        if self._ask is None:
            raise RuntimeError("nothing was asked")
        return self._door.answer(self._ask)
