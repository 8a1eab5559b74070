"""A table becomes what its copy is, whatever happened since, and however much that is."""

from typing import Any

import boto3
import pytest

from local.stacks.removing import Clients
from local.stacks.rewinding import Change, rewind
from tests.stacks.conftest import Item, MakeTable


def content(name: str) -> list[Item]:
    """Give all items of a table."""
    return sorted(boto3.resource("dynamodb").Table(name).scan()["Items"], key=repr)


def quiet(_change: Change) -> None:
    """Hear of progress."""


def test_changes_are_undone(clients: Clients, make_table: MakeTable) -> None:
    """What was changed or deleted is put back, what came later is gone, what is equal is not written."""
    then = [{"id": "same", "n": 1}, {"id": "changed", "n": 1}, {"id": "deleted", "tags": {"a", "b"}}]
    now = [{"id": "same", "n": 1}, {"id": "changed", "n": 2, "more": True}, {"id": "later"}]
    table, copy = make_table("table", now), make_table("copy", then)

    change = rewind(clients.tables, table, copy, quiet)

    assert (change.put, change.deleted) == (2, 1)
    assert content("table") == content("copy") == sorted(then, key=repr)


def test_many_items_of_a_table_with_two_keys(clients: Clients, make_table: MakeTable) -> None:
    """More than one request holds, and keys that share a part, are told apart."""
    then = [{"user_id": f"u{number % 7}", "user": f"f{number}"} for number in range(110)]
    now = [{**one, "state": 1} for one in then[:30]] + [{"user_id": "new", "user": f"f{n}"} for n in range(80)]
    table, copy = make_table("table", now, "user_id", "user"), make_table("copy", then, "user_id", "user")

    change = rewind(clients.tables, table, copy, quiet)

    assert (change.put, change.deleted) == (110, 80)
    assert content("table") == content("copy")


def test_second_run_finds_nothing_to_do(clients: Clients, make_table: MakeTable) -> None:
    """A run can be repeated."""
    table, copy = make_table("table", []), make_table("copy", [{"id": str(number)} for number in range(3)])
    rewind(clients.tables, table, copy, quiet)

    assert rewind(clients.tables, table, copy, quiet) == Change(0, 0)


def test_what_dynamodb_leaves_undone_is_asked_again(
    clients: Clients, make_table: MakeTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that DynamoDB had no room for is not lost."""
    table, copy = make_table("table", []), make_table("copy", [{"id": str(number)} for number in range(9)])
    monkeypatch.setattr("local.stacks.rewinding.time.sleep", lambda _: None)
    write = clients.tables.batch_write_item

    def lazy(RequestItems: dict[str, list[Any]]) -> Any:  # noqa: ANN401, N803 (as boto3 has it)
        left = {name: asked[2:] for name, asked in RequestItems.items() if asked[2:]}
        write(RequestItems={name: asked[:2] for name, asked in RequestItems.items()})
        return {"UnprocessedItems": left}

    monkeypatch.setattr(clients.tables, "batch_write_item", lazy)
    rewind(clients.tables, table, copy, quiet)

    assert content("table") == content("copy")
