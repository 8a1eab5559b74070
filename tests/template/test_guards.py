"""What bounds a deployment, and what rings when it is at its bounds."""

import json
import re

import pytest

from local.template.template import load_template
from symbolon.accounts import lifecycle
from symbolon.friends import importing
from tests.conftest import Log
from tests.helpers.players.client import Client
from tests.helpers.service.aws import Aws
from tests.helpers.service.deployment import TABLES, properties

API_GATEWAY_WAITS = 30
"""Seconds, the most and the default: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html."""

FIELDS = re.compile(r"\$\.(\w+)")
NOTHING = {"Ref": "AWS::NoValue"}


@pytest.mark.parametrize("table", TABLES)
def test_tables_have_the_studio_s_limit(table: str) -> None:
    """Each table takes the units that the parameters say, and any number where they say none."""
    condition, limit, otherwise = properties(table)["OnDemandThroughput"]["Fn::If"]

    assert condition == "HasUnitLimits"
    assert limit == {
        "MaxReadRequestUnits": {"Ref": "MostReadUnits"},
        "MaxWriteRequestUnits": {"Ref": "MostWriteUnits"},
    }
    assert otherwise == NOTHING


def test_error_rate_is_a_quotient_of_counts() -> None:
    """The alarm divides sums of the same minute, of this API, and takes a minute without requests for a good one."""
    metrics = {metric["Id"]: metric for metric in properties("ApiAlarm")["Metrics"]}
    stats = [metrics[name]["MetricStat"] for name in ("errors", "requests")]

    assert metrics["share"]["Expression"] == "IF(requests > 0, errors / requests, 0)"
    assert [one["Metric"]["MetricName"] for one in stats] == ["5xx", "Count"]
    assert {one["Stat"] for one in stats} == {"Sum"}
    assert [name for name, one in metrics.items() if one.get("ReturnData", True)] == ["share"]


@pytest.mark.usefixtures("clock")
def test_failing_database_rings(client: Client, aws: Aws, log: Log) -> None:
    """The line of a request that failed for DynamoDB's sake is what the filter of its alarm counts."""
    with aws.outage(500):
        client.authenticate("device", id="1234567890")

    [line] = [line for line in log() if line.get("status") == 503]
    pattern = properties("DatabaseFilter")["FilterPattern"]
    assert f'$.outcome = "{line["outcome"]}"' in pattern
    assert f'$.detail = "{line["detail"]}"' in pattern


def test_what_the_gateway_refused_is_in_its_log() -> None:
    """The filter asks for fields that the access log has, with quotes around them as there."""
    written = json.loads(properties("Api")["AccessLogSettings"]["Format"])
    pattern = properties("RefusedFilter")["FilterPattern"]

    assert {*FIELDS.findall(pattern)} == {"status", "function_ms"} <= written.keys()
    assert properties("RefusedFilter")["LogGroupName"] == {"Ref": "ApiLog"}


def test_functions_end_before_the_gateway_gives_up() -> None:
    """Whoever a client waits for answers within the time that an integration has."""
    late = [one.name for one in load_template().functions if one.routes and one.timeout_sec >= API_GATEWAY_WAITS]

    assert late == []


def test_the_longest_work_ends_by_itself() -> None:
    """Deleting an account, and importing friends, stop to be asked again before their functions run out of time."""
    seconds = {one.name: one.timeout_sec for one in load_template().functions}
    a_last_batch = 4

    assert lifecycle.PATIENCE_SECONDS + a_last_batch < seconds["AccountFunction"]
    assert importing.PATIENCE_SECONDS + a_last_batch < min(seconds["FriendFunction"], seconds["FriendImportFunction"])
