"""What template.yaml promises: data that survives mistakes, logs that end, alarms that reach somebody."""

import json
import re

import pytest

from local.template.cloudformation import load_document
from local.template.template import TEMPLATE
from tests.helpers.service.deployment import (
    CONDITIONS,
    PARAMETERS,
    RESOURCES,
    SECRETS,
    TABLES,
    named,
    nested,
    properties,
)

GLOBALS = load_document(TEMPLATE)["Globals"]["Function"]


@pytest.mark.parametrize("table", TABLES)
def test_tables_survive_mistakes(table: str) -> None:
    """Tables are encrypted, can be restored to any second, and neither a deletion nor a replacement takes the data."""
    settings = properties(table)

    assert settings["SSESpecification"]["SSEEnabled"] is True
    assert settings["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert settings["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert PARAMETERS["DeletionProtection"]["Default"] == "true"
    assert RESOURCES[table]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[table]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("table", TABLES)
def test_tables_take_any_load_and_any_name(table: str) -> None:
    """Tables are paid by use, and have no fixed name, which would stop a second stack in the same region."""
    settings = properties(table)

    assert settings["BillingMode"] == "PAY_PER_REQUEST"
    assert "TableName" not in settings


def test_sessions_expire_by_themselves() -> None:
    """Sessions and proofs have a TTL; accounts have none."""
    expiring = {name: properties(name).get("TimeToLiveSpecification") for name in TABLES}

    forgetting = {"AttributeName": "expires_at", "Enabled": True}
    assert {name for name, ttl in expiring.items() if ttl == forgetting} >= {"SessionsTable", "ProofsTable"}
    assert not expiring["UsersTable"]
    assert not expiring["IdentitiesTable"]
    assert not expiring["UsernamesTable"]


@pytest.mark.parametrize("secret", ["SessionKey", "RefreshKey", "HttpKey"])
def test_keys_are_generated_and_kept(secret: str) -> None:
    """Nobody chooses a key, it is longer than the 32 bytes that HS256 needs, and it outlives the stack."""
    generated = properties(secret)["GenerateSecretString"]

    assert "SecretString" not in properties(secret)
    assert generated["PasswordLength"] >= 32
    assert RESOURCES[secret]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[secret]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize(
    "secret", sorted({*SECRETS} - {"SessionKey", "RefreshKey", "HttpKey", "MailCodeKey", "AppleTokenKey", "EdgeSecret"})
)
def test_provider_secrets_wait_for_the_studio(secret: str) -> None:
    """A provider's secret is made only for a provider that is set up, is empty, and outlives the stack."""
    assert RESOURCES[secret]["Condition"] in CONDITIONS
    assert json.loads(properties(secret)["SecretString"]) == ""
    assert RESOURCES[secret]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[secret]["UpdateReplacePolicy"] == "Retain"


def test_every_log_group_forgets() -> None:
    """No log group keeps lines for ever."""
    kept = {name: properties(name).get("RetentionInDays") for name in named("AWS::Logs::LogGroup")}

    assert set(kept) >= {"ApiLog", "FunctionsLog", "FriendImportLog"}
    assert all(days == {"Ref": "LogRetentionDays"} for days in kept.values())


def test_a_failing_function_raises_an_alarm() -> None:
    """The first invocation that fails raises an alarm, whichever function answers requests."""
    alarm, counted = properties("FunctionsAlarm"), properties("FailuresFilter")
    [metric] = counted["MetricTransformations"]

    assert counted["LogGroupName"] == {"Ref": "FunctionsLog"}
    assert counted["FilterPattern"] == '{ $.type = "platform.report" && $.record.status != "success" }'
    assert (alarm["Namespace"], alarm["MetricName"]) == (metric["MetricNamespace"], metric["MetricName"])
    assert (metric["MetricValue"], alarm["Statistic"]) == ("1", "Sum")
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (0, 1)


def test_wrong_settings_raise_an_alarm_of_their_own() -> None:
    """The first request that fails for a setting, or a secret that a provider refuses, rings, and ends no rollout."""
    alarm, counted = properties("SettingsAlarm"), properties("SettingsFilter")
    [metric] = counted["MetricTransformations"]

    assert counted["LogGroupName"] == {"Ref": "FunctionsLog"}
    assert counted["FilterPattern"] == '{ $.outcome = "Misconfigured" }'
    assert (alarm["Namespace"], alarm["MetricName"]) == (metric["MetricNamespace"], metric["MetricName"])
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (0, 1)


def test_lambda_says_how_invocations_end() -> None:
    """The lines that the alarm counts are written: in JSON, and not below the level, which for failures is WARN."""
    assert GLOBALS["LoggingConfig"]["LogFormat"] == "JSON"
    assert GLOBALS["LoggingConfig"]["SystemLogLevel"] in ("INFO", "WARN")


def test_a_failing_import_raises_an_alarm_of_its_own() -> None:
    """A provider that does not answer rings, and ends no rollout."""
    alarm = properties("FriendImportAlarm")

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "FriendImportFunction"}}]
    assert GLOBALS["DeploymentPreference"]["Alarms"] == [{"Ref": "FunctionsAlarm"}]


@pytest.mark.parametrize("alarm", named("AWS::CloudWatch::Alarm"))
def test_alarms_reach_somebody(alarm: str) -> None:
    """Every alarm goes to the topic that the e-mail address subscribes to, and silence is no alarm."""
    assert properties(alarm)["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert properties(alarm)["TreatMissingData"] == "notBreaching"
    assert properties("AlarmSubscription")["Endpoint"] == {"Ref": "AlarmEmail"}


def test_the_api_is_logged_and_bounded() -> None:
    """Requests are logged without their path or query, which hold names, and their number is bounded."""
    api = properties("Api")

    assert api["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["ApiLog", "Arn"]}
    assert "$context.routeKey" in json.loads(api["AccessLogSettings"]["Format"]).values()
    assert "$context.path" not in api["AccessLogSettings"]["Format"]
    assert api["DefaultRouteSettings"]["ThrottlingRateLimit"] == {"Ref": "ThrottlingRateLimit"}
    assert api["DefaultRouteSettings"]["ThrottlingBurstLimit"] == {"Ref": "ThrottlingBurstLimit"}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_explain_themselves(name: str) -> None:
    """Each parameter has a default, a description, and words for a value that is refused."""
    parameter = PARAMETERS[name]

    assert "Default" in parameter
    assert parameter["Description"].endswith(".")
    assert parameter["ConstraintDescription"]
    assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter)
    assert re.match(parameter.get("AllowedPattern", ""), str(parameter["Default"]))
    assert f"`{name}`" in (TEMPLATE.parent / "docs/deploy.md").read_text()


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("ServerKey", "defaultkey"),
        ("ServerKey", 'a"b'),
        ("ServerKey", "with:colon"),
        ("ServerKey", "k" * 129),
        ("AllowOrigins", "https://play.example.com/"),
        ("AllowOrigins", "play.example.com"),
        ("AlarmEmail", "nobody"),
        ("DiscordRedirectUris", "/signed-in"),
        ("DiscordRedirectUris", 'https://game.example.com/"'),
        ("OidcIssuers", "[]"),
    ],
)
def test_wrong_parameters_are_refused(name: str, refused: str) -> None:
    """Values that would break a document, never match, or are published do not get past CloudFormation."""
    assert not re.search(PARAMETERS[name]["AllowedPattern"], refused)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_mean_the_same_everywhere(condition: str) -> None:
    """Conditions compare with what AWS and the stand-in of `make trial` both know; the latter takes others for true."""
    functions = {name for found in nested(CONDITIONS[condition]) for name in found}

    assert functions <= {"Fn::Not", "Fn::And", "Fn::Or", "Fn::Equals", "Fn::Select", "Ref", "Condition"}
