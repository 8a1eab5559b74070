"""What a million of each operation costs, by what was measured and AWS's prices: docs/cost.md says where from."""

import math
from dataclasses import dataclass, fields

WHOLE_PROCESSOR_MB = 1769
"""The memory at which Lambda gives a function one processor; below, in proportion."""

ROUND_TRIP_MS = 5.0
"""For one request to DynamoDB from Lambda: an assumption, on the safe side of its single-digit milliseconds."""

SECRET_MONTH, ALARM_MONTH = 0.40, 0.10
"""Dollars a month for each that there is."""

PLATFORM_BYTES = 700
ACCESS_LOG_BYTES = 330
"""Of Lambda's own lines about an invocation, and of the API's line: estimates, since only AWS writes them."""


@dataclass(frozen=True)
class Prices:
    """Dollars for a million of each, or for a GB where it says so."""

    api_requests: float
    invocations: float
    gb_seconds: float
    read_units: float
    write_units: float
    log_gb: float
    transfer_gb: float


US_EAST_1 = Prices(
    api_requests=1.0,
    invocations=0.20,
    gb_seconds=13.3334,
    read_units=0.125,
    write_units=0.625,
    log_gb=0.50,
    transfer_gb=0.09,
)
"""Of US East (N. Virginia), without free tiers and discounts: docs/cost.md has the date and the source of each."""


@dataclass(frozen=True)
class Operation:
    """One request: processor time of the handler in ms, requests to DynamoDB, units, bytes of log line and answer."""

    name: str
    cpu_ms: float
    round_trips: int
    read_units: float
    write_units: float
    log_bytes: int
    answer_bytes: int = 1000
    memory_mb: int = 512

    @property
    def duration_ms(self) -> int:
        """Give the time that Lambda bills for it when it is warm, which is in whole milliseconds."""
        share = min(1.0, self.memory_mb / WHOLE_PROCESSOR_MB)
        return math.ceil(self.cpu_ms / share + self.round_trips * ROUND_TRIP_MS)


OPERATIONS = (
    Operation("sign-in, account exists", 3.0, 2, 2, 0, 535),
    Operation("sign-in, new account", 3.4, 3, 1, 8, 618),
    Operation("e-mail sign-in", 56, 2, 2, 0, 535, memory_mb=1769),
    Operation("refresh", 3.2, 2, 2, 1, 530),
    Operation("account get", 1.7, 1, 2, 0, 348),
    Operation("link", 3.0, 2, 2, 4, 524, answer_bytes=200),
    Operation("logout", 2.1, 1, 0, 4, 524, answer_bytes=200),
)


@dataclass(frozen=True)
class Cost:
    """Dollars for a million of an operation, by what they are paid for."""

    api: float
    function: float
    database: float
    logs: float
    transfer: float

    @property
    def total(self) -> float:
        """Give the sum."""
        return math.fsum(getattr(self, part.name) for part in fields(self))


def cost(operation: Operation, prices: Prices = US_EAST_1) -> Cost:
    """Return what a million cost."""
    gb_seconds = operation.duration_ms / 1000 * operation.memory_mb / 1024
    return Cost(
        api=prices.api_requests,
        function=prices.invocations + gb_seconds * prices.gb_seconds,
        database=operation.read_units * prices.read_units + operation.write_units * prices.write_units,
        logs=(operation.log_bytes + PLATFORM_BYTES + ACCESS_LOG_BYTES) / 1000 * prices.log_gb,
        transfer=operation.answer_bytes / 1000 * prices.transfer_gb,
    )
