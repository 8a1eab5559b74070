"""Handlers are imported with the environment that Lambda would give them, and nothing of the developer's own."""

import os

import pytest

from local.errors import StartError
from local.gateway.handlers import load_handler, use_environment
from local.template.template import Function


def function_of(directory: str, **environment: str) -> Function:
    """Give a function in the folder `directory`."""
    return Function("SomeFunction", directory, "app.handler", 128, 3, environment, ())


def test_developers_own_settings_for_aws_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """No profile, key or token of the developer is left, and a proxy is not asked for what is on this machine."""
    environment = {"AWS_PROFILE": "mine", "AWS_SESSION_TOKEN": "real", "AWS_ACCESS_KEY_ID": "real", "NO_PROXY": "a.b"}
    monkeypatch.setattr(os, "environ", environment)

    use_environment({"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"})

    assert not environment.keys() & {"AWS_PROFILE", "AWS_SESSION_TOKEN"}
    assert environment["AWS_ACCESS_KEY_ID"] == "local"
    assert environment["AWS_ENDPOINT_URL_DYNAMODB"] == "http://127.0.0.1:1"
    assert environment["no_proxy"] == "a.b,127.0.0.1,localhost"


def test_common_variables_win_over_the_functions_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function's variables are set before its import, but for those that the server decides."""
    environment: dict[str, str] = {}
    monkeypatch.setattr(os, "environ", environment)

    handler = load_handler(function_of("functions/device", ITS="own", SETTINGS="deployed"), {"SETTINGS": "local"})

    assert callable(handler)
    assert (environment["ITS"], environment["SETTINGS"]) == ("own", "local")


def test_function_without_code_is_named() -> None:
    """A folder that the template names and that is not there is one line at the start."""
    with pytest.raises(StartError, match=r"names functions\.nowhere\.app for SomeFunction, which does not exist"):
        load_handler(function_of("functions/nowhere"), {})
