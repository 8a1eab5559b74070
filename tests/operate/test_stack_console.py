"""The console of a deployed stack: what AWS knows is shown, and what it does not let one see is said."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from local import ROOT
from local.console.providers import SECRETS
from local.console.spans import SPANS
from local.errors import StartError
from local.operate.console.logs import Logs
from local.operate.console.metrics import COUNTED, CREATED, Metrics, Series, operations
from local.operate.console.stack import StackSetup, stack_service
from symbolon.api import telemetry
from tests.helpers.console.visitor import Visitor
from tests.helpers.service.aws import Aws
from tests.helpers.watch.metrics import filters

REGION = "us-east-1"
NAMESPACE, API = "Symbolon/game", "abcdefghij"
OF_API, OF_FUNCTIONS = "/aws/vendedlogs/symbolon/game/api", "/symbolon/game/functions"
PLAYER = "99999999-2222-4333-8444-555555555555"
REQUEST = "11111111-2222-4333-8444-555555555555"


def datum(name: str, function: str, outcome: str, value: float) -> Any:  # noqa: ANN401 (of boto3's)
    """Give a value of a metric as a function's log line has it."""
    dimensions = [{"Name": "outcome", "Value": outcome}, {"Name": "service", "Value": function}]
    return {"MetricName": name, "Dimensions": dimensions, "Timestamp": datetime.now(UTC), "Value": value}


@pytest.fixture(scope="module")
def metrics(_wire: Aws) -> Metrics:
    """Give the metrics of a stack on which something happened."""
    client = boto3.client("cloudwatch", region_name=REGION)
    old = {**datum("SignIns", "device", "ok", 100), "Timestamp": datetime.now(UTC) - timedelta(days=40)}
    data = [
        datum("SignIns", "device", "ok", 20),
        datum("SignIns", "email", "ok", 5),
        datum("SignIns", "email", "Unauthenticated", 4),
        datum("SignIns", "steam", "Unavailable", 2),
        datum("Refreshes", "session", "ok", 7),
        datum("Links", "custom", "ok", 3),
        datum("Links", "custom", "AlreadyExists", 1),
        datum(CREATED, "device", "ok", 6),
        datum("FriendImportsFailed", "steam", "ok", 9),
    ]
    client.put_metric_data(Namespace=NAMESPACE, MetricData=[*data, old])
    of_api = [{"Name": "ApiId", "Value": API}]
    count: Any = {"MetricName": "Count", "Dimensions": of_api, "Value": 60}
    client.put_metric_data(Namespace="AWS/ApiGateway", MetricData=[count])
    return Metrics(client, NAMESPACE, API)


def test_counts_of_a_stack(metrics: Metrics) -> None:
    """What the functions' metrics say is counted: sign-ins, new accounts, failures, and what is paid for."""
    counts = metrics.counts(SPANS["day"])

    assert {name: sum(values) for name, values in counts.sign_ins.items()} == {"device": 20, "email": 5}
    assert sum(counts.accounts) == 6
    failures = {name: sum(values) for name, values in counts.failures.items()}
    assert failures == {"Unauthenticated": 4, "Unavailable": 2, "AlreadyExists": 1}
    assert counts.operations["sign-in, account exists"] == 14
    assert counts.operations["sign-in, new account"] == 6
    assert sum(counts.operations.values()) == 60


def test_quiet_stack() -> None:
    """A stack on which nothing happened has empty charts."""
    counts = Metrics(boto3.client("cloudwatch"), "Symbolon/another", "nothing").counts(SPANS["hour"])

    assert (dict(counts.sign_ins), sum(counts.accounts), dict(counts.failures)) == ({}, 0, {})
    assert "None in this span of time." in Visitor(counts=lambda _: counts, is_local=False).text("/")


def test_operations_are_never_less_than_none() -> None:
    """Metrics that arrive at different moments make no negative number."""
    found = [Series(CREATED, "device", "ok", [3])]

    assert min(operations(found, 0).values()) == 0


def test_metrics_are_those_that_functions_write() -> None:
    """The names here are those of the functions' log lines, and of the template's filters."""
    filtered = {metric["MetricName"] for _, metric in filters() if metric["MetricName"] != "ProviderFailures"}
    assert {*COUNTED, CREATED} == filtered | set(telemetry._METRICS_BY_VERB.values())  # noqa: SLF001 (what must agree)
    assert telemetry.ACCOUNT_CREATED == CREATED


@pytest.fixture(scope="module")
def logs(_wire: Aws) -> Logs:
    """Give the logs of a stack that has answered two requests."""
    client, now = boto3.client("logs", region_name=REGION), int(time.time() * 1000)
    common = {"status": "200", "latency_ms": "12", "function_ms": "9"}
    asked = {**common, "route": "POST /v2/account/authenticate/device", "request_id": REQUEST}
    unknown = {**common, "route": "$default", "status": "429", "function_ms": "-", "request_id": "JKJaXmPLvHcESHA="}
    line = {"outcome": "ok", "provider": "device", "request_id": REQUEST, "user_id": PLAYER, "verb": "authenticate"}
    for group, messages in ((OF_API, [asked, unknown]), (OF_FUNCTIONS, [line])):
        client.create_log_group(logGroupName=group)
        client.create_log_stream(logGroupName=group, logStreamName="all")
        events: Any = [{"timestamp": now - 5000 + at, "message": json.dumps(one)} for at, one in enumerate(messages)]
        client.put_log_events(logGroupName=group, logStreamName="all", logEvents=events)
    return Logs(client, OF_API, OF_FUNCTIONS)


def test_latest_requests_of_a_stack(logs: Logs) -> None:
    """Lines of the access log are requests, the newest first."""
    newest, oldest = logs.latest(10)

    assert (newest.path, newest.status, newest.id) == ("$default", 429, "JKJaXmPLvHcESHA=")
    assert newest.fields == {"outcome": "refused by API Gateway"}
    assert (oldest.method, oldest.path, oldest.duration_ms) == ("POST", "/v2/account/authenticate/device", 12)
    assert oldest.id == REQUEST


def test_one_request_of_a_stack(logs: Logs) -> None:
    """One request has the line of its function, also for who opens its address without the list."""
    logs.latest(10)
    fresh = Logs(logs.client, OF_API, OF_FUNCTIONS)

    for one in (logs, fresh):
        found = one.one(REQUEST)
        assert found is not None
        assert found.fields["outcome"] == "ok"
    assert logs.one('" || $.status = "200') is None


def test_requests_of_a_player_of_a_stack(logs: Logs) -> None:
    """What the functions have logged of a player is shown; of nobody else, nothing."""
    [found] = logs.of_player(PLAYER, 10)

    assert (found.path, found.fields["provider"], found.id) == (": authenticate", "device", REQUEST)
    assert logs.of_player(REQUEST, 10) == []


@pytest.mark.parametrize("code", ["AccessDeniedException", "AccessDenied", "Throttling"])
def test_what_one_may_not_see(code: str) -> None:
    """A page says which permission is missing, or what AWS says."""
    client = boto3.client("logs")
    with Stubber(client) as stub:
        stub.add_client_error("filter_log_events", code, "Rate exceeded")
        text = Visitor(requests=Logs(client, OF_API, OF_FUNCTIONS), is_local=False).text("/requests")

    assert ("logs:FilterLogEvents" in text) == code.startswith("AccessDenied")
    assert ("Rate exceeded" in text) == (code == "Throttling")


class Secrets:
    """Clients that know a stack with two secrets, one of them empty, and a third that nobody may see."""

    def describe_stack_resource(self, **asked: str) -> dict[str, Any]:
        """Find the secrets of Steam, Facebook and Discord."""
        if asked["LogicalResourceId"] not in ("SteamPublisherKey", "FacebookSecret", "DiscordSecret"):
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStackResource")
        return {"StackResourceDetail": {"PhysicalResourceId": asked["LogicalResourceId"]}}

    def describe_secret(self, **asked: str) -> dict[str, Any]:
        """Say how many values a secret has had."""
        if asked["SecretId"] == "DiscordSecret":
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeSecret")
        versions = ["AWSCURRENT", "AWSPREVIOUS"] if asked["SecretId"] == "SteamPublisherKey" else ["AWSCURRENT"]
        return {"VersionIdsToStages": {stage: [stage] for stage in versions}}


def test_setup_of_a_stack() -> None:
    """Parameters and secrets say what is set up; what nobody here may see is said to be unknown."""
    parameters = {
        "AppleAudiences": "com.example.game",
        "SteamAppId": "480",
        "FacebookAppId": "1",
        "OidcIssuers": "{}",
        "OfAnotherVersion": "x",
    }
    setup = StackSetup(Secrets(), Secrets(), "game", parameters)

    states = {place: setup.state(place) for place in [*SECRETS, "steam.app_id", "oidc", "google.audiences"]}
    text = Visitor(setup=setup, is_local=False).text("/settings")

    assert states["steam.publisher_key"] == states["steam.app_id"] == "set"
    assert states["discord.client_secret"] == "unknown"
    assert {states[place] for place in ("facebook.app_secret", "oidc", "google.audiences")} == {"missing"}
    assert "AppleAudiences com.example.game Apple: the apps" in text
    assert "OfAnotherVersion x" in text
    assert "missing facebook.app_secret" in text


def test_out_of_reach() -> None:
    """What AWS's client says of itself is said too."""
    client = boto3.client("logs", endpoint_url="http://127.0.0.1:9", config=Config(retries={"total_max_attempts": 1}))

    with pytest.raises(StartError, match="AWS does not give the API's log: Could not connect"):
        Logs(client, OF_API, OF_FUNCTIONS).latest(10)


class Session(Secrets):
    """Credentials and clients of somebody who may see the stack."""

    def create_client(self, name: str, **_options: object) -> Any:  # noqa: ANN401 (botocore's)
        """Give itself for CloudFormation, and what stands in for AWS for the others."""
        return self if name == "cloudformation" else boto3.client(name, region_name=REGION)  # type: ignore[call-overload]

    def get_credentials(self) -> Credentials:
        """Give any."""
        return Credentials("AKIAXXXXXXXXXXXXXXXX", "a-secret")

    def get_config_variable(self, name: str) -> str:
        """Give the region."""
        return REGION if name == "region" else ""

    def get_paginator(self, name: str) -> "Session":
        """Give itself for the stack's resources."""
        assert name == "list_stack_resources"
        return self

    def paginate(self, **_asked: str) -> list[dict[str, Any]]:
        """Tell of two secrets and an alarm."""
        kinds = ["AWS::SecretsManager::Secret", "AWS::CloudWatch::Alarm", "AWS::SecretsManager::Secret"]
        return [{"StackResourceSummaries": [{"ResourceType": kind} for kind in kinds]}]

    def describe_stacks(self, **asked: str) -> dict[str, Any]:
        """Tell of the stack."""
        outputs = {
            "ApiUrl": f"https://{API}.execute-api.{REGION}.amazonaws.com",
            "ServerKey": "a-key",
            "OperatorAdmin": "x",
        }
        stack = {
            "StackName": asked["StackName"],
            "StackId": f"arn:aws:cloudformation:{REGION}:000000000000:stack/game/1",
            "StackStatus": "UPDATE_COMPLETE",
            "CreationTime": datetime(2026, 3, 10, 5, 16, tzinfo=UTC),
            "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()],
            "Parameters": [{"ParameterKey": "SteamAppId", "ParameterValue": "480"}],
        }
        return {"Stacks": [stack]}


def test_service_of_a_stack(metrics: Metrics, logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    """All pages of a stack's console are of that stack."""
    monkeypatch.setattr("botocore.session.Session", lambda **_: Session())
    service = stack_service({"STACK": "game"})
    visitor = Visitor(**vars(service))

    assert service.api.url == f"https://{API}.execute-api.{REGION}.amazonaws.com"  # type: ignore[attr-defined]
    assert (metrics.namespace, logs.of_api) == (NAMESPACE, OF_API)
    for path, words in {
        "/": "Sign-ins 25",
        "/requests": "/v2/account/authenticate/device",
        f"/requests/{REQUEST}": PLAYER,
        "/settings": "SteamAppId 480",
        "/mail": "Amazon SES",
        "/try": "amazonaws.com",
    }.items():
        assert words in visitor.text(path)
    assert "game, UPDATE_COMPLETE" in visitor.text("/")
    assert "$0.90 a month for 2 secrets and 1 alarms" in visitor.text("/")


@pytest.fixture
def variables() -> dict[str, str]:
    """Give the environment of a command that must not reach AWS."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "STACK"))}
    return known | {"AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent", "CONSOLE_PORT": "0"}


@pytest.mark.long
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "Name the stack: make console STACK=symbolon"),
        ({"STACK": "game"}, "There are no AWS credentials here"),
        ({"STACK": "game", "URL": "http://127.0.0.1:7350"}, "URL and STACK name two places"),
    ],
)
def test_command_that_cannot_start(variables: dict[str, str], more: dict[str, str], message: str) -> None:
    """The command says in one line what it lacks."""
    command = [sys.executable, "-m", "local.operate.console"]

    run = subprocess.run(command, cwd=ROOT, env=variables | more, capture_output=True, text=True, check=False)

    assert (run.returncode, run.stdout) == (1, "")
    [line] = run.stderr.splitlines()
    assert message in line
