"""A running Nakama's database (PostgreSQL or CockroachDB), read in one transaction, so that the tables fit together."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from local.errors import StartError
from local.moving.nakama import Row, read_rows

_CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Database:
    """The tables of an open connection."""

    connection: "psycopg.Connection[tuple[object, ...]]"

    def rows(self, table: str) -> Iterator[Row]:
        """Give the table's rows; raises StartError when the database refuses or goes away."""
        try:
            yield from read_rows(table, self._lines(table))
        except psycopg.Error as error:
            raise StartError(f"The database does not give its table {table}: {_reason(error)}") from error

    def _lines(self, table: str) -> Iterator[str]:
        r"""Give the table as `\copy` would write it, a line at a time, whatever pieces it arrives in."""
        rest = b""
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT (FORMAT csv, HEADER)") as copy:
            for piece in copy:
                lines, _, rest = (rest + bytes(piece)).rpartition(b"\n")
                yield from io.StringIO(lines.decode() + "\n" if lines else "", newline="")
        if rest:
            yield rest.decode()


@contextmanager
def database(url: str) -> Iterator[Database]:
    """Connect to the database at `url` for reading; raises StartError, which does not repeat the URL's password."""
    try:
        connection = psycopg.connect(url, connect_timeout=_CONNECT_SECONDS, application_name="symbolon import")
    except psycopg.Error as error:
        raise StartError(f"The database does not answer: {_reason(error)}") from error
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield Database(connection)


def _reason(error: psycopg.Error) -> str:
    return " ".join((error.diag.message_primary or str(error)).split())
