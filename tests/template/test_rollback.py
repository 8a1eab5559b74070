"""A version that crashes: each of its failures reaches the alarm that ends the rollout, whichever function it is in.

What CodeDeploy then does, an account alone can show: docs/first-account.md. What is up to us is held here.
"""

import json
import operator
import re
from typing import Any

import pytest

from local.template.template import DEFAULT
from symbolon.settings.settings import SETTINGS
from tests.helpers.players.client import Call
from tests.helpers.service.deployment import FUNCTIONS, properties
from tests.helpers.service.lambdas import TEMPLATE, handlers, make_event

ROUTES = [route.key for function in TEMPLATE.functions for route in function.routes if route != DEFAULT]
_CONDITION = re.compile(r'\$\.([\w.]+) (=|!=) "([^"]*)"')
_COMPARE = {"=": operator.eq, "!=": operator.ne}


def report(status: str) -> dict[str, Any]:
    """Give the line that Lambda writes when an invocation has ended with this status.

    https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#telemetry-platformreport
    """
    metrics = {"durationMs": 4.1, "billedDurationMs": 5, "memorySizeMB": 512, "maxMemoryUsedMB": 60}
    record = {"requestId": "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa", "metrics": metrics, "status": status}
    return {"time": "2026-11-26T18:30:00.123Z", "type": "platform.report", "record": record}


def counts(pattern: str, line: dict[str, Any]) -> bool:
    """Tell whether a filter of `=`, `!=` and `&&` counts a line; a field that is not there fits nothing."""
    conditions = _CONDITION.findall(pattern)
    assert " && ".join(f'$.{path} {sign} "{value}"' for path, sign, value in conditions) == pattern.strip("{ }")
    return all(_fits(line, *condition) for condition in conditions)


def _fits(line: Any, path: str, sign: str, value: str) -> bool:  # noqa: ANN401 (JSON)
    for name in path.split("."):
        line = line.get(name) if isinstance(line, dict) else None
    return line is not None and bool(_COMPARE[sign](line, value))


@pytest.mark.parametrize("status", ["error", "failure", "timeout"])
def test_the_first_failure_ends_a_rollout(status: str) -> None:
    """Lambda's line of one invocation that crashed, in an import too, or ran out of memory or time, makes it ring."""
    counted, alarm = properties("FailuresFilter"), properties("FunctionsAlarm")
    pattern = counted["FilterPattern"]

    assert counts(pattern, report(status))
    assert not counts(pattern, report("success"))
    assert not counts(pattern, {"level": "ERROR", "outcome": "Unavailable", "status": 503})
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (60, 1)


@pytest.mark.parametrize("route", ROUTES)
def test_a_crash_is_a_failure_to_lambda(route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the code did not foresee leaves the handler: an answer of 500 would hide it from the alarm."""

    class NewVersionError(Exception):
        pass

    def crash() -> None:
        raise NewVersionError

    monkeypatch.setattr(SETTINGS, "current", crash)

    with pytest.raises(NewVersionError):
        handlers()[route](json.loads(json.dumps(make_event(Call(route.replace("ANY", "GET"))))), None)


def test_what_clients_call_writes_into_the_group_that_is_watched() -> None:
    """The filter sees every function that has a route: none of them has a log group of its own."""
    own = {name for name in FUNCTIONS if "LoggingConfig" in properties(name)}
    called = {
        name
        for name in FUNCTIONS
        for event in properties(name).get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }

    assert own
    assert own & called == set()
