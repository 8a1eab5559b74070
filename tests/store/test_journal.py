"""What the embedded store has acknowledged is there at the next start, however it came to its end."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local.errors import StartError
from local.store.store import Store, running_store
from local.store.tables import create_missing_tables
from tests.store.test_store import TABLE, client_of


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def put(store: Store, name: str) -> None:
    """Store an item."""
    client_of(store.endpoint).put_item(TableName="things", Item={"id": {"S": name}})


def count_up(store: Store, name: str) -> None:
    """Add one to an item's number, which is wrong when it is done twice, or never."""
    update = {"UpdateExpression": "ADD times :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    client_of(store.endpoint).update_item(TableName="things", Key={"id": {"S": name}}, **update)  # type: ignore[arg-type]


def items(folder: Path) -> list[dict[str, str]]:
    """Give what a new store of the folder has."""
    with running_store(folder) as store:
        create_missing_tables(store.endpoint, [TABLE])
        found = client_of(store.endpoint).scan(TableName="things")["Items"]
    plain = [{name: str(next(iter(value.values()))) for name, value in item.items()} for item in found]
    return sorted(plain, key=lambda item: item["id"])


def killed(folder: Path, *names: str) -> None:
    """Run a store that acknowledges these, and is killed where it stands."""
    with pytest.raises(StartError, match="ended by itself"):
        _until_killed(folder, names)


def _until_killed(folder: Path, names: Iterable[str]) -> None:
    with running_store(folder) as store:
        create_missing_tables(store.endpoint, [TABLE])
        for name in names:
            put(store, name)
            count_up(store, name)
        store.process.kill()
        store.process.wait()


@pytest.mark.long
def test_a_killed_store_loses_nothing(tmp_path: Path) -> None:
    """A kill -9 takes nothing back that was acknowledged, twice in a row, over what was saved before."""
    with running_store(tmp_path) as store:
        create_missing_tables(store.endpoint, [TABLE])
        put(store, "saved")
    killed(tmp_path, "first")
    killed(tmp_path, "second", "first")

    expected = [{"id": "first", "times": "1"}, {"id": "saved"}, {"id": "second", "times": "1"}]
    assert items(tmp_path) == expected
    assert items(tmp_path) == expected
    assert not (tmp_path / "journal").exists()


@pytest.mark.long
def test_half_a_line_is_none(tmp_path: Path) -> None:
    """What a killed store had written half was never acknowledged, and hurts nothing."""
    killed(tmp_path, "whole")
    with (tmp_path / "journal").open("ab") as journal:
        journal.write(b'[[["x-amz-target", "Dyna')
    killed(tmp_path, "after")

    assert [item["id"] for item in items(tmp_path)] == ["after", "whole"]


@pytest.mark.long
def test_a_journal_of_another_state_is_left_aside(tmp_path: Path) -> None:
    """A store that was killed between saving and dropping its journal does nothing twice."""
    killed(tmp_path, "once")
    journal = (tmp_path / "journal").read_bytes()
    items(tmp_path)
    (tmp_path / "journal").write_bytes(journal)

    assert items(tmp_path) == [{"id": "once", "times": "1"}]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_acknowledges_nothing(tmp_path: Path) -> None:
    """Where the journal has no room a write fails, and reading goes on."""
    (tmp_path / "journal").symlink_to("/dev/full")

    with running_store(tmp_path) as store:
        with pytest.raises(ClientError, match="No room for the journal"):
            client_of(store.endpoint).create_table(**TABLE.create_arguments)
        assert client_of(store.endpoint).list_tables()["TableNames"] is not None
