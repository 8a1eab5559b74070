r"""Nakama's tables `users`, `user_device` and `user_edge`, as PostgreSQL writes them in CSV with a header.

`psql -c "\copy users to users.csv csv header"` writes such a file, and `COPY … TO STDOUT` sends the same text, so that
a folder and a database are read alike. An empty field is NULL, which here is as good as an empty text. Columns go by
their names: versions of Nakama have them in different order, and some lack a few.
https://github.com/heroiclabs/nakama/tree/master/migrate/sql
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from local.errors import StartError

USERS, DEVICES, EDGES = "users", "user_device", "user_edge"
REQUIRED = {
    USERS: {"id", "username", "email", "password", "create_time", "update_time", "disable_time"},
    DEVICES: {"id", "user_id"},
    EDGES: {"source_id", "destination_id", "state"},
}
"""The columns without which a table cannot be read."""

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Nakama's system user, which is no player."""

Row = Mapping[str, str]

csv.field_size_limit(16 * 1024 * 1024)  # a field of metadata may be longer than csv's own limit


class Source(Protocol):
    """Where the rows of Nakama's tables come from, as often as they are asked for."""

    def rows(self, table: str) -> Iterator[Row]:
        """Give the table's rows; raises StartError when they cannot be read."""


@dataclass(frozen=True)
class Folder:
    """A folder of files users.csv, user_device.csv and user_edge.csv; without the last, nobody has friends."""

    path: Path

    def rows(self, table: str) -> Iterator[Row]:
        """Give the rows of the table's file."""
        file = self.path / f"{table}.csv"
        if table == EDGES and not file.exists():
            return
        try:
            with file.open(newline="", encoding="utf-8-sig") as lines:
                yield from read_rows(table, lines)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise StartError(f"{file} cannot be read: {reason}.") from error


def read_rows(table: str, lines: Iterable[str]) -> Iterator[Row]:
    """Give the rows of a table from the lines of its CSV; raises StartError where they are not of that table."""
    reader = csv.DictReader(lines, strict=True)
    try:
        missing = REQUIRED[table] - set(reader.fieldnames or ())
        if missing:
            raise StartError(f"The table {table} has no column {', '.join(sorted(missing))}: write it with a header.")
        for row in reader:
            if None in row or None in row.values():
                raise StartError(f"Line {reader.line_num} of the table {table} has not as many fields as the header.")
            yield row
    except csv.Error as error:
        raise StartError(f"Line {reader.line_num} of the table {table} is not CSV: {error}.") from error


@contextmanager
def source_of(place: str) -> Iterator[Source]:
    """Open what `FROM=` names: a folder, or a database by a URL postgres://…; raises StartError."""
    if place.startswith(("postgres://", "postgresql://")):
        from local.moving.postgres import database  # noqa: PLC0415 (its package is there only where it is needed)

        with database(place) as opened:
            yield opened
    elif place and Path(place).is_dir():
        yield Folder(Path(place))
    else:
        raise StartError(
            f"FROM={place or '…'} is no folder. Give one with users.csv, user_device.csv and user_edge.csv, or postgres://…"
        )
