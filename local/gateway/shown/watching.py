"""Watching the gateway: the latest requests with what their functions logged, and how many there were of what.

All of it is in memory and ends with the server. Of an address only the path is kept: queries have keys and tickets.
"""

import logging
import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from local.console.costs import operation_of
from local.console.service import Counts, Exchange
from local.console.spans import Span
from local.gateway.events import Environ, path_of
from local.gateway.gateway import Gateway, StartResponse
from symbolon.api import lines
from symbolon.api.telemetry import ACCOUNT_CREATED

if TYPE_CHECKING:
    from queue import SimpleQueue

KEPT = 1000
"""Requests that are kept."""

_KEPT_MINUTES = 31 * 24 * 60
_COUNTED = {"authenticate", "link", "unlink", "refresh", "logout", "partner", "import"}
"""Verbs whose failures a deployed stack counts in its metrics."""

Told = tuple[Exchange, list[logging.LogRecord]]
"""A request, and what its function logged."""

_lines: ContextVar[list[logging.LogRecord] | None] = ContextVar("lines", default=None)


class Watch:
    """The gateway as a WSGI application that is looked at; for the console, its requests and counts.

    Where it has somebody to tell (`told_to`), it keeps nothing itself.
    """

    every_seconds = 2

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._exchanges: deque[Told] = deque(maxlen=KEPT)
        self._minutes: dict[int, Counter[tuple[str, str]]] = {}
        self._lock = threading.Lock()
        self.told_to: SimpleQueue[Told] | None = None
        self._keeper = _Keeper()
        logging.getLogger(lines.LOGGER).addHandler(self._keeper)

    def close(self) -> None:
        """Look no more."""
        logging.getLogger(lines.LOGGER).removeHandler(self._keeper)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let the gateway answer, and note what it was."""
        began, seen, records = time.time(), [], []  # type: ignore[var-annotated]

        def start(status: str, headers: list[tuple[str, str]]) -> Any:  # noqa: ANN401 (what WSGI has)
            seen.append((int(status.split(maxsplit=1)[0]), dict(headers).get("apigw-requestid") or str(uuid.uuid4())))
            return start_response(status, headers)

        before = _lines.set(records)
        clock = time.perf_counter()
        try:
            return self._gateway(environ, start)
        finally:
            _lines.reset(before)
            status, name = seen[0] if seen else (500, str(uuid.uuid4()))
            duration = (time.perf_counter() - clock) * 1000
            exchange = Exchange(name, began, environ["REQUEST_METHOD"], path_of(environ), status, duration)
            if self.told_to:
                self.told_to.put((exchange, records))
            else:
                self._note(exchange, records)

    def add(self, exchange: Exchange) -> None:
        """Note an exchange that another process has had, and told."""
        self._note(exchange, [])

    def latest(self, most: int) -> list[Exchange]:
        """Give the latest exchanges, the newest first."""
        with self._lock:
            kept = list(self._exchanges)[-most:]
        return [self.told(*pair) for pair in reversed(kept)]

    def of_player(self, user_id: str, most: int) -> list[Exchange]:
        """Give the latest of those that are kept and concern the player."""
        return [one for one in self.latest(KEPT) if one.fields.get("user_id") == user_id][:most]

    def one(self, exchange_id: str) -> Exchange | None:
        """Give one of those that are kept."""
        with self._lock:
            kept = list(self._exchanges)
        return next((self.told(*pair) for pair in kept if pair[0].id == exchange_id), None)

    def counts(self, span: Span) -> Counts:
        """Give what was counted in the parts of the span."""
        start = span.start()
        series: dict[tuple[str, str], list[int]] = {}
        with self._lock:
            minutes = {minute: counter.copy() for minute, counter in self._minutes.items() if minute * 60 >= start}
        for minute, counter in minutes.items():
            at = (minute * 60 - start) // span.step
            for key, number in counter.items():
                if at < span.parts:
                    series.setdefault(key, [0] * span.parts)[at] += number
        of = {kind: {name: values for (one, name), values in series.items() if one == kind} for kind in _KINDS}
        operations = {name: sum(values) for name, values in of["operation"].items()}
        accounts = of["account"].get("", [0] * span.parts)
        return Counts(span, start, of["sign-in"], accounts, of["failure"], operations)

    def _note(self, exchange: Exchange, records: list[logging.LogRecord]) -> None:
        minute = int(exchange.time) // 60
        told = _fields(records) or exchange.fields
        with self._lock:
            self._exchanges.append((exchange, records))
            counter = self._minutes.setdefault(minute, Counter())
            counter.update(_counted(exchange, told))
            while len(self._minutes) > _KEPT_MINUTES:
                del self._minutes[min(self._minutes)]

    @staticmethod
    def told(exchange: Exchange, records: list[logging.LogRecord]) -> Exchange:
        """Give the exchange with what its function logged, as text; what has it already, as it is."""
        if not records:
            return exchange
        fields = _fields(records)
        line = "\n".join(map(lines.written, records))
        shown = {name: fields[name] for name in _SHOWN if fields.get(name)}
        return Exchange(**{**vars(exchange), "fields": shown, "line": line})


_KINDS = ("sign-in", "account", "failure", "operation")
_SHOWN = ("outcome", "provider", "verb", "user_id", "events", "reason", "detail")


class _Keeper(logging.Handler):
    """Gives each request its lines."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record for the request that this thread serves."""
        kept = _lines.get()
        if kept is not None:
            kept.append(record)


def _fields(records: Iterable[logging.LogRecord]) -> Mapping[str, Any]:
    """Give what the request's line says."""
    return next((vars(one)["line"] for one in records), {})


def _counted(exchange: Exchange, told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give what one request counts as; a player's alone, and not what operators do."""
    if exchange.path.startswith("/admin/"):
        return []
    verb, provider, outcome = (str(told.get(name, "")) for name in ("verb", "provider", "outcome"))
    created, succeeded = ACCOUNT_CREATED in told.get("events", ()), outcome == "ok"
    operation = operation_of(verb, provider, succeeded=succeeded, created=created)
    found = [("operation", operation)]
    found += [("sign-in", provider)] if verb == "authenticate" and succeeded else []
    found += [("account", "")] if created else []
    failed = outcome if verb in _COUNTED and not succeeded else "crashed" if exchange.status >= 500 else ""  # noqa: PLR2004 (ours)
    return found + ([("failure", failed)] if failed else [])
