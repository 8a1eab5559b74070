"""`make audit` as a command: what it prints, how it ends, and how fast it reads."""

import os
import subprocess
import sys

import pytest

from local import ROOT
from local.audit.__main__ import Options
from local.audit.audit import Pace, audit
from local.errors import StartError
from tests.helpers.players.client import Client
from tests.helpers.service.real_engines import REAL_ENGINES
from tests.helpers.service.store import Store, dynamodb

IDENTITIES = "symbolon-IdentitiesTable"


def run(endpoint: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command on the engine at the URL, as make does."""
    environment = {**os.environ, "DYNAMODB_ENDPOINT": endpoint, **variables}
    command = [sys.executable, "-m", "local.audit"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["embedded"], indirect=True, scope="session")
def test_command(engine: str) -> None:
    """It ends with 0 where all is well, with 1 where something was found, mended or not, and says what to do."""
    clean = run(engine)
    assert (clean.returncode, clean.stdout.rpartition(": ")[2]) == (0, "0 violations\n"), clean.stderr

    orphan = {"identity": {"S": "device#a-secret-id"}, "user_id": {"S": "00000000-0000-4000-8000-000000000000"}}
    dynamodb(engine).put_item(TableName=IDENTITIES, Item=orphan)
    found, mended, again = run(engine), run(engine, REPAIR="1"), run(engine, SEGMENTS="1")

    assert (found.returncode, mended.returncode, again.returncode) == (1, 1, 0)
    assert found.stdout.splitlines()[:3] == [
        "account 00000000-0000-4000-8000-000000000000: an identity of device leads to an account that is gone",
        "    for the player  Whoever signs in with it is turned away each time, with 503.",
        "    to do           REPAIR=1 mends it",
    ]
    assert "1 violations, 1 of them mended" in mended.stdout
    assert "a-secret-id" not in found.stdout + found.stderr + mended.stdout + mended.stderr


def test_command_without_a_store() -> None:
    """Where nothing can be read it ends with 2 and one line that says why."""
    ended = run("", STACK="no-such-stack", AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1")

    assert ended.returncode == 2
    assert ended.stderr.startswith("The stack no-such-stack cannot be read: ")
    assert ended.stderr.count("\n") == 1


@REAL_ENGINES
def test_what_is_read_is_paid_for(store: Store, client: Client) -> None:
    """The budget hears of the units of each page and of what was looked up for it."""
    for number in range(10):
        client.sign_in(f"player-{number}")
    units: list[float] = []

    assert store.rows("UsersTable")
    assert list(audit(Pace(2, 0, spend=units.append))) == []

    assert sum(units) >= 10 * 3


@pytest.mark.parametrize("variables", [{"READ_UNITS": "many"}, {"SEGMENTS": "-1"}])
def test_bad_variables_are_told(variables: dict[str, str]) -> None:
    """What is no number is named before anything is read."""
    with pytest.raises(StartError, match=f"{next(iter(variables))} must be a"):
        Options.of(variables)


def test_defaults() -> None:
    """A deployment keeps its capacity for players, the local store has nothing to keep."""
    assert Options.of({}).units_per_second == 0
    assert Options.of({"STACK": "symbolon"}).units_per_second == 500
    assert Options.of({"SEGMENTS": "0"}).segments == 1
