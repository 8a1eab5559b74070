"""Reading streams as Lambda does: in lanes, each in order, one batch of a lane at a time, again from what has failed.

https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html. All changes of one item are in one lane.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.torture.engine.streams import Streams
from local.torture.engine.writing import Done

LANES = 4
"""As many as the template's ParallelizationFactor says."""

Json = dict[str, Any]
Pattern = Mapping[str, Any]


@dataclass
class Lane:
    """Records that wait, in order; whether some of them are being told."""

    records: list[Json] = field(default_factory=list)
    is_busy: bool = False


class Lanes:
    """The lanes of some tables' streams; `patterns` has what a table's records must be like to be told, one of them."""

    def __init__(self, patterns: Mapping[str, Sequence[Pattern]]) -> None:
        """Begin with nothing to tell."""
        self._streams = Streams(patterns.keys())
        self._patterns = patterns
        self._lanes = {(table, number): Lane() for table in patterns for number in range(LANES)}

    def note(self, done: Done) -> None:
        """Take a write."""
        self._streams.note(done)
        for record in self._streams.taken(1):
            table = done.table.name.rpartition("-")[2]
            patterns = self._patterns[table]
            if not patterns or any(_fits(record, pattern) for pattern in patterns):
                self._lanes[table, zlib.crc32(done.place[0].encode()) % LANES].records.append(record)

    @property
    def ready(self) -> list[Lane]:
        """The lanes that have something to tell, and are not being read."""
        return [lane for lane in self._lanes.values() if lane.records and not lane.is_busy]

    @property
    def waiting(self) -> int:
        """How many records wait."""
        return sum(len(lane.records) for lane in self._lanes.values())


def settle(lane: Lane, told: Sequence[Json], answer: Mapping[str, Any] | None) -> None:
    """Leave out what was told, up to the first record that failed; all has failed where there is no right answer."""
    lane.is_busy = False
    if answer is None or "batchItemFailures" not in answer:
        return
    failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
    numbers = [record["dynamodb"]["SequenceNumber"] for record in told]
    if failed <= set(numbers):
        lane.records = lane.records[min(map(numbers.index, failed), default=len(told)) :]


def _fits(value: object, pattern: object) -> bool:
    """Tell whether a record is like a filter's pattern: of a list one, of an object all must be so."""
    if isinstance(pattern, list):
        return value in pattern
    if not isinstance(pattern, dict) or not isinstance(value, dict):
        return False
    return all(name in value and _fits(value[name], part) for name, part in pattern.items())
