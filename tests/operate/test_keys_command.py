"""`make keys`: keys of the development server, seen, rotated and retired."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.gateway.keys import ring_file
from local.gateway.settings import settings_environment
from local.operate import keys
from symbolon.settings.keyring import KeyRing
from symbolon.settings.settings import load_settings
from symbolon.settings.succession import LEAD_SECONDS
from tests.helpers.service.clock import Clock

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the state of a server that has started once, with ES256."""
    settings = tmp_path / "settings.json"
    settings.write_text('{"server_key": "k", "session": {"algorithm": "ES256"}}')
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("STACK", raising=False)
    settings_environment(str(settings), tmp_path / "state")
    return tmp_path / "state"


def told(printed: Printed, *arguments: str) -> list[dict[str, Any]]:
    """Give what the command tells, which must go well."""
    assert keys.main(["--json", *arguments]) == 0
    listed: list[dict[str, Any]] = json.loads(printed.readouterr().out)
    return listed


def refused(printed: Printed, *arguments: str) -> str:
    """Give the line with which the command refuses."""
    assert keys.main([*arguments]) == 1
    [line] = printed.readouterr().err.splitlines()
    return line


def signing(state: Path) -> str:
    """Give the id of the key that signs sessions."""
    ring = json.loads(ring_file(state, "session").read_text())
    return KeyRing.parse("ring", ring, allow_weak=False).signing.key_id


def test_list(state: Path, capsys: Printed) -> None:
    """All keys are listed with their times, for people and for programs, and none is shown."""
    listed = told(capsys, "list")
    keys.main(["list"])
    table = capsys.readouterr().out

    assert [(key["ring"], key["alg"]) for key in listed] == [("session", "ES256"), ("refresh", "HS256")]
    assert [line.split()[1] for line in table.splitlines()] == ["key", *(key["kid"] for key in listed)]
    secret = json.loads(ring_file(state, "refresh").read_text())["keys"][0]["k"]
    assert secret not in table


def test_rotate(state: Path, capsys: Printed, clock: Clock) -> None:
    """A new key of the same algorithm is published now and signs after the lead."""
    old = signing(state)

    new, former = told(capsys, "rotate", "session")

    assert (new["alg"], former["kid"], signing(state)) == ("ES256", old, old)
    assert former["accepted_until"] > new["signs_from"]
    clock.advance(LEAD_SECONDS + 1)
    assert signing(state) == new["kid"]


@pytest.mark.parametrize("ring", ["session", "refresh"])
def test_retire(state: Path, capsys: Printed, ring: str) -> None:
    """A key that leaked is gone at once, and another one signs."""
    [leaked] = [key["kid"] for key in told(capsys, "list") if key["ring"] == ring]

    left = told(capsys, "retire", ring, leaked)

    assert leaked not in ring_file(state, ring).read_text()
    assert len(left) == 1


def test_retire_a_key_whose_id_looks_like_an_option(state: Path, capsys: Printed) -> None:
    """Ids are random texts of base64url, so one of 64 begins with a hyphen."""
    [kid] = [key["kid"] for key in told(capsys, "list") if key["ring"] == "session"]
    file = ring_file(state, "session")
    file.write_text(file.read_text().replace(kid, f"-{kid[1:]}"))

    left = told(capsys, "retire", "session", f"-{kid[1:]}")

    assert [key["kid"] for key in left if key["ring"] == "session"] != [f"-{kid[1:]}"]


def test_a_server_that_runs_takes_them(state: Path, capsys: Printed) -> None:
    """The server reads the file that the command writes."""
    environment = settings_environment("", state)
    kid = told(capsys, "rotate", "session")[0]["kid"]

    assert kid in {key.key_id for key in load_settings(environment).session_keys.keys}


def test_what_cannot_be_done(state: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake is explained in one line, and changes nothing."""
    before = ring_file(state, "session").read_text()

    assert refused(capsys, "retire", "session", "none") == "The ring session has no key none."
    assert "http_key is a setting of yours" in refused(capsys, "rotate", "http")
    assert "session and refresh keys alone" in refused(capsys, "ensure")
    assert ring_file(state, "session").read_text() == before
    monkeypatch.setenv("STATE_DIR", str(state / "elsewhere"))
    assert "start the server once" in refused(capsys, "rotate", "session")
    assert told(capsys, "list") == []
