"""The example hooks, and what tries a hook before players do."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local import ROOT
from local.errors import StartError
from local.gateway.studio.hooks import load_hook, local_hook
from local.operate import hook as kit
from symbolon.hooks.answers import RefusedByHook, read_answer
from symbolon.settings.settings import Settings

EXAMPLE = ROOT / "examples/hook"
SAMPLES = sorted((EXAMPLE / "events").glob("*.json"))


def said(path: Path) -> str:
    """Give what the example in Python says to an event, in words."""
    return kit.judged(load_hook("hook.py:before", EXAMPLE), path)


def test_example_keeps_out_whom_it_says() -> None:
    """Borrowed and banned accounts are refused, everybody else is let in."""
    refused = [path.stem for path in SAMPLES if said(path).startswith("refuses")]

    assert refused == ["link_steam_banned", "sign_in_steam_borrowed"]
    assert all(said(path).startswith("allows") for path in SAMPLES if path.stem not in refused)


def test_example_in_javascript_says_the_same() -> None:
    """Node's hook gives the answers of Python's to all events."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here")
    program = (
        f"import {{ before }} from {json.dumps((EXAMPLE / 'hook.mjs').as_uri())};"
        "const said = []; for (const event of JSON.parse(process.argv[1])) said.push(await before(event));"
        "console.log(JSON.stringify(said));"
    )
    events = [json.loads(path.read_text(encoding="utf-8")) for path in SAMPLES]
    done = subprocess.run(
        [node, "--input-type=module", "-e", program, json.dumps(events)], capture_output=True, text=True, check=True
    )

    hook = load_hook("hook.py:before", EXAMPLE)
    assert json.loads(done.stdout) == [hook(event, None) for event in events]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the file of the hook that is tried."""
    monkeypatch.setenv("HOOK", f"{tmp_path}/own.py:before")
    return tmp_path / "own.py"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("return {'allow': True, 'username': 'ada'}", "allows   username ada"),
        ("return {'allow': False}", "refuses  Refused by the game."),
        ("return {'alow': True}", "FAILS    it answered without allow"),
        ("return None", "FAILS    it must answer with an object"),
        ("return {'allow': {1}}", "FAILS    TypeError"),
        ("return {}[event['before']]", "FAILS    KeyError"),
    ],
)
def test_kit_says_what_would_come_of_it(own: Path, capsys: pytest.CaptureFixture[str], body: str, outcome: str) -> None:
    """Each sample has a line, and a hook that would fail is told by the exit status."""
    own.write_text(f"def before(event, context):\n    {body}\n")

    status = kit.main()

    assert status == int(outcome.startswith("FAILS"))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(SAMPLES)
    assert all(outcome in line for line in lines)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "must be file.py:function"),
        ("own.py", "must be file.py:function"),
        ("other.py:before", "there is no file"),
        ("own.py:after", "has no function after"),
        ("broken.py:before", "broken.py cannot be imported: ZeroDivisionError"),
        ("no.such.module:before", "cannot be imported: ModuleNotFoundError"),
        ("arn:aws:lambda:us-east-1:123456789012:function:x", "on this machine it is a Python function"),
    ],
)
def test_hook_that_is_not_there_is_told(tmp_path: Path, name: str, told: str) -> None:
    """A server with it does not start, and says what is wrong."""
    (tmp_path / "own.py").write_text("def before(event, context):\n    return {'allow': True}\n")
    (tmp_path / "broken.py").write_text("1 / 0\n")

    with pytest.raises(StartError, match=told):
        load_hook(name, tmp_path)


def test_hook_may_have_modules_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies in its folder can be imported."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "beside_the_hook.py").write_text("ANSWER = {'allow': False}\n")
    (tmp_path / "own.py").write_text(
        "from beside_the_hook import ANSWER\n\ndef before(event, context):\n    return ANSWER\n"
    )

    hook = load_hook("own.py:before", tmp_path)

    with pytest.raises(RefusedByHook):
        read_answer(hook({}, None))


def test_server_calls_the_hook_of_its_settings(tmp_path: Path) -> None:
    """Where the settings have one, it is known to the server by the name that they give it; else there is none."""
    (tmp_path / "own.py").write_text("def before(event, context):\n    return {'allow': True}\n")
    settings = Settings({"hook": {"function": "own.py:before"}}, is_local=True)

    [(function, hook)] = local_hook(settings, tmp_path)

    assert (function.name, hook({}, None)) == ("own.py:before", {"allow": True})
    assert local_hook(Settings({}, is_local=True), tmp_path) == []
