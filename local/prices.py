"""What a million of each operation costs, by what was measured and AWS's prices: docs/cost.md says where from."""

import math
from dataclasses import dataclass, fields

WHOLE_PROCESSOR_MB = 1769
"""The memory at which Lambda gives a function one processor; below, in proportion."""

ROUND_TRIP_MS = 5.0
"""For one request to DynamoDB from Lambda: an assumption, on the safe side of its single-digit milliseconds."""

SECRET_MONTH, ALARM_MONTH = 0.40, 0.10
"""Dollars a month for each that there is."""

SAMPLE_REQUEST = {
    "routeKey": "POST /v2/account/authenticate/device",
    "status": "200",
    "identity.sourceIp": "198.51.100.207",
    "responseLength": "842",
    "responseLatency": "24",
    "integrationLatency": "22",
    "requestId": "JKJaXmPLvHcESHA=",
}
"""What API Gateway puts into the access log's format for a usual request, by the names that it knows it by."""

ACCESS_LOG_BYTES = 168
"""Of API Gateway's line about a sign-in: the template's format with the sample in it, which a test compares."""


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
    access_log_bytes: int = ACCESS_LOG_BYTES

    @property
    def duration_ms(self) -> int:
        """Give the time that Lambda bills for it when it is warm, which is in whole milliseconds."""
        share = min(1.0, self.memory_mb / WHOLE_PROCESSOR_MB)
        return math.ceil(self.cpu_ms / share + self.round_trips * ROUND_TRIP_MS)


OPERATIONS = (
    Operation("sign-in, account exists", 2.5, 2, 1.5, 0, 174, answer_bytes=846),
    Operation("sign-in, new account", 2.4, 3, 0.5, 5, 221, answer_bytes=861),
    Operation("e-mail sign-in", 33, 2, 1.5, 0, 172, answer_bytes=846, memory_mb=1769),
    Operation("refresh", 1.3, 2, 1, 1, 171, answer_bytes=846),
    Operation("account get", 0.7, 1, 2, 0, 156, answer_bytes=413),
    Operation("link", 2.6, 2, 2, 7, 167, answer_bytes=159),
    Operation("logout", 0.9, 1, 0, 4, 169, answer_bytes=159),
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
        logs=(operation.log_bytes + operation.access_log_bytes) / 1000 * prices.log_gb,
        transfer=operation.answer_bytes / 1000 * prices.transfer_gb,
    )
