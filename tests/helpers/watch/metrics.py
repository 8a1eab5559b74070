"""The metrics that CloudWatch makes of a log line: those that it carries, and those of the template's filters.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.helpers.service.deployment import named, properties

Metric = tuple[str, dict[str, str]]

_COMPARED = re.compile(r'\$\.(\w+)(?:\[(\d)\])? = (?:"(\w+)"|(\d+))')


def filters(log_group: str = "FunctionsLog") -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the patterns over JSON of a log group's filters whose metrics have dimensions, and their metrics."""
    for name in named("AWS::Logs::MetricFilter"):
        found = properties(name)
        [metric] = found["MetricTransformations"]
        if found["LogGroupName"] == {"Ref": log_group} and metric.get("Dimensions"):
            yield found["FilterPattern"], metric


def by_filters(line: dict[str, Any]) -> list[Metric]:
    """Give the metrics that filters make of a line, each with its dimensions."""
    return [(metric["MetricName"], _dimensions(metric, line)) for pattern, metric in filters() if _fits(pattern, line)]


def _dimensions(metric: dict[str, Any], line: dict[str, Any]) -> dict[str, str]:
    return {one["Key"]: line[one["Value"].removeprefix("$.")] for one in metric["Dimensions"]}


def _fits(pattern: str, line: dict[str, Any]) -> bool:
    return any(
        all(_holds(term, line) for term in either.split(" && ")) for either in pattern.strip("{ }").split(" || ")
    )


def _holds(term: str, line: dict[str, Any]) -> bool:
    found = _COMPARED.fullmatch(term.strip())
    assert found, term
    name, index, text, number = found.groups()
    value = line.get(name)
    if index is not None:
        value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
    return bool(value == (text if number is None else int(number)))
