"""What lately happened to a secret that can be guessed, and what follows for the next guess. Nothing is stored here.

Networks from which the account signed in before have a budget together, all others have another, so that these cannot
use up what is the owner's. Within each budget every network has delays of its own, which grow with its failures.

A budget is a leaky bucket in one number, the time at which it will be empty: half of the hour's guesses at once, the
other half spread over the hour, so that no hour, whenever it starts, has more than the whole (GCRA, as in
https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from symbolon.settings.limits import Limits

HOUR = 3600
MAX_KNOWN = 8
"""Networks that an account remembers, the latest ones to be new."""

MAX_ROWS = 16
"""Networks whose failures an account remembers. More of them share out no more guesses than the budget has."""

_KNOWN, _STRANGERS = "known", "strangers"
_SHARES = {_KNOWN: 40, _STRANGERS: 60}
"""Of a hundred guesses."""


@dataclass(frozen=True)
class Place:
    """Where a guess comes from: the name that its network has here, and whether the account signed in from there."""

    name: str
    is_known: bool

    @property
    def budget(self) -> str:
        """The budget that the guess is taken from."""
        return _KNOWN if self.is_known else _STRANGERS


@dataclass(frozen=True)
class Guard:
    """The state: the names of known networks, failures in a row with the time of the last, and the budgets.

    Times are whole seconds since 1970.
    """

    known: tuple[str, ...] = ()
    rows: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    spent: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Build the state from what `stored_at` gave; {} is that of a secret that nobody has guessed at."""
        rows = {name: (count, last) for name, (count, last) in stored.get("rows", {}).items()}
        return cls(tuple(stored.get("known", [])), rows, stored.get("spent", {}))

    def stored_at(self, now: int) -> dict[str, Any]:
        """Return what to store: what does not matter any more is left out, {} when nothing does."""
        lately = {name: row for name, row in self.rows.items() if row[1] > now - HOUR}
        rows = dict(sorted(lately.items(), key=lambda entry: entry[1][1])[-MAX_ROWS:])
        parts = {
            "known": list(self.known),
            "rows": {name: list(row) for name, row in rows.items()},
            "spent": {name: until for name, until in self.spent.items() if until > now},
        }
        return {name: part for name, part in parts.items() if part}

    def place(self, name: str) -> Place:
        """Return the place that the network of this name is."""
        return Place(name, name in self.known)

    def is_clear(self, place: Place) -> bool:
        """Tell whether no failure of that network is remembered."""
        return place.name not in self.rows

    def wait(self, place: Place, now: int, limits: Limits) -> int:
        """Return in how many seconds the next guess may come from there, 0 for at once."""
        count, last = self.rows.get(place.name, (0, 0))
        pause = last + _delay(count, limits) - now if last > now - HOUR else 0
        interval, burst = _rate(place.budget, limits)
        room = self.spent.get(place.budget, 0) - (burst - 1) * interval - now
        return max(pause, room, 0)

    def guessed(self, place: Place, now: int, limits: Limits) -> Self:
        """Return the state after another guess from there, which counts as wrong until it `succeeded`."""
        count, last = self.rows.get(place.name, (0, 0))
        row = (count + 1 if last > now - HOUR else 1, now)
        interval, _ = _rate(place.budget, limits)
        spent = max(self.spent.get(place.budget, 0), now) + interval
        return replace(self, rows={**self.rows, place.name: row}, spent={**self.spent, place.budget: spent})

    def succeeded(self, place: Place, limits: Limits, *, was_counted: bool) -> Self:
        """Return the state after the right secret came from there, whose guess was taken from the budget or not."""
        interval, _ = _rate(place.budget, limits)
        spent = self.spent.get(place.budget, 0) - (interval if was_counted else 0)
        rows = {name: row for name, row in self.rows.items() if name != place.name}
        return replace(self, rows=rows, spent={**self.spent, place.budget: spent})

    def acquainted(self, name: str) -> Self:
        """Return the state in which the network of this name is known."""
        return self if name in self.known else replace(self, known=(*self.known, name)[-MAX_KNOWN:])


def _delay(failures: int, limits: Limits) -> int:
    if failures < limits.free_guesses:
        return 0
    doublings = min(failures - limits.free_guesses, limits.longest_delay_sec.bit_length())
    return min(limits.first_delay_sec << doublings, limits.longest_delay_sec)


def _rate(budget: str, limits: Limits) -> tuple[int, int]:
    """Return after how many seconds a budget has another guess, and how many it has at once."""
    hourly = limits.account_guesses_per_hour * _SHARES[budget] // 100
    at_once = hourly // 2
    return -(-HOUR // (hourly - at_once)), at_once
