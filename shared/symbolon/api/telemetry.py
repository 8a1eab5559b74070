"""One JSON line per request, which is also its metrics.

CloudWatch counts what is frequent by filters in template.yaml, which cost nothing, and reads what is rare from the line
itself, in the embedded metric format, whose text is paid for:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
The line has the verb, provider, outcome, user id, duration, request units and whether the instance was cold. It has
nothing that a client or a provider sent: no body, token, password, address or header. Each byte is paid for a million
times: what is as usual is left out, and what the access log says is left to it (docs/cost.md). Behind an edge the line
has the client's IP address, which the access log cannot have then.
"""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from symbolon.api import lines
from symbolon.api.request import Trace
from symbolon.aws import consumption
from symbolon.errors import SymbolonError

_METRICS_BY_VERB = {"import": "FriendImports"}
"""Requests of these verbs are counted by outcome, as filters count sign-ins, links, refreshes and so on."""

_OF_ROUTES = {
    "Dimensions": [["service", "verb"]],
    "Metrics": [
        {"Name": "duration_ms", "Unit": "Milliseconds"},
        {"Name": "read_units", "Unit": "Count"},
        {"Name": "write_units", "Unit": "Count"},
    ],
}
"""Fields of the line that are metrics of each route too, where METRICS_BY_ROUTE says so: each is charged for."""

ACCOUNT_CREATED = "AccountsCreated"
ACCOUNTS_MERGED = "AccountsMerged"
FRIEND_IMPORTS_FAILED = "FriendImportsFailed"
FRIEND_IMPORTS_SKIPPED = "FriendImportsSkipped"
REFRESH_TOKEN_REUSED = "RefreshTokensReused"  # noqa: S105 (a metric's name)

_COUNTED_BY_FILTERS = frozenset({ACCOUNT_CREATED})

_first_request = True


class Outcome:
    """How a request ended, as its line says it: "ok", or the kind of error; "crashed" until either is known."""

    def __init__(self) -> None:
        self.name = "crashed"
        self.status = 500
        self.details: dict[str, str] = {}

    def succeeded(self) -> None:
        """Note that the request was served."""
        self.name, self.status = "ok", 200

    def failed(self, error: SymbolonError) -> None:
        """Note the error that is the answer, and for the operator what lies behind it."""
        self.name, self.status = type(error).__name__, error.status
        self.details = {"reason": error.reason}
        if error.detail:
            self.details["detail"] = error.detail
        if error.__cause__ is not None:
            self.details["cause"] = type(error.__cause__).__name__


@contextmanager
def observed(trace: Trace, context: object) -> Iterator[Outcome]:
    """Write the request's line when the block ends, however it ends."""
    global _first_request
    cold, _first_request = _first_request, False
    outcome, consumed, start = Outcome(), consumption.begin(), time.perf_counter()
    invocation = getattr(context, "aws_request_id", "")
    try:
        yield outcome
    finally:
        line: dict[str, Any] = {
            "service": trace.function,
            "verb": trace.verb,
            "provider": trace.provider,
            "outcome": outcome.name,
            "status": outcome.status,
            "user_id": trace.user_id,
            "events": trace.events,
            "duration_ms": round((time.perf_counter() - start) * 1000, 1),
            "read_units": consumed.read,
            "write_units": consumed.written,
            "cold_start": cold,
            "request_id": trace.request_id or invocation,
            "invocation": invocation if outcome.status >= 500 else "",  # noqa: PLR2004 (what failed on our side)
            **trace.details,
            **outcome.details,
        }
        lines.write(_level(trace, outcome), {**line, **_metrics(trace, outcome)})


def _level(trace: Trace, outcome: Outcome) -> int:
    if outcome.status >= 500:  # noqa: PLR2004 (what failed on our side)
        return logging.ERROR
    return logging.WARNING if REFRESH_TOKEN_REUSED in trace.events else logging.INFO


def _metrics(trace: Trace, outcome: Outcome) -> dict[str, Any]:
    metrics = _counts(trace, outcome)
    if os.environ.get("METRICS_BY_ROUTE") == "true":
        directives = metrics.setdefault("_aws", {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": []})
        namespace = {"Namespace": os.environ["POWERTOOLS_METRICS_NAMESPACE"]}
        directives["CloudWatchMetrics"].append(namespace | _OF_ROUTES)
    return metrics


def _counts(trace: Trace, outcome: Outcome) -> dict[str, Any]:
    names = [
        name for name in (_METRICS_BY_VERB.get(trace.verb), *trace.events) if name and name not in _COUNTED_BY_FILTERS
    ]
    if not names:
        return {}
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit  # noqa: PLC0415 (a tenth of a start)

    metrics = EphemeralMetrics(service=trace.function)
    metrics.add_dimension("outcome", outcome.name)
    for name in names:
        metrics.add_metric(name, unit=MetricUnit.Count, value=1)
    return dict(metrics.serialize_metric_set())
