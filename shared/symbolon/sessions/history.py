"""What a session's item remembers of the exchanges of its refresh token, in little room however many there were.

To give a used token its successor again, letter for letter, takes the time by which that one is dated and the vars that
the exchange brought. Exchanges that follow each other closely with the same vars are therefore one run, and their
successors have one date. Where so many brought other vars that there is no room, the two runs closest in time become
one that is blurred: it tells how old its exchanges are, at least, and no more their successors.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Self

from symbolon.values import NOTHING

MOST_RUNS = 12
"""Runs that are remembered; bounds the item's size."""


class Run(NamedTuple):
    """Exchanges in a row, from that of the token with the rotation `first` on up to the next run's.

    The first was at the time `at`, which dates all their successors, the last at `until`, both in milliseconds.
    """

    first: int
    at: int
    until: int
    variables: Mapping[str, str] = NOTHING
    is_blurred: bool = False

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Self:
        """Read a run as the item has it."""
        until, blurred = entry.get("until", entry["at"]), entry.get("blurred", False)
        return cls(entry["rotation"], entry["at"], until, entry.get("vars", {}), blurred)

    def to_entry(self) -> dict[str, Any]:
        """Return the run as the item has it, without what says nothing."""
        entry: dict[str, Any] = {"rotation": self.first, "at": self.at}
        entry |= {"until": self.until} if self.until != self.at else {}
        entry |= {"vars": dict(self.variables)} if self.variables else {}
        return entry | ({"blurred": True} if self.is_blurred else {})

    def is_within(self, milliseconds: int, now: int) -> bool:
        """Tell whether its last exchange was within the time before `now`."""
        return now - self.until < milliseconds

    def joined(self, later: Self) -> Self:
        """Return both as one, which is as young as the later one."""
        return self._replace(until=later.until, variables={}, is_blurred=True)


def read_runs(entries: Iterable[Mapping[str, Any]]) -> list[Run]:
    """Return the runs of an item's `history`, in order."""
    return [Run.from_entry(entry) for entry in entries]


def run_of(rotation: int, runs: Sequence[Run]) -> Run | None:
    """Return the run in which the token with that rotation was exchanged, None when it is forgotten."""
    return next((run for run in reversed(runs) if run.first <= rotation), None)


def continued(runs: Sequence[Run], exchange: Run, window: int) -> list[Run]:
    """Return the runs after one more exchange; it joins the last when it has its vars and is within its `window`."""
    last = runs[-1] if runs else None
    if last and last.variables == exchange.variables and exchange.at - last.at < window and not last.is_blurred:
        return [*runs[:-1], last._replace(until=max(last.until, exchange.at))]
    kept = [*runs, exchange]
    return kept if len(kept) <= MOST_RUNS else _blurred(kept)


def _blurred(runs: list[Run]) -> list[Run]:
    """Return the runs with two of them made one: those that are closest in time, and never the last."""
    spans = [later.until - earlier.at for earlier, later in pairwise(runs[:-1])]
    at = spans.index(min(spans))
    return [*runs[:at], runs[at].joined(runs[at + 1]), *runs[at + 2 :]]
