"""A hook that fails: the setting decides, and nobody hears more than that it cannot be done at the moment."""

import json
import time
from typing import Any
from urllib.parse import quote

import pytest

from symbolon.errors import Misconfigured
from symbolon.settings.hook import HookSettings
from tests.conftest import SETTINGS, Log
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store
from tests.helpers.studio.hooks import ARN, broken_lambda, running_hook

DOWN = (503, 14, "Sign-in is not possible at the moment.")
BAD: dict[str, Any] = {
    "nothing": {},
    "no object": ["allow"],
    "null": None,
    "no bool": {"allow": "yes"},
    "unknown field": {"allow": True, "usrname": "ada"},
    "bad username": {"allow": True, "username": "two\nlines"},
    "long username": {"allow": True, "username": "x" * 129},
    "no username": {"allow": True, "username": 7},
    "half a character": {"allow": True, "username": "a\ud800"},
    "bad vars": {"allow": True, "vars": {"level": 7}},
    "many vars": {"allow": True, "vars": {str(number): "" for number in range(65)}},
    "long vars": {"allow": True, "vars": {"a": "x" * 2048}},
    "vars of half a character": {"allow": True, "vars": {"a": "\ud800"}},
    "crash": KeyError("a secret of the studio's"),
}


def arrive(client: Client) -> Answer:
    """Sign in with the device of anna, or be refused."""
    return client.authenticate("device", {"username": "anna"}, id=device_of("anna"))


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
def test_what_is_wrong_with_an_answer_is_the_hooks_fault(
    client: Client, store: Store, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    """Closed, nobody gets in and an outage is told; open, the client gets in as if there were no hook."""
    with running_hook(monkeypatch, SETTINGS) as hook:
        hook.answer = answer
        refused = client.authenticate("device", {"username": "anna"}, id=device_of("anna"))
        assert (refused.error, refused.headers["retry-after"], store.rows("UsersTable")) == (DOWN, "5", [])

    with running_hook(monkeypatch, SETTINGS, on_failure="open") as hook:
        hook.answer = answer
        anna = client.authenticate("device", {"username": "anna"}, id=device_of("anna"), vars={"a": "b"})
        assert (anna.status, anna.claims["usn"], anna.claims["vrs"]) == (200, "anna", {"a": "b"})


@pytest.mark.parametrize("on_failure", ["open", "closed"])
def test_failure_is_counted(client: Client, monkeypatch: pytest.MonkeyPatch, log: Log, on_failure: str) -> None:
    """Either way the line has what went wrong, of what kind it was, and nothing that the hook said."""
    with running_hook(monkeypatch, SETTINGS, on_failure=on_failure) as hook:
        hook.answer = KeyError("a secret of the studio's")
        arrive(client)

    line = log()[0]
    assert line["events"][0] == "HookFailed"
    assert line["hook" if on_failure == "open" else "detail"] == "hook: crashed (KeyError)"
    assert line["HookFailed"] == [1]
    assert "a secret" not in str(line)


def test_hook_has_its_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes longer than the setting is a failure, and is asked once."""
    with running_hook(monkeypatch, SETTINGS, timeout_ms=100) as hook:
        hook.answer = lambda _event: time.sleep(0.5)
        begun = time.monotonic()

        assert arrive(client).error == DOWN

        assert time.monotonic() - begun < 0.4
        assert len(hook.asked) == 1


@pytest.mark.parametrize("status", [0, 404, 429, 500])
def test_function_that_cannot_be_asked(client: Client, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Where Lambda hangs up, knows no such function, is too busy or broken, it is asked once, and that is a failure."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"hook": {"function": ARN}}))
    with broken_lambda(monkeypatch, status) as asked:
        restart()

        assert arrive(client).error == DOWN

    assert asked == [f"/2015-03-31/functions/{quote(ARN, safe='')}/invocations"]


@pytest.mark.parametrize(
    "section",
    [
        "arn",
        {"before": ["sign_in"]},
        {"function": 7},
        {"function": ARN, "before": []},
        {"function": ARN, "before": ["unlink"]},
        {"function": ARN, "before": "sign_in"},
        {"function": ARN, "timeout_ms": 99},
        {"function": ARN, "timeout_ms": 3001},
        {"function": ARN, "timeout_ms": True},
        {"function": ARN, "on_failure": "ajar"},
        {"function": ARN, "keep_vars": "yes"},
        {"function": ARN, "time_out": 3},
    ],
    ids=str,
)
def test_settings_that_cannot_be_meant(client: Client, monkeypatch: pytest.MonkeyPatch, section: object) -> None:
    """A section that is wrong lets nobody in, and names what is wrong to the operator."""
    with pytest.raises(Misconfigured, match="not configured"):
        HookSettings.of({"hook": section})
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"hook": section}))
    restart()

    assert arrive(client).status == 500
