"""The runbook fits the stack: each alarm has its section, each command exists, each query asks for what logs have."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping

import botocore.session
import click
import pytest
from botocore import xform_name

from local import ROOT
from local.operate import keys, partners
from local.operate.admin import changing, looking  # noqa: F401 (their commands are the group's)
from local.operate.admin.desk import admin
from tests.conftest import Log
from tests.helpers.players.client import Client
from tests.helpers.service.deployment import PARAMETERS, named, properties

PAGE = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
ALARMS = named("AWS::CloudWatch::Alarm")
REPORTS = (
    "I cannot sign in",
    "My account is gone",
    "Somebody has my account",
    "A provider is down",
    "A key has leaked",
    "A bill explodes",
)
COMMANDS = sorted(
    set(re.findall(r"make [a-z]+(?: [A-Z_]+=(?:'[^']*'|\"[^\"]*\"|[^\s`']+))*", PAGE)) - {"make serve", "make smoke"}
)
AWS_COMMANDS = sorted(set(re.findall(r"aws ([a-z0-9-]+) ([a-z0-9-]+)((?: --[a-z0-9-]+)?)", PAGE)))
QUERIES = re.findall(r"```logs (access|functions)\n(.*?)\n```", PAGE, re.DOTALL)
PLAYER = "08152ad4-f2be-4f93-83b9-ee5501eb94d7"
PLACEHOLDERS = {
    "ENTRY": "a" * 40,
    "SESSION": PLAYER,
    "SUBJECT": "a-device",
    "CLIENT": "4711471147",
    "KEY": "5Kc0",
    "ARN": "arn:aws:iam::1:user/x",
    "ID": PLAYER,
}

_WORDS = {
    *("filter", "stats", "fields", "sort", "limit", "count", "sum", "pct", "bin", "ispresent", "by", "as", "and", "or"),
    *("not", "like", "desc", "asc"),
}
_OF_ALL = {"@timestamp", "@message"}
_REPORTS = {"type", "record.status", "record.requestId"}
"""Lambda's own line about an invocation: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html."""


@pytest.mark.parametrize("alarm", ALARMS)
def test_alarms_have_their_sections(alarm: str) -> None:
    """An alarm's description says where its section is, and the section when it is over."""
    section = re.search(rf"^### {alarm}\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)

    assert str(properties(alarm)["AlarmDescription"]).endswith(f"docs/runbook.md#{alarm.lower()}")
    assert section, f"docs/runbook.md lacks a section '### {alarm}'"
    assert "Over when" in section[1] or "](#a-provider-is-down)" in section[1]


def test_sections_are_of_alarms() -> None:
    """No section is of an alarm that is no more."""
    sections = re.findall(r"^### (\w+)$", PAGE, re.MULTILINE)

    assert sorted(sections) == sorted(ALARMS)


@pytest.mark.parametrize("report", REPORTS)
def test_reports_have_their_sections(report: str) -> None:
    """What players report has a section, with something to type and how one knows that it is over."""
    section = PAGE.split(f"### {report}\n")[1].split("\n##")[0]

    assert "```" in section
    assert "Over when" in section


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_exist(command: str) -> None:
    """A command is a target of the Makefile; what it is given, the program that it starts understands."""
    target, *given = shlex.split(command)[1:]
    variables = dict(part.split("=", 1) for part in given)
    arguments = shlex.split(variables.get("ARGS", ""))
    arguments = [PLACEHOLDERS.get(part, part) for part in arguments]

    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    if target == "admin":
        name, *rest = arguments
        with admin.commands[name].make_context(name, rest, resilient_parsing=False) as context:
            assert isinstance(context, click.Context)
    elif target in ("keys", "partner"):
        parser = {"keys": keys._parser, "partner": partners._parser}[target]()  # noqa: SLF001 (their command lines)
        assert vars(parser.parse_args(arguments))


@pytest.mark.parametrize(("service", "operation", "option"), AWS_COMMANDS)
def test_aws_commands_exist(service: str, operation: str, option: str) -> None:
    """A command of AWS's is an operation of that service's, and its first option one of its parameters."""
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}

    assert operation in operations
    shape = model.operation_model(operations[operation]).input_shape
    options = {f"--{xform_name(name, '-')}" for name in (shape.members if shape else {})}
    assert option.strip() in {"", "--query", *options}


def fields_of(query: str) -> Iterator[str]:
    """Give the fields that a query of Logs Insights asks for: what is no word of the language, text or new name."""
    bare = re.sub(r'"[^"]*"|/[^/]*/|\b[0-9]\w*', "", query)
    made = set(re.findall(r"\bas (\w+)", bare))
    for name in re.findall(r"[@A-Za-z][\w.@]*", bare):
        if name not in made | _WORDS:
            yield name


def test_queries_ask_for_what_logs_have(client: Client, log: Log) -> None:
    """Every field of every query is one of the log lines, of Lambda's reports, or of the access log's format."""
    client.sign_in("anna")
    client.call("GET /v2/account", headers={"authorization": "Bearer nothing"})
    lines = {name for line in log() for name in line} | {"detail", "cause"}
    lines |= {"ip", "hook"}  # behind an edge, and where a hook failed and let somebody in
    access = set(json.loads(properties("Api")["AccessLogSettings"]["Format"]))
    known: Mapping[str, set[str]] = {"functions": lines | _REPORTS | _OF_ALL, "access": access | _OF_ALL}

    asked = [(log_group, name) for log_group, query in QUERIES for name in fields_of(query)]

    assert len(QUERIES) > 12
    assert [(group, name) for group, name in asked if name not in known[group]] == []


def test_a_query_for_what_is_not_there_is_found() -> None:
    """The test of queries sees a field that no log has."""
    assert list(fields_of('filter colour = "red" | stats count(*) as n by service')) == ["colour", "service"]


def test_parameters_exist() -> None:
    """Parameters that the runbook says to change are the template's."""
    spoken = re.findall(r"`((?:[A-Z][a-z]+){2,})(?:=\w+)?`", PAGE)
    known = {
        *PARAMETERS,
        *ALARMS,
        *named("AWS::DynamoDB::Table"),
        *named("AWS::SecretsManager::Secret"),
        *named("AWS::SQS::Queue"),
    }
    known |= {"ApiUrl", "ServerKey", "UsersTable", "Unavailable", "Misconfigured", "ConcurrentExecutions", "Throttles"}

    assert [name for name in spoken if name not in known] == []
