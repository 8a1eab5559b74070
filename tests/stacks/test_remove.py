"""A stack is removed with all that outlives one, after a question, and a first deployment that failed without one."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.stacks import deploying, remove
from local.stacks.deploying import stack_name, tidy_up
from local.stacks.kept import SECRET, TABLE, Kept, Known, written
from local.stacks.removing import Clients, remove_all
from tests.stacks.conftest import MakeTable

Captured = pytest.CaptureFixture[str]
TEMPLATE = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}}


@dataclass(frozen=True)
class Deployment:
    """A deployment: what became of `sam deploy`, whether there was a stack before, whether something is tidied up."""

    failed: int
    was_there: bool
    tidied: int


@pytest.fixture
def left(clients: Clients, make_table: MakeTable) -> tuple[Kept, ...]:
    """Give a protected table with a player, and a secret."""
    make_table("game-UsersTable-1", [{"id": "a player"}])
    secret = clients.secrets.create_secret(Name="SessionKey-1", SecretString="x")["ARN"]
    return (Kept("SessionKey", SECRET, secret), Kept("UsersTable", TABLE, "game-UsersTable-1"))


def there(clients: Clients) -> tuple[list[str], list[Any], list[Any]]:
    """Give tables, secrets and stacks."""
    stacks = clients.clouds.describe_stacks()["Stacks"]
    return clients.tables.list_tables()["TableNames"], clients.secrets.list_secrets()["SecretList"], stacks


def test_everything_goes(clients: Clients, left: tuple[Kept, ...]) -> None:
    """The stack, its protected tables and its secrets are gone; a second run finds nothing and is content."""
    clients.clouds.create_stack(StackName="game", TemplateBody=json.dumps(TEMPLATE))
    known = Known("id", "CREATE_COMPLETE", {}, left)

    remove_all(clients, "game", known)
    remove_all(clients, "game", Known("id", "DELETE_COMPLETE", {}, left))

    assert there(clients) == ([], [], [])


def test_the_question_names_what_goes(
    left: tuple[Kept, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """Every table with its items and every secret is shown first; another answer than the stack's name keeps all."""
    file = tmp_path / "kept.json"
    file.write_text(written(Known("id", "DELETE_COMPLETE", {}, left)))
    monkeypatch.setenv("STACK", "game")
    monkeypatch.setenv("KEPT", str(file))
    monkeypatch.delenv("YES")
    monkeypatch.setattr("builtins.input", lambda _: "y")

    assert remove.main([]) == 1

    shown = capsys.readouterr()
    assert all(one.physical_id in shown.out for one in left)
    assert shown.err == "Nothing was changed.\n"
    assert len(there(Clients.made())[0]) == 1


@pytest.mark.usefixtures("clients")
def test_no_stack_is_guessed(capsys: Captured) -> None:
    """What deletes has no default."""
    assert remove.main([]) == 1
    assert "STACK=" in capsys.readouterr().err


@pytest.mark.parametrize("status", ["ROLLBACK_FAILED", "CREATE_COMPLETE", "CREATE_IN_PROGRESS"])
def test_a_first_deployment_that_failed_leaves_nothing(
    clients: Clients, left: tuple[Kept, ...], monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    """What CloudFormation could not roll back is taken away; what came to be, or is still under way, is not."""
    clients.clouds.create_stack(StackName="game", TemplateBody=json.dumps(TEMPLATE))
    monkeypatch.setattr(deploying, "find_stack", lambda *_: Known("id", status, {}, left))

    tidy_up(clients, "game")

    assert [len(kind) for kind in there(clients)] == [int(status != "ROLLBACK_FAILED")] * 3


@pytest.mark.parametrize(
    "one",
    [
        Deployment(failed=1, was_there=False, tidied=1),
        Deployment(failed=1, was_there=True, tidied=0),
        Deployment(failed=0, was_there=False, tidied=0),
    ],
)
def test_only_first_deployments_are_tidied_up(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, one: Deployment
) -> None:
    """A stack that players use keeps its tables, however its next deployment ends."""
    calls: list[str] = []
    known = Known("id", "UPDATE_COMPLETE" if one.was_there else "DELETE_COMPLETE")
    monkeypatch.setattr(deploying, "find_stack", lambda *_: known)
    monkeypatch.setattr(deploying, "sam_deploy", lambda *_: one.failed)
    monkeypatch.setattr(deploying, "tidy_up", lambda _clients, stack: calls.append(stack))

    assert deploying.main() == one.failed
    assert calls == ["symbolon"] * one.tidied
    assert clients.tables.list_tables()["TableNames"] == []


def test_the_stack_is_that_of_samconfig() -> None:
    """The part of samconfig.toml that SAM is told names the stack that is looked at."""
    assert [stack_name(part) for part in ("default", "staging", "trial")] == [
        "symbolon",
        "symbolon-staging",
        "symbolon-trial",
    ]
