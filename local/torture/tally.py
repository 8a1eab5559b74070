"""What came of many runs, in numbers and in words."""

import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from local.torture.judge.verdict import BROKEN, DOUBLE, LOST
from local.torture.plan import Plan
from local.torture.run import Outcome, Run

COUNTS = ("operations", "schedules", "faults", "inputs", "events", LOST, DOUBLE, BROKEN)
"""What is counted, in the order in which it is told; the last three should be 0."""


@dataclass
class Tally:
    """The counts, and what was wrong: by the names of the runs, a text for each thing."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, outcome: Outcome) -> Self:
        """Count one run."""
        counts = Counter(violation.kind for violation in outcome.violations)
        counts.update(
            operations=len(outcome.history.operations),
            schedules=1,
            faults=outcome.faults,
            events=outcome.events,
            inputs=outcome.history.inputs,
        )
        says = [f"{violation.kind}: {violation.says}" for violation in outcome.violations]
        return cls(counts, {name: says} if says else {})

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Self:
        """Take what `fields` gave."""
        return cls(Counter(fields["counts"]), fields["wrong"])

    def fields(self) -> dict[str, Any]:
        """Give all of it as JSON can have it."""
        return {"counts": dict(self.counts), "wrong": self.wrong}

    def add(self, other: Self) -> None:
        """Count another's runs as well."""
        self.counts += other.counts
        self.wrong |= other.wrong

    def __str__(self) -> str:
        """Say the counts in a line."""
        return ", ".join(f"{name} {self.counts[name]}" for name in COUNTS)


def tallied(names: Iterable[str]) -> Tally:
    """Make the runs with these names, which are their seeds, and count them."""
    tally = Tally()
    for name in names:
        try:
            tally.add(Tally.of(name, Run(Plan.drawn(name)).outcome()))
        except Exception as error:  # noqa: BLE001 (whatever it is, the run's name must be told)
            tally.add(Tally(Counter({BROKEN: 1}), {name: ["".join(traceback.format_exception(error))]}))
    return tally
