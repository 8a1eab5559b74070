"""`make quotas RATE=…`: what sign-ins at a rate need of AWS, whether this account has it, and how a launch would go.

docs/capacity.md says where the limits come from. Reading the account takes AWS credentials; without them the needs and
the launch are shown all the same.
"""

import math
import sys
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.operate.numbers import BadNumber, whole_number

WARM_SECONDS = 0.02
COLD_SECONDS = 0.6
"""A device sign-in's time, warm and with the start of its environment: docs/capacity.md has where they come from."""

REQUESTS_PER_ENVIRONMENT = 10
"""A second, on average: Lambda counts no environment for more (its documentation: ten times the concurrency)."""

ENVIRONMENTS_PER_SECOND = 100
"""That one function may add: 1,000 every ten seconds, refilled all the time."""

SCALING_BURST = 1000.0
"""Environments that one function may add at once."""

_STEP_SECONDS = 0.1
_MOST_RATE, _MOST_RAMP = 10_000_000, 24 * 3600


@dataclass(frozen=True)
class Need:
    """What a rate takes of one quota, named as Service Quotas names it, with its default."""

    service: str
    quota: str
    needed: float
    default: float


@dataclass(frozen=True)
class Second:
    """One second of a launch: requests that came, that were served, of them cold, refused; environments after it."""

    at: int
    asked: float
    served: float
    cold: float
    refused: float
    environments: float


def environments(rate: float) -> float:
    """Return the concurrency that `rate` warm sign-ins a second need."""
    return max(rate * WARM_SECONDS, rate / REQUESTS_PER_ENVIRONMENT)


def needs(rate: float) -> list[Need]:
    """Return what `rate` sign-ins a second need, all of them of new players, which is the most."""
    return [
        Need("lambda", "Concurrent executions", environments(rate), 1000),
        Need("apigateway", "Throttle rate", rate, 10_000),
        Need("dynamodb", "Table-level read throughput limit", rate, 40_000),
        Need("dynamodb", "Table-level write throughput limit", 2 * rate, 40_000),
    ]


def launch(rate: float, ramp_seconds: int, concurrency: float, ready: float = 0) -> list[Second]:
    """Return the seconds of a launch that grows evenly to `rate`, and ten more, with so many environments ready.

    A request that finds no environment free starts one, where scaling rate and quota let it, and is served late by it.
    """
    fleet = _Fleet(concurrency, ready)
    return [fleet.second(at, rate * min(1.0, at / ramp_seconds)) for at in range(1, ramp_seconds + 11)]


class _Fleet:
    """The environments of one function, in steps of a tenth of a second."""

    def __init__(self, concurrency: float, ready: float) -> None:
        self._most = concurrency
        self._running = min(ready, concurrency)
        self._starting = deque([0.0] * round(COLD_SECONDS / _STEP_SECONDS))
        self._may_start = SCALING_BURST

    def second(self, at: int, rate: float) -> Second:
        """Let a second pass in which requests come at that rate."""
        steps = [self._step(rate * _STEP_SECONDS) for _ in range(round(1 / _STEP_SECONDS))]
        cold, refused = (math.fsum(part) for part in zip(*steps, strict=True))
        return Second(at, rate, rate - refused, cold, refused, self._running + sum(self._starting))

    def _step(self, asked: float) -> tuple[float, float]:
        """Serve what can be served; give how many requests started an environment, and how many were refused."""
        self._running += self._starting.popleft()
        self._may_start = min(SCALING_BURST, self._may_start + ENVIRONMENTS_PER_SECOND * _STEP_SECONDS)
        waiting = max(0.0, asked - self._running * REQUESTS_PER_ENVIRONMENT * _STEP_SECONDS)
        started = min(waiting, self._may_start, self._most - self._running - sum(self._starting))
        self._may_start -= started
        self._starting.append(started)
        return started, waiting - started


def account_quotas(needed: Iterable[Need], client: Any) -> dict[str, float]:  # noqa: ANN401 (boto3 makes it at run time)
    """Return the account's values of these quotas by name; those that it was never told of are missing.

    Raises botocore's exceptions.
    """
    names = {need.quota for need in needed}
    found: dict[str, float] = {}
    for service in dict.fromkeys(need.service for need in needed):
        for page in client.get_paginator("list_service_quotas").paginate(ServiceCode=service):
            found |= {one["QuotaName"]: one["Value"] for one in page["Quotas"] if one["QuotaName"] in names}
    return found


def report(needed: Iterable[Need], quotas: Mapping[str, float]) -> str:
    """Return a line for each need: enough, or what to ask for."""
    lines = []
    for need in needed:
        value = quotas.get(need.quota, need.default)
        origin = "" if need.quota in quotas else " (default)"
        verdict = "enough" if value >= need.needed else f"ask for {2 * need.needed:,.0f}"
        lines.append(f"{need.service:11} {need.quota:36} {need.needed:9,.0f} of {value:9,.0f}{origin}: {verdict}")
    return "\n".join(lines)


def ramp_table(seconds: Iterable[Second]) -> str:
    """Return the seconds as a table, with the sums."""
    lines = [f"{'second':>6} {'asked':>9} {'served':>9} {'cold':>7} {'refused':>9} {'environments':>12}"]
    asked = cold = refused = 0.0
    for one in seconds:
        asked, cold, refused = asked + one.asked, cold + one.cold, refused + one.refused
        counts = f"{one.asked:9,.0f} {one.served:9,.0f} {one.cold:7,.0f} {one.refused:9,.0f}"
        lines.append(f"{one.at:6} {counts} {one.environments:12,.0f}")
    lines.append(f"cold: {100 * cold / asked:.2f} %, refused: {100 * refused / asked:.2f} % of {asked:,.0f} requests")
    return "\n".join(lines)


def main() -> int:
    """Print needs, quotas and a launch to RATE a second within RAMP seconds; give 1 when a quota is too low."""
    try:
        rate, ramp = whole_number("RATE", 1000, _MOST_RATE), whole_number("RAMP", 60, _MOST_RAMP)
    except BadNumber as error:
        print(error, file=sys.stderr)
        return 2
    needed, quotas = needs(rate), {}
    try:
        quotas = account_quotas(needed, boto3.client("service-quotas"))
    except (BotoCoreError, ClientError) as error:
        print(f"The account's quotas are out of reach, these are AWS's defaults: {error}\n", file=sys.stderr)
    print(f"{rate:,.0f} sign-ins of new players a second\n{report(needed, quotas)}\n")
    print(ramp_table(launch(rate, ramp, quotas.get("Concurrent executions", 1000))))
    return int(any(quotas.get(need.quota, need.default) < need.needed for need in needed))


if __name__ == "__main__":
    sys.exit(main())
