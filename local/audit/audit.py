"""The audit itself: every table in segments, page by page, each page looked at by the checks that are about it.

A finding counts when it is there at several looks in a row: what others change at this moment is no violation.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from local.audit.checks import (
    absorbed,
    counts,
    expiry,
    friendships,
    identities,
    links,
    matches,
    merges,
    names,
    passwords,
    records,
    revocations,
    shapes,
    usernames,
)
from local.audit.findings import Check, Finding, looked_at_again
from symbolon.aws import consumption
from symbolon.aws.attributes import load
from symbolon.aws.dynamodb import Item, call, table_name

CHECKS: Sequence[Check] = (
    *shapes.CHECKS,
    identities.CHECK,
    links.CHECK,
    usernames.CHECK,
    names.CHECK,
    passwords.CHECK,
    friendships.CHECK,
    merges.CHECK,
    *absorbed.CHECKS,
    counts.CHECK,
    matches.CHECK,
    records.CHECK,
    revocations.CHECK,
    *expiry.CHECKS,
)
"""All promises, in the order in which they are mended: what others are counted from comes first."""

TABLES = tuple(dict.fromkeys(check.table for check in CHECKS))
LOOKS = 3
PAGE = 100


@dataclass(frozen=True)
class Pace:
    """How an audit goes on: `spend` takes read units and waits where there are too many, `seen` hears of items."""

    segments: int = 1
    pause_seconds: float = 0.2
    spend: Callable[[float], None] = lambda _units: None
    seen: Callable[[int], None] = lambda _items: None


@dataclass(frozen=True)
class Violation:
    """A finding that counts, and whether it was mended; None where that was not tried."""

    check: Check
    finding: Finding
    is_mended: bool | None = None


def audit(pace: Pace, *, repair: bool = False) -> Iterator[Violation]:
    """Yield all violations, mended where `repair` says so and it can be done; raises what the layer's calls do."""
    for table in TABLES:
        if pace.segments == 1:
            yield from _Segment(table, 0, pace, repair).violations()
            continue
        with ThreadPoolExecutor(pace.segments) as pool:
            segments = [_Segment(table, number, pace, repair) for number in range(pace.segments)]
            for found in pool.map(_Segment.all, segments):
                yield from found


@dataclass(frozen=True)
class _Segment:
    """One of the parts in which a table is read."""

    table: str
    number: int
    pace: Pace
    repair: bool

    def all(self) -> list[Violation]:
        return list(self.violations())

    def violations(self) -> Iterator[Violation]:
        checks = [check for check in CHECKS if check.table == self.table]
        for items in self._pages():
            for check in checks:
                for finding in self._lasting(check, list(check.found(items))):
                    yield Violation(check, finding, self._mended(check, finding) if self.repair else None)

    def _pages(self) -> Iterator[list[Item]]:
        """Yield the segment's items, paying for each page and for all that was looked up for it."""
        used, start = consumption.begin(), dict[str, Any]()
        part = {"Segment": self.number, "TotalSegments": self.pace.segments} if self.pace.segments > 1 else {}
        while True:
            answer = call("Scan", TableName=table_name(self.table), Limit=PAGE, ConsistentRead=True, **part, **start)
            yield [load(item) for item in answer["Items"]]
            self.pace.spend(used.read)
            used.read = 0.0
            self.pace.seen(len(answer["Items"]))
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _lasting(self, check: Check, findings: list[Finding]) -> list[Finding]:
        """Return the findings that are there at each further look."""
        for _ in range(LOOKS - 1):
            if findings:
                time.sleep(self.pace.pause_seconds)
            findings = [finding for finding in findings if any(looked_at_again(check, finding))]
        return findings

    def _mended(self, check: Check, finding: Finding) -> bool | None:
        """Mend the finding as it is by now, and tell whether that helped; None where it cannot be mended."""
        now = next(looked_at_again(check, finding), None)
        if now is None:
            return True
        if now.mend is None:
            return None
        now.mend()
        return not any(looked_at_again(check, finding))
