"""The sample events are answered in this process as `make invoke` expects it of them in Lambda's own."""

import json
from typing import Any

import pytest

from local.errors import SmokeError
from local.trial import samples
from tests.helpers.service import lambdas
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

FUNCTIONS = {function.name: function for function in lambdas.TEMPLATE.functions}


def invoke(function: str, event: str) -> Any:  # noqa: ANN401 (JSON)
    """Call a function's handler; event and answer go through JSON, as they do in Lambda."""
    return json.loads(json.dumps(lambdas.handler_of(function)(json.loads(event), None)))


@pytest.fixture
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in json.loads(samples.ENVIRONMENT.read_text())["Parameters"].items():
        if not name.endswith("_TABLE"):
            monkeypatch.setenv(name, value)
    restart()


def test_each_event_is_expected_to_be_answered() -> None:
    """No file of events/ is left out, and none is expected that is not there."""
    files = {path.stem for path in samples.EVENTS.glob("*.json")} - {samples.ENVIRONMENT.stem}

    assert files == set(samples.ANSWERS)


@pytest.mark.parametrize("name", samples.ANSWERS)
def test_each_event_goes_to_the_function_that_has_its_route(name: str) -> None:
    """The file's name tells the function; what has no route is of a function without any."""
    event = json.loads((samples.EVENTS / f"{name}.json").read_text())

    function = FUNCTIONS[samples.function_of(name, FUNCTIONS.values())]

    routes = {route.key for route in function.routes}
    assert event["routeKey"] in routes if routes else "routeKey" not in event


@pytest.mark.usefixtures("_settings", "deployed")
def test_each_event_is_answered_as_expected(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """With the settings of env.json, and with no more rights than a deployment has, each event finds what it needs."""
    samples.play(FUNCTIONS.values(), invoke)

    told = [line.split(":")[0] for line in capsys.readouterr().out.splitlines() if line.startswith("ok ")]
    assert told == [f"ok      {name}" for name in samples.ANSWERS]
    assert store.rows("UsersTable") == []


@pytest.mark.parametrize("answer", [None, {"statusCode": 500, "body": "{}"}, {"errorMessage": "timed out"}, "text"])
def test_another_answer_is_a_failure(answer: object) -> None:
    """An answer with another status, and one that is none, are told by the event's name."""
    with pytest.raises(SmokeError, match=r"FAILED  account_get was answered .*, not 200"):
        samples.checked("account_get", answer)


def test_a_function_without_an_answer_must_not_give_one() -> None:
    """What Lambda tells of a function that failed is no success of one that answers nothing."""
    with pytest.raises(SmokeError, match="FAILED  friendimport_steam"):
        samples.checked("friendimport_steam", {"errorType": "WorkFailed"})

    assert samples.checked("friendimport_steam", None) == "done"
