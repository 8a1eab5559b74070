"""What a request consumes of DynamoDB, in request units: added up where answers arrive, read by its log line.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
What was refused for its condition is paid for too, but such an answer does not say how much: it counts nothing here.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

_READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})

REQUESTED = {"ReturnConsumedCapacity": "TOTAL"}
"""The argument that makes DynamoDB say it."""


class Consumption:
    """Request units so far."""

    def __init__(self) -> None:
        self.read = self.written = 0.0


# The local gateway serves each request in a thread, and threads have contexts of their own.
_current: ContextVar[Consumption | None] = ContextVar("consumption", default=None)


def begin() -> Consumption:
    """Return a new count, to which everything is added that this thread asks for from now on."""
    consumption = Consumption()
    _current.set(consumption)
    return consumption


def add(operation: str, consumed: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
    """Count an answer's ConsumedCapacity: one table's, or a list of them; {} when the answer had none."""
    consumption = _current.get()
    if consumption is None:
        return
    tables = [consumed] if isinstance(consumed, Mapping) else consumed
    units = sum(float(table.get("CapacityUnits", 0)) for table in tables)
    if operation in _READS:
        consumption.read += units
    else:
        consumption.written += units
