"""What a deployed stack has counted, from CloudWatch: the metrics that each log line is, and the API's own.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html. Each metric that is asked for
has its price, so what never occurred is not asked for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.console.costs import EMAIL, KNOWN, NEW, OTHER
from local.console.service import Counts
from local.console.spans import Span
from local.operate.console.clients import telling

CREATED = "AccountsCreated"
COUNTED = {
    "SignIns": KNOWN,
    "Refreshes": "refresh",
    "Links": "link",
    "Unlinks": "link",
    "Logouts": "logout",
    "PartnerSessions": OTHER,
    "FriendImports": OTHER,
}
"""The metrics of requests, each with what a request is paid as."""

_AT_ONCE = 500
_SUCCEEDED = "ok"


@dataclass(frozen=True)
class Series:
    """A metric's values in the parts of a span: of one function and one outcome."""

    name: str
    function: str
    outcome: str
    values: Sequence[int]

    @property
    def total(self) -> int:
        """Give the sum."""
        return sum(self.values)


@dataclass(frozen=True)
class Metrics:
    """The metrics of a stack, by its namespace, and of its API, asked through botocore's `client` for CloudWatch."""

    client: Any
    namespace: str
    api_id: str

    def counts(self, span: Span) -> Counts:
        """Give what was counted in the parts of the span; raises StartError."""
        start = span.start()
        with telling("the metrics", "cloudwatch:ListMetrics and cloudwatch:GetMetricData"):
            found = self._series(span, start)
            requests = sum(self._values([self._of_api(span)], span, start)["m0"])
        sign_ins = [one for one in found if one.name == "SignIns" and one.outcome == _SUCCEEDED]
        failed = [one for one in found if one.name in COUNTED and one.outcome != _SUCCEEDED]
        accounts = _summed((one for one in found if one.name == CREATED), lambda _: "", span).get("", [0] * span.parts)
        return Counts(
            span,
            start,
            _summed(sign_ins, lambda one: one.function, span),
            accounts,
            _summed(failed, lambda one: one.outcome, span),
            operations(found, requests),
        )

    def _series(self, span: Span, start: int) -> list[Series]:
        metrics = self._known()
        asked = [_query(metric, span.step) for metric in metrics]
        values: dict[str, list[int]] = {}
        for first in range(0, len(asked), _AT_ONCE):
            part = asked[first : first + _AT_ONCE]
            named = self._values(part, span, start)
            values |= {f"m{first + at}": named[f"m{at}"] for at in range(len(part))}
        return [
            Series(metric["MetricName"], of["service"], of["outcome"], values[f"m{at}"])
            for at, metric in enumerate(metrics)
            if (of := _dimensions(metric))
        ]

    def _known(self) -> list[dict[str, Any]]:
        """Give the metrics that had values within the last two weeks, each once."""
        found: dict[tuple[str, ...], dict[str, Any]] = {}
        for page in self.client.get_paginator("list_metrics").paginate(Namespace=self.namespace):
            for metric in page["Metrics"]:
                of = _dimensions(metric)
                if metric["MetricName"] in {*COUNTED, CREATED} and of.keys() == {"service", "outcome"}:
                    found[metric["MetricName"], of["service"], of["outcome"]] = metric
        return list(found.values())

    def _of_api(self, span: Span) -> dict[str, Any]:
        api = {"Name": "ApiId", "Value": self.api_id}
        return _query({"Namespace": "AWS/ApiGateway", "MetricName": "Count", "Dimensions": [api]}, span.step)

    def _values(self, asked: Sequence[Mapping[str, Any]], span: Span, start: int) -> dict[str, list[int]]:
        values = {f"m{at}": [0] * span.parts for at in range(len(asked))}
        pages = self.client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=[{**query, "Id": f"m{at}"} for at, query in enumerate(asked)],
            StartTime=datetime.fromtimestamp(start, UTC),
            EndTime=datetime.fromtimestamp(start + span.seconds, UTC),
        )
        for result in (result for page in pages for result in page["MetricDataResults"]):
            for moment, value in zip(result["Timestamps"], result["Values"], strict=True):
                at = int(moment.timestamp() - start) // span.step
                if 0 <= at < span.parts:
                    values[result["Id"]][at] += int(value)
        return values


def operations(found: Sequence[Series], requests: int) -> dict[str, int]:
    """Return how many requests there were of what they are paid as; `requests` is how many the API took in all."""
    counts = {KNOWN: 0, NEW: 0, EMAIL: 0, "refresh": 0, "link": 0, "logout": 0, OTHER: 0}
    for one in found:
        if one.name in COUNTED:
            counts[_paid_as(one)] += one.total
    for one in found:
        if one.name == CREATED and one.function != "partner":
            counts[NEW] += one.total
            counts[EMAIL if one.function == "email" else KNOWN] -= one.total
    counts[OTHER] += max(0, requests - sum(counts.values()))
    return {name: max(0, number) for name, number in counts.items()}


def _paid_as(one: Series) -> str:
    if one.outcome != _SUCCEEDED:
        return OTHER
    return EMAIL if (one.name, one.function) == ("SignIns", "email") else COUNTED[one.name]


def _summed(found: Iterable[Series], name_of: Callable[[Series], str], span: Span) -> dict[str, list[int]]:
    """Return the sums of series that bear one name, part by part."""
    sums: dict[str, list[int]] = {}
    for one in found:
        values = sums.setdefault(name_of(one), [0] * span.parts)
        for at, value in enumerate(one.values):
            values[at] += value
    return {name: values for name, values in sums.items() if any(values)}


def _dimensions(metric: Mapping[str, Any]) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in metric["Dimensions"]}


def _query(metric: Mapping[str, Any], step: int) -> dict[str, Any]:
    wanted = {name: metric[name] for name in ("Namespace", "MetricName", "Dimensions")}
    return {"MetricStat": {"Metric": wanted, "Period": step, "Stat": "Sum"}}
