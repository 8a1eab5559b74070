"""Streams of tables' changes, as DynamoDB hands them to functions: each item's in order, with what it was and is.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
"""

import time
from collections.abc import Collection
from itertools import count
from typing import Any

from local.torture.engine.writing import Done

VIEW = "NEW_AND_OLD_IMAGES"
_TABLES = "arn:aws:dynamodb:us-east-1:123456789012:table/"
_FIRST = 100_000_000_000_000_000_000


class Streams:
    """The streams of some tables, by logical ids, in one list of records; give `note` to an engine as `written`."""

    def __init__(self, tables: Collection[str]) -> None:
        """Begin with none."""
        self.records: list[dict[str, Any]] = []
        self._tables = frozenset(tables)
        self._numbers = count(_FIRST)

    def note(self, done: Done) -> None:
        """Take a write; one that changes nothing makes no record."""
        name = done.table.name
        if name.rpartition("-")[2] not in self._tables or done.before == done.after:
            return
        number = next(self._numbers)
        images = {"OldImage": done.before, "NewImage": done.after}
        kind = "INSERT" if done.before is None else "MODIFY" if done.after is not None else "REMOVE"
        self.records.append(
            {
                "eventID": f"{number:032x}",
                "eventName": kind,
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "ApproximateCreationDateTime": float(int(time.time())),
                    "Keys": done.table.schema.key(done.after or done.before or {}),
                    "SequenceNumber": str(number),
                    "StreamViewType": VIEW,
                    **{image: item for image, item in images.items() if item is not None},
                },
                "eventSourceARN": f"{_TABLES}{name}/stream/2026-03-10T05:16:23.000",
            }
        )

    def taken(self, most: int) -> list[dict[str, Any]]:
        """Return the oldest records, up to `most`, and forget them."""
        taken, self.records = self.records[:most], self.records[most:]
        return taken
