"""All tables of a stack go back to one second together, while nobody is answered."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local.errors import StackError
from local.stacks import restore as program
from local.stacks.copies import check_window, copy_name, make_copies, moment
from local.stacks.kept import TABLE, Kept, Known
from local.stacks.removing import Clients
from local.stacks.restore import Restoration, restore
from tests.stacks.conftest import MakeTable

AT = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
CALLS: list[str] = []


class Lambdas:
    """Hears who is closed and opened."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.heard: list[str] = []

    def put_function_concurrency(self, **asked: Any) -> None:  # noqa: ANN401
        """Close one."""
        assert asked["ReservedConcurrentExecutions"] == 0
        self.heard.append(f"closed {asked['FunctionName']}")

    def delete_function_concurrency(self, **asked: Any) -> None:  # noqa: ANN401
        """Open one."""
        self.heard.append(f"open {asked['FunctionName']}")


@pytest.fixture
def asked(clients: Clients, make_table: MakeTable, monkeypatch: pytest.MonkeyPatch) -> Restoration:
    """Give a stack of two tables and a function, to go back to a second at which both were empty."""
    for name in ("users", "names"):
        make_table(name, [])
    kept = (Kept("UsersTable", TABLE, "users"), Kept("UsernamesTable", TABLE, "names"))
    monkeypatch.setattr(program, "find_stack", lambda *_: Known("id", "UPDATE_COMPLETE", {}, kept))
    monkeypatch.setattr(program, "functions", lambda *_: ["device"])
    monkeypatch.setattr(program, "audit_copies", lambda _stack, copies: CALLS.append(",".join(sorted(copies))))
    monkeypatch.setattr(program, "check_window", lambda *_: None)
    CALLS.clear()
    made = Clients(clients.clouds, clients.tables, clients.secrets, Lambdas())
    return Restoration(made, "game", AT, closed_seconds=0)


def change(name: str) -> None:
    """Let a player do something."""
    boto3.resource("dynamodb").Table(name).put_item(Item={"id": "later"})


@pytest.mark.long
def test_all_tables_go_back(asked: Restoration) -> None:
    """What came after the second is gone from every table; copies were audited, and are gone."""
    make_copies(asked.clients.tables, ["users", "names"], AT)  # moto's are of now, whatever the second
    change("users")
    change("names")

    changes = restore(asked)

    assert {name: (one.put, one.deleted) for name, one in changes.items()} == {"users": (0, 1), "names": (0, 1)}
    assert CALLS == ["names,users"]
    assert asked.clients.lambdas.heard == ["closed device", "open device"]
    assert sorted(asked.clients.tables.list_tables()["TableNames"]) == ["names", "users"]


def test_a_failure_leaves_the_api_closed(asked: Restoration, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that are half-way are shown to nobody, and the copies stay for the next run."""

    def fail(*_: object) -> None:
        raise StackError("DynamoDB does not keep up")

    monkeypatch.setattr(program, "rewind", fail)
    with pytest.raises(StackError, match="keep up"):
        restore(asked)

    assert asked.clients.lambdas.heard == ["closed device"]
    assert copy_name("users", AT) in asked.clients.tables.list_tables()["TableNames"]


def test_no_answer_changes_nothing(asked: Restoration, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who types something else than the stack's name leaves everything as it is."""
    monkeypatch.delenv("YES")
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    with pytest.raises(StackError, match="Nothing was changed"):
        restore(asked)

    assert asked.clients.lambdas.heard == []


def test_a_stack_that_is_gone_comes_back_first(asked: Restoration, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without functions and an API there is nothing to restore for; the message says what to do first."""
    monkeypatch.setattr(program, "find_stack", lambda *_: Known("id", "DELETE_COMPLETE"))
    with pytest.raises(StackError, match="make recover STACK=game"):
        restore(asked)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-26T18:30:00", "9999-01-01T00:00:00Z"])
def test_other_times_are_refused(text: str) -> None:
    """A time without a zone, in the future, or that is none, is not guessed at."""
    with pytest.raises(StackError, match="AT="):
        moment(text)


def test_times_are_of_one_second() -> None:
    """A zone is heeded, and fractions are not."""
    assert moment("2026-01-02T03:04:05.678+02:00") == datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("days", [36, 0])
def test_a_second_without_backups_is_refused(days: int) -> None:
    """Before anything is begun it is said which table has no backup of that second, and of which it has."""
    tables, now = boto3.client("dynamodb"), datetime.now(UTC)
    first, last = now - timedelta(days=35), now - timedelta(minutes=5)
    window = {"EarliestRestorableDateTime": first, "LatestRestorableDateTime": last}
    said = {"PointInTimeRecoveryStatus": "ENABLED", **window}
    with Stubber(tables) as answers:
        backups = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": said}
        answers.add_response("describe_continuous_backups", {"ContinuousBackupsDescription": backups})
        with pytest.raises(StackError, match="users can go back to any second from"):
            check_window(tables, ["users"], now - timedelta(days=days))


def test_names_of_copies_are_within_the_limit() -> None:
    """A table of the longest name has a copy, too."""
    assert copy_name("t", AT) == "t-at-20261126T123000Z"
    assert len(copy_name("t" * 255, AT)) == 255
