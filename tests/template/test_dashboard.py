"""The dashboard names metrics that exist: those of AWS as its documentation has them, ours as the log lines do."""

import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from local.template.template import load_template
from symbolon.api import lines, telemetry
from symbolon.api.request import Trace
from tests.helpers.service.deployment import TABLES, deployed, environment, named, properties
from tests.helpers.watch.metrics import filters

AWS_METRICS = {
    "AWS/ApiGateway": ({"ApiId"}, {"Count", "4xx", "5xx", "Latency"}),
    "AWS/DynamoDB": (
        {"TableName"},
        {
            *("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
            *("ReadThrottleEvents", "WriteThrottleEvents", "TransactionConflict"),
        },
    ),
    "AWS/Lambda": ({"FunctionName"}, {"Errors"}),
}
"""By namespace, the dimensions and metrics that are read here, as AWS has them:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html."""

OF_THE_ACCOUNT = {"ConcurrentExecutions", "Throttles"}
LONGEST_SEARCH = 1024
NAMESPACE = "POWERTOOLS_METRICS_NAMESPACE"
SEARCH = re.compile(r"SEARCH\('(\{((?:\$\{[^}]*\}|[^}])*)\} (.*?))', '(\w+)', \d+\)")
BODY: dict[str, Any] = json.loads(deployed(properties("Dashboard")["DashboardBody"]).replace("${!", "${"))
GRAPHS = [widget["properties"] for widget in BODY["widgets"] if widget["type"] == "metric"]
QUERIES = [widget["properties"]["query"] for widget in BODY["widgets"] if widget["type"] == "log"]
METRICS = [metric for graph in GRAPHS for metric in graph["metrics"]]
OWN = "Symbolon/${AWS::StackName}"
EXPRESSIONS = [metric[0]["expression"] for metric in METRICS if isinstance(metric[0], dict)]
SEARCHES = [found for expression in EXPRESSIONS for found in SEARCH.finditer(expression)]


def direct() -> Iterator[tuple[str, str, set[str]]]:
    """Give the namespace, name and dimensions of the metrics that are named one by one, shorthand written out."""
    for graph in GRAPHS:
        former: list[str] = []
        for metric in graph["metrics"]:
            fields = [field for field in metric if isinstance(field, str)]
            if fields and fields[0] != "...":
                former = [old if new == "." else new for old, new in zip_longest(former, fields)]
                former = former[: len(fields)]
                yield former[0], former[1], set(former[2::2])


def searched() -> Iterator[tuple[str, str, set[str]]]:
    """Give the same for the metrics that are searched for."""
    for found in SEARCHES:
        namespace, *dimensions = found[2].replace('"', "").split(",")
        [names] = re.findall(r'MetricName=\(?("\w+"(?: OR "\w+")*)', found[3])
        for name in re.findall(r"\w+", names.replace(" OR ", " ")):
            yield namespace, name, set(dimensions)


def line() -> dict[str, Any]:
    """Give the fields of a request's log line."""
    written: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "write", lambda _, line: written.append(line))
        with telemetry.observed(Trace("device", "authenticate"), None) as outcome:
            outcome.succeeded()
    return written[0]


def emitted() -> Iterator[tuple[str, str, set[str]]]:
    """Give the same for the metrics that log lines carry, and for those that filters make of them."""
    trace = Trace("import", "import")
    trace.events.append(telemetry.REFRESH_TOKEN_REUSED)
    line = telemetry._metrics(trace, telemetry.Outcome())  # noqa: SLF001 (what CloudWatch reads, before it is text)
    [directive] = line["_aws"]["CloudWatchMetrics"]
    for metric in directive["Metrics"]:
        yield directive["Namespace"], metric["Name"], set(directive["Dimensions"][0])
    for _, metric in filters():
        space = deployed(metric["MetricNamespace"])
        yield space, metric["MetricName"], {one["Key"] for one in metric["Dimensions"]}


def test_metrics_of_aws_exist() -> None:
    """What is read of AWS is written by AWS, under these dimensions."""
    read = [one for one in (*direct(), *searched()) if one[0] != OWN]

    assert len(read) > 10
    for namespace, name, dimensions in read:
        known_dimensions, known_names = AWS_METRICS[namespace]
        assert name in (OF_THE_ACCOUNT if not dimensions else known_names)
        assert dimensions in (set(), known_dimensions)


def test_metrics_of_ours_are_emitted() -> None:
    """What is read of ours is written by the functions, under the dimensions of their log lines, or by a filter."""
    [counted] = properties("FailuresFilter")["MetricTransformations"]
    read = [(name, dimensions) for space, name, dimensions in (*direct(), *searched()) if space == OWN]
    written = [(name, dimensions) for _, name, dimensions in emitted()] + [(counted["MetricName"], set())]

    assert {name for name, _ in read} >= {"SignIns", "AccountsCreated", "Refreshes", "RefreshTokensReused", "Failures"}
    assert all(one in written for one in read)
    assert deployed(counted["MetricNamespace"]) == deployed(environment("DeviceFunction")[NAMESPACE]) == OWN


def test_no_table_is_left_out() -> None:
    """Whatever looks at tables looks at all of the stack's, and at no other's."""
    tables = [[metric[-1] for metric in graph["metrics"]] for graph in GRAPHS if "DynamoDB" in str(graph["metrics"])]

    assert tables
    for named_here in tables:
        assert {*named_here} == {f"${{{table}}}" for table in TABLES}
        assert len(named_here) % len(TABLES) == 0


def test_no_log_group_is_left_out() -> None:
    """What the stack took and what it costs is asked of all of its log groups, and of no other's."""
    asked = [set(re.findall(r"SOURCE '\$\{(\w+)\}'", query)) for query in QUERIES]

    assert {*named("AWS::Logs::LogGroup")} in asked
    assert all(groups and groups <= {*named("AWS::Logs::LogGroup")} for groups in asked)


@pytest.mark.parametrize("stack", ["s", "symbolon-production", "s" * 128])
def test_searches_are_short_enough(stack: str) -> None:
    """CloudWatch refuses longer ones; no stack's name is too long, and no function makes them longer."""
    physical = [found[1].replace("${AWS::StackName}", stack) for found in SEARCHES]

    assert len(physical) >= 5
    assert "${" not in "".join(physical)
    assert max(map(len, physical)) <= LONGEST_SEARCH


def test_cost_counts_with_the_memory_of_the_functions() -> None:
    """What a function's time costs follows from its memory: the functions that have more of it are named."""
    memory = {Path(function.directory).name: function.memory_mb for function in load_template().functions}
    [query] = [query for query in QUERIES if "mb_ms" in query]
    [usual, more] = [int(number) for number in re.findall(r"(\d+) (?:\+|\*)", query)[:2]]
    named_here = re.findall(r"strcontains\(service, '(\w+)'\)", query)

    assert {name for name, has in memory.items() if has != usual} == {*named_here}
    assert {memory[name] for name in named_here} == {usual + more}
    assert not any(part in name for part in named_here for name in memory if name != part)


def test_the_dashboard_names_no_function_that_answers_requests() -> None:
    """A further function changes nothing here."""
    assert re.findall(r"\w+Function", json.dumps(BODY)) == ["FriendImportFunction"]


@pytest.mark.parametrize("query", QUERIES)
def test_queries_ask_for_fields_that_exist(query: str) -> None:
    """What is asked of log lines is a field of ours, of the access log, or of Lambda's report."""
    names = {*re.findall(r"(?:count|sum|avg|pct|ispresent|strlen|strcontains)\((@?[\w.]+)", query)} - {
        "strcontains",
        "strlen",
    }
    ours = {"duration_ms", "read_units", "write_units", "verb", "service"}

    assert names
    assert names <= ours | {"@message", "route", "mb_ms"}
    assert '"route"' in properties("Api")["AccessLogSettings"]["Format"]
    assert ours <= set(line())
