"""Handlers are imported with the environment that Lambda would give them, and nothing of the developer's own."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.errors import StartError
from local.gateway.handlers import load_handler, use_environment
from local.template.template import Function

CODE = """
import os

AT_IMPORT = os.environ.get("ITS")


def handler(event, context):
    if "set" in event:
        os.environ[event["set"]] = "now"
    return {"at import": AT_IMPORT, "now": os.environ.get("ITS"), "all": dict(os.environ)}
"""


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
    assert environment["no_proxy"] == "a.b,127.0.0.1,localhost,::1"


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the folder of a function that answers with what it finds in its environment, and found at its import."""
    (tmp_path / "plays").mkdir()
    (tmp_path / "plays/app.py").write_text(CODE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(os, "environ", {"SETTINGS": "everybody's", "ONLY": "the process's"})
    yield "plays"
    for name in ("plays", "plays.app"):
        sys.modules.pop(name)


def test_common_variables_win_over_the_functions_own(play: str) -> None:
    """A function finds its own variables as it is imported and as it runs, but for those that the server decides."""
    handler = load_handler(function_of(play, ITS="own", SETTINGS="deployed"), {"SETTINGS": "local"})

    found = handler({}, None)

    assert found["at import"] == found["now"] == "own"
    expected = {"SETTINGS": "local", "ONLY": "the process's", "ITS": "own", "AWS_SESSION_TOKEN": "SomeFunction"}
    assert found["all"].items() >= expected.items()


def test_functions_find_nothing_of_one_anothers(play: str) -> None:
    """What one function is given no other finds, as it is in Lambda; what one sets itself is everybody's."""
    first = load_handler(function_of(play, ITS="own"), {})
    second = load_handler(function_of(play, THEIRS="too"), {})

    assert "THEIRS" not in first({}, None)["all"]
    assert "ITS" not in second({"set": "SET"}, None)["all"]
    assert first({}, None)["all"]["SET"] == "now"
    assert not os.environ.keys() & {"ITS", "THEIRS", "AWS_SESSION_TOKEN"}


def test_environment_stays_a_mapping(play: str) -> None:
    """Whatever is done with the environment of a process can still be done, also while a function runs."""
    load_handler(function_of(play), {})

    del os.environ["ONLY"]

    assert os.environ | {"MORE": "yes"} == {"MORE": "yes"} | os.environ == {**os.environ, "MORE": "yes"}
    assert len(os.environ) == len(os.environ.copy()) == len(list(os.environ))
    with pytest.raises(KeyError):
        os.environ["ONLY"]


def test_function_without_code_is_named() -> None:
    """A folder that the template names and that is not there is one line at the start."""
    with pytest.raises(StartError, match=r"names functions\.nowhere\.app for SomeFunction, which does not exist"):
        load_handler(function_of("functions/nowhere"), {})
