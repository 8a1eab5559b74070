"""`make export`: what is written is what an import reads, and nothing is lost on the way."""

import csv
import json
from pathlib import Path

import pytest

from local.errors import StartError
from local.moving.leave import files_in, leave
from tests.helpers.players.client import Client
from tests.helpers.service.aws import Aws
from tests.helpers.service.nakama_export import BCRYPT, device, edge, password, user, write
from tests.helpers.service.store import Store
from tests.moving.test_import import brought, import_of

TABLES = ("UsersTable", "IdentitiesTable", "UsernamesTable", "FriendsTable")


def kept(store: Store) -> dict[str, list[str]]:
    """Give what is in the tables, but for when players came."""
    return {table: sorted(str(row | {"came_at": ""}) for row in store.rows(table)) for table in TABLES}


def test_there_and_back(tmp_path: Path, store: Store, aws: Aws) -> None:
    """Players who leave and come again are to the letter who they were."""
    (tmp_path / "nakama").mkdir()
    users = [user("anna", email="anna@example.com", password=password(BCRYPT), metadata='{"a": "ä\\n"}', apple_id="1")]
    users += [user("berta", custom_id="custom-of-berta", display_name='B, "b"', disable_time="2026-01-01 00:00:00+00")]
    edges = [edge("anna", "berta", 0, '{"met": "here"}'), edge("berta", "anna", 0)]
    brought(write(tmp_path / "nakama", users, [device("device-of-anna", "anna")], edges))
    before = kept(store)

    with files_in(tmp_path / "out") as files:
        counted = leave(files)
    store.clear(aws.touched)
    brought(tmp_path / "out")

    assert counted == (2, 2)
    assert kept(store) == before
    assert import_of(tmp_path / "out").verify() == []


def test_json_lines(tmp_path: Path, client: Client) -> None:
    """Each player is a line of JSON too, with all that is stored of it."""
    session = client.sign_in("anna")

    with files_in(tmp_path / "out") as files:
        leave(files)

    [line] = (tmp_path / "out" / "players.jsonl").read_text().splitlines()
    assert json.loads(line)["user_id"] == session.user_id
    assert (tmp_path / "out" / "players.jsonl").stat().st_mode & 0o077 == 0


def test_nobody(tmp_path: Path, store: Store) -> None:
    """Of no players there are tables with a header alone, which an import reads."""
    with files_in(tmp_path / "out") as files:
        leave(files)

    assert (
        list(csv.DictReader((tmp_path / "out" / "users.csv").read_text().splitlines()))
        == store.rows("UsersTable")
        == []
    )
    assert import_of(tmp_path / "out").look().counts == {}


def test_folder_in_use(tmp_path: Path) -> None:
    """Nothing is written over."""
    (tmp_path / "users.csv").write_text("mine")

    with pytest.raises(StartError, match="is not empty"), files_in(tmp_path):
        pass

    assert (tmp_path / "users.csv").read_text() == "mine"
