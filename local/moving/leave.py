r"""`make export TO=folder`: every player and friendship, in Nakama's tables as CSV and as JSON lines. No lock-in.

The CSV is what `make import` reads, and what `\copy users from users.csv csv header` loads into a Nakama's database.
argon2id hashes go as they are. Another Symbolon reads them; a Nakama does not, so players reset their passwords there.
"""

import csv
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tqdm import tqdm

from local.errors import StartError
from local.moving.target import target_of
from symbolon.aws import dynamodb
from symbolon.aws.attributes import load
from symbolon.aws.dynamodb import Item, table_name
from symbolon.errors import SymbolonError
from symbolon.identities.bans import Ban
from symbolon.identities.users import PROFILE_FIELDS
from symbolon.legacy.accounts import COLUMNS

_NEVER = "1970-01-01T00:00:00Z"
_TIMES = ("create_time", "update_time", "verify_time", "disable_time")
_HEADERS = {
    "users": (
        "id",
        "username",
        *PROFILE_FIELDS,
        "metadata",
        "wallet",
        "email",
        "password",
        *COLUMNS.values(),
        "edge_count",
        *_TIMES,
    ),
    "user_device": ("id", "user_id"),
    "user_edge": ("source_id", "position", "update_time", "destination_id", "state", "metadata"),
}


@dataclass(frozen=True)
class Files:
    """The files of an export, each with what writes a row of it."""

    tables: Mapping[str, "csv.DictWriter[str]"]
    lines: IO[str]


@contextmanager
def files_in(folder: Path) -> Iterator[Files]:
    """Open the files in an empty folder for its owner alone; raises StartError when there is something in it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StartError(f"{folder} is not empty: give a new folder with TO=path.")
        with ExitStack() as opened:
            open_files = {name: opened.enter_context(open_new(folder / f"{name}.csv")) for name in _HEADERS}
            tables = {name: csv.DictWriter(file, _HEADERS[name]) for name, file in open_files.items()}
            for table in tables.values():
                table.writeheader()
            yield Files(tables, opened.enter_context(open_new(folder / "players.jsonl")))
    except OSError as error:
        raise StartError(f"{folder} cannot be written: {error.strerror}.") from error


def leave(files: Files) -> tuple[int, int]:
    """Write all players and friendships, and return how many of each there are."""
    players = edges = 0
    for item in scan("USERS_TABLE", "players"):
        files.tables["users"].writerow(user_row(item))
        files.tables["user_device"].writerows(
            {"id": subject, "user_id": item["user_id"]}
            for place, subject in item["links"].items()
            if place.startswith("device#")
        )
        files.lines.write(json.dumps(item, ensure_ascii=False) + "\n")
        players += 1
    for edge in scan("FRIENDS_TABLE", "friendships"):
        files.tables["user_edge"].writerow(_edge_row(edge))
        edges += 1
    return players, edges


def user_row(item: Item) -> dict[str, Any]:
    """Return the account as a row of Nakama's table `users`."""
    links = item["links"]
    columns = {column: links.get(provider, "") for provider, column in COLUMNS.items()}
    hashed = item.get("password_hash", "")
    row = {name: item.get(name, "") for name in PROFILE_FIELDS} | columns
    row |= {name: item.get(name, _NEVER) for name in _TIMES}
    ban = Ban.from_item(item)
    if ban and not ban.holds:  # Nakama knows no end
        row["disable_time"] = _NEVER
    row |= {"id": item["user_id"], "username": item["username"], "metadata": item.get("metadata", "{}"), "wallet": "{}"}
    row |= {"email": links.get("email", item.get("contact_email", "")), "edge_count": item.get("edge_count", 0)}
    return row | {"password": "\\x" + hashed.encode().hex() if hashed else ""}


def _edge_row(edge: Item) -> dict[str, Any]:
    return {
        "source_id": edge["user_id"],
        "destination_id": edge["friend_id"],
        "state": edge["state"],
        "position": 0,
        "update_time": edge.get("update_time", _NEVER),
        "metadata": edge.get("metadata", "{}"),
    }


def scan(table: str, doing: str) -> Iterator[Item]:
    """Yield all items of the table that the variable names, with a progress bar."""
    start: dict[str, Any] = {}
    with tqdm(desc=doing, unit="", disable=None, leave=False) as progress:
        while True:
            answer = dynamodb.call("Scan", TableName=table_name(table), **start)
            yield from map(load, answer["Items"])
            progress.update(len(answer["Items"]))
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def open_new(path: Path) -> IO[str]:
    """Open a file that is not there yet, for its owner alone; raises OSError when it is."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="", encoding="utf-8")


def main() -> int:
    """Do what the environment asks for and give the exit status."""
    folder = Path(os.environ.get("TO") or "nakama-export")
    try:
        with target_of(os.environ) as source, files_in(folder) as files:
            players, edges = leave(files)
        print(f"{players} players and {edges} edges of friendships from {source.description} are in {folder}")
    except (StartError, SymbolonError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
