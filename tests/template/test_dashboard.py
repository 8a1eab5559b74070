"""The dashboard names metrics that exist: those of AWS as its documentation has them, ours as the log lines do."""

import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import pytest

from local.template.cloudformation import load_document
from local.template.template import TEMPLATE
from symbolon.api import telemetry
from symbolon.api.request import Trace
from tests.helpers.service.deployment import FUNCTIONS, TABLES, deployed, named, properties

GLOBALS = load_document(TEMPLATE)["Globals"]["Function"]
AWS_METRICS = {
    "AWS/ApiGateway": ({"ApiId"}, {"Count", "4xx", "5xx", "Latency"}),
    "AWS/DynamoDB": (
        {"TableName"},
        {
            *("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
            *("ReadThrottleEvents", "WriteThrottleEvents", "TransactionConflict"),
        },
    ),
    "AWS/Lambda": ({"FunctionName"}, {"Duration", "Errors"}),
    "AWS/Logs": ({"LogGroupName"}, {"IncomingBytes"}),
}
"""By namespace, the dimensions and metrics that are read here, as AWS has them:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html."""

OF_THE_ACCOUNT = {"ConcurrentExecutions", "Throttles"}
LONGEST_SEARCH = 1024
SEARCH = re.compile(r"SEARCH\('(\{([^}]*)\} (.*?))', '(\w+)', \d+\)")
BODY: dict[str, Any] = json.loads(deployed(properties("Dashboard")["DashboardBody"]).replace("${!", "${"))
METRICS = [metric for widget in BODY["widgets"] for metric in widget["properties"]["metrics"]]
EXPRESSIONS = [metric[0]["expression"] for metric in METRICS if isinstance(metric[0], dict)]
SEARCHES = [found for expression in EXPRESSIONS for found in SEARCH.finditer(expression)]


def direct() -> Iterator[tuple[str, str, set[str]]]:
    """Give the namespace, name and dimensions of the metrics that are named one by one, shorthand written out."""
    for widget in BODY["widgets"]:
        former: list[str] = []
        for metric in widget["properties"]["metrics"]:
            fields = [field for field in metric if isinstance(field, str)]
            if fields and fields != ["..."]:
                former = [old if new == "." else new for old, new in zip_longest(former, fields)]
                former = former[: len(fields)]
                yield former[0], former[1], set(former[2::2])


def searched() -> Iterator[tuple[str, str, set[str]]]:
    """Give the same for the metrics that are searched for."""
    for found in SEARCHES:
        namespace, *dimensions = found[2].split(",")
        [names] = re.findall(r'MetricName=\(?("\w+"(?: OR "\w+")*)', found[3])
        for name in re.findall(r"\w+", names.replace(" OR ", " ")):
            yield namespace, name, set(dimensions)


def emitted() -> Iterator[tuple[str, str, set[str]]]:
    """Give the same for the metrics that log lines carry."""
    for verb in ("authenticate", "refresh"):
        trace = Trace("device", verb, events=[telemetry.ACCOUNT_CREATED, telemetry.REFRESH_TOKEN_REUSED])
        line = telemetry._metrics(trace, telemetry.Outcome())  # noqa: SLF001 (what CloudWatch reads, before it is text)
        [directive] = line["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]:
            yield directive["Namespace"], metric["Name"], set(directive["Dimensions"][0])


def test_metrics_of_aws_exist() -> None:
    """What is read of AWS is written by AWS, under these dimensions."""
    read = [one for one in (*direct(), *searched()) if one[0] != "Symbolon"]

    assert len(read) > 15
    for namespace, name, dimensions in read:
        known_dimensions, known_names = AWS_METRICS[namespace]
        assert name in (OF_THE_ACCOUNT if not dimensions else known_names)
        assert dimensions in (set(), known_dimensions)


def test_metrics_of_ours_are_emitted() -> None:
    """What is read of ours is written by the functions, under the dimensions of their log lines."""
    read = [one for one in (*direct(), *searched()) if one[0] == "Symbolon"]
    written = list(emitted())

    assert {name for _, name, _ in read} >= {"SignIns", "AccountsCreated", "Refreshes", "RefreshTokensReused"}
    assert all(one in written for one in read)


@pytest.mark.parametrize(
    ("dimension", "names"),
    [("FunctionName", FUNCTIONS), ("TableName", TABLES), ("LogGroupName", named("AWS::Logs::LogGroup"))],
)
def test_nothing_is_left_out(dimension: str, names: list[str]) -> None:
    """Whatever looks at functions, tables or log groups looks at all of the stack's, and at no other's."""
    lists = [re.findall(r"\$\{(\w+)\}", found[3]) for found in SEARCHES if found[2].endswith(dimension)]

    assert lists
    assert all(sorted(found) == sorted(names) for found in lists)


def test_searches_are_short_enough() -> None:
    """CloudWatch refuses longer ones; a stack's name of 19 characters is in each name of a resource."""
    physical = [re.sub(r"\$\{(\w+)\}", r"symbolon-production-\1-ABCDEFGHIJKL", found[1]) for found in SEARCHES]

    assert len(physical) > 10
    assert max(map(len, physical)) <= LONGEST_SEARCH


@pytest.mark.parametrize("function", FUNCTIONS)
def test_cost_knows_the_memory(function: str) -> None:
    """The cost takes a function's milliseconds with the memory that the function has."""
    [cost] = [expression for expression in EXPRESSIONS if "(time * 512 + (email + rpc) * 1257) / 1024000" in expression]
    more = 1257 if function in ("EmailFunction", "RpcFunction") else 0

    assert "13.3334" in cost
    assert properties(function).get("MemorySize", GLOBALS["MemorySize"]) == 512 + more
