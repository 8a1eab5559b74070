"""A running PostgreSQL as the source of an import, with the tables as Nakama's migrations make them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import create_server
from tempfile import mkdtemp

import pytest

from local.errors import StartError
from local.moving.nakama import DEVICES, EDGES, USERS, Folder, source_of
from tests.helpers.service.nakama_export import BCRYPT, device, edge, password, user, write

pytest.importorskip("psycopg", reason="needs psycopg: make check installs it")
[BINARIES] = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:] or [Path(shutil.which("initdb") or "-").parent]
COLUMNS = {
    USERS: (
        "id uuid, username varchar(128), display_name varchar(255), avatar_url varchar(512), lang_tag varchar(18),"
        "location varchar(255), timezone varchar(255), metadata jsonb, wallet jsonb,"
        "email varchar(255), password bytea,"
        "facebook_id varchar(128), google_id varchar(128), gamecenter_id varchar(128), steam_id varchar(128),"
        "custom_id varchar(128), edge_count int, create_time timestamptz, update_time timestamptz,"
        "verify_time timestamptz, disable_time timestamptz, facebook_instant_game_id varchar(128),"
        "apple_id varchar(128)"
    ),
    DEVICES: "id varchar(128), user_id uuid, preferences jsonb",
    EDGES: (
        "source_id uuid, position bigint, update_time timestamptz, destination_id uuid, state smallint, metadata jsonb"
    ),
}

pytestmark = pytest.mark.skipif(not (BINARIES / "postgres").exists(), reason="there is no PostgreSQL server here")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """Give the URL of an empty database, whose server refuses to be root's: pytest's own folders are the caller's."""
    folder = Path(mkdtemp(prefix="postgres-"))
    user_name, group_name = ("nobody", "nogroup") if os.geteuid() == 0 else (None, None)
    with closing(create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    if user_name and group_name:
        shutil.chown(folder, user_name, group_name)
    options = f"-p {port} -h 127.0.0.1 -k {folder} -F"

    def run(program: str, *arguments: str) -> None:
        command = [str(BINARIES / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=user_name, group=group_name)

    run("initdb", "--auth=trust", "--username=nakama", "--encoding=UTF8", "--no-sync")
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    yield f"postgres://nakama@127.0.0.1:{port}/postgres"
    run("pg_ctl", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def test_database_and_folder_are_read_alike(database: str, tmp_path: Path) -> None:
    r"""Every row comes out of the database as `\copy` writes it, line breaks and quotes in it included."""
    import psycopg  # noqa: PLC0415 (skipped where it is not there)

    users = [user("anna", email="anna@example.com", password=password(BCRYPT), display_name='Ä "quoted",\nand so on')]
    users += [user(f"player{number}", custom_id=f"custom-{number}") for number in range(2000)]
    folder = write(tmp_path, users, [device("device-of-anna", "anna")], [edge("anna", "player1", 1)])
    with psycopg.connect(database) as connection:
        for table, columns in COLUMNS.items():
            connection.execute(f"create table {table} ({columns})".encode())
            header = ",".join(next(iter(Folder(folder).rows(table))))
            with connection.cursor().copy(f"copy {table} ({header}) from stdin csv header") as copy:
                copy.write((folder / f"{table}.csv").read_text())

    with source_of(database) as source:
        read = {table: list(source.rows(table)) for table in COLUMNS}

    for table, found in read.items():
        expected = list(Folder(folder).rows(table))
        assert len(found) == len(expected)
        assert [row.get("id") for row in found] == [row.get("id") for row in expected]
    assert read[USERS][0]["display_name"] == 'Ä "quoted",\nand so on'
    assert read[USERS][0]["password"] == password(BCRYPT)


@pytest.mark.parametrize(
    ("database_name", "complaint"),
    [("nowhere", 'The database does not answer: .*database "nowhere" does not exist')],
)
def test_database_that_is_not_there(database: str, database_name: str, complaint: str) -> None:
    """A database that does not answer is told in one line, without the URL's password."""
    url = database.replace("nakama@", "nakama:a-secret@").rpartition("/")[0] + f"/{database_name}"

    with pytest.raises(StartError, match=complaint) as refused, source_of(url):
        pass

    assert "a-secret" not in str(refused.value)
