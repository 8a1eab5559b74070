"""Asking a provider whose credential it is, at the studio's expense: forgeries must not use up what players need.

What a provider refused is remembered for a minute, and a network whose credentials it refuses again and again is not
asked about for a while. A sign-in that succeeds costs no read and no write for it: each instance remembers what it saw,
and only a refusal is counted for all of them. So an instance that has not met a network yet asks for it a few times.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from symbolon.errors import ResourceExhausted, Unauthenticated, Unavailable
from symbolon.limits.budgets import MinuteBudget
from symbolon.limits.counters import Counter, exhausted
from symbolon.limits.networks import digest, network_of
from symbolon.settings.limits import Limits

FORGERIES_REFUSED = "ForgeriesRefused"

REMEMBERED_SECONDS = 60
"""For how long a refusal stands: a credential may come a moment too early, before its provider knows it everywhere."""

BLOCKED_SECONDS = 300
"""For how long a network is not asked about; then an instance tries whether it is better."""

MOST_REMEMBERED = 10_000
_BLOCKABLE = 3
"""Refusals that an instance itself has seen before it blocks a network, and more of them than successes: behind an
address of many players some credentials have always expired."""

T = TypeVar("T")


class _Lately(Generic[T]):
    """What was noted within some time, the latest MOST_REMEMBERED of it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._noted: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def get(self, name: str) -> T | None:
        until, value = self._noted.get(name, (0.0, None))
        return value if time.monotonic() < until else None

    def note(self, name: str, value: T) -> None:
        self._noted[name] = (time.monotonic() + self._seconds, value)
        self._noted.move_to_end(name)
        while len(self._noted) > MOST_REMEMBERED:
            self._noted.popitem(last=False)

    def clear(self) -> None:
        self._noted.clear()


class _Record:
    """What an instance saw of a network's credentials, and until when it is not asked about."""

    def __init__(self) -> None:
        self.refused = self.accepted = 0
        self.blocked_until = 0.0

    @property
    def is_suspect(self) -> bool:
        """Whether more of them were refused than accepted."""
        return self.refused > self.accepted


_REFUSALS: _Lately[Unauthenticated] = _Lately(REMEMBERED_SECONDS)
_RECORDS: _Lately[_Record] = _Lately(3600)


def forget() -> None:
    """Forget everything, as a new instance has it."""
    _REFUSALS.clear()
    _RECORDS.clear()


class Asking(NamedTuple):
    """Asking a provider, `calls` times a minute at most (0: without a limit), for a client at an IP address.

    `title` is what the provider is called where a client reads it, and `attempts` what is refused. What is refused
    without asking is noted in `events`.
    """

    provider: str
    title: str
    calls: int
    address: str
    limits: Limits
    events: list[str]
    attempts: str = "sign-ins"

    def about(self, credential: str, ask: Callable[[], T]) -> T:
        """Return what `ask` does, which asks the provider about the credential.

        Raises Unauthenticated when the provider refuses it, or did so a moment ago, and ResourceExhausted when it is
        not asked, for the network's refusals or for want of the provider's budget.
        """
        proof = hashlib.sha256(f"{self.provider}\0{credential}".encode()).hexdigest()
        if known := _REFUSALS.get(proof):
            raise Unauthenticated(known.message, known.detail)
        record = self._admitted()
        try:
            answer = ask()
        except Unauthenticated as error:
            _REFUSALS.note(proof, error)
            self._refused(record)
            raise
        record.accepted += 1
        return answer

    def _admitted(self) -> _Record:
        record = _RECORDS.get(self._name) or _Record()
        _RECORDS.note(self._name, record)
        if (left := record.blocked_until - time.monotonic()) > 0:
            self.events.append(FORGERIES_REFUSED)
            raise exhausted(f"Too many refused {self.title} {self.attempts} from this network.", int(left) + 1)
        message = f"Too many {self.title} {self.attempts} at the moment."
        budget = MinuteBudget(f"{self.provider} calls", self.calls, message)
        budget.take(is_suspect=record.is_suspect)
        return record

    def _refused(self, record: _Record) -> None:
        record.refused += 1
        counter = Counter(
            f"forged {self.provider}", network_of(self.address), self.limits.network_forgeries_per_hour, ""
        )
        try:
            counter.count()
        except Unavailable:
            return
        except ResourceExhausted:
            if record.is_suspect and record.refused >= _BLOCKABLE:
                record.blocked_until = time.monotonic() + BLOCKED_SECONDS

    @property
    def _name(self) -> str:
        return digest(self.provider, network_of(self.address))
