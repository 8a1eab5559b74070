"""What goes wrong at a call to AWS, and who decides that: chance, by the rates of a run, or a script.

A fault belongs to a place: the player, which of its operations, and which call within it. So a script of faults means
the same when other players or operations are left out.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple, Protocol

BEFORE, AFTER = "before", "after"

WRITES = frozenset({"TransactWriteItems", "UpdateItem", "PutItem", "DeleteItem"})

BATCHES = frozenset({"BatchGetItem", "PutEvents"})

EVERYWHERE = (
    "throttled",
    *("silence before", "silence after", "reset before", "reset after", "500 before", "500 after"),
    *("half an answer", "slow", "death before", "death after", "clock jumps"),
)
KINDS = (*EVERYWHERE, "conflict", "part of a batch")
"""All that can happen; "before" and "after" are of what the call asks for being done."""


class Place(NamedTuple):
    """A call: the player's number, the number of its operation, the number of the call within that."""

    player: int
    operation: int
    call: int


class Faults(Protocol):
    """Decides what goes wrong; `script` has what did."""

    script: dict[Place, str]

    def at(self, place: Place, operation: str) -> str:
        """Return what goes wrong at a call of one of AWS's operations, "" for nothing."""


def can_happen(kind: str, operation: str) -> bool:
    """Tell whether that can go wrong with an operation."""
    if kind == "conflict":
        return operation in WRITES
    return operation in BATCHES if kind == "part of a batch" else kind in EVERYWHERE


@dataclass
class DrawnFaults:
    """Draws faults: `rates` has the chance of each kind at each call."""

    seed: str
    rates: Mapping[str, float]
    script: dict[Place, str] = field(default_factory=dict)

    def at(self, place: Place, operation: str) -> str:
        """Return what was drawn for the call."""
        draw = _draw(self.seed, place).random()
        for kind, rate in self.rates.items():
            draw -= rate
            if draw < 0:
                if not can_happen(kind, operation):
                    return ""
                self.script[place] = kind
                return kind
        return ""


@dataclass
class ScriptedFaults:
    """Lets go wrong what is given, where that can happen."""

    given: Mapping[Place, str]
    script: dict[Place, str] = field(default_factory=dict)

    def at(self, place: Place, operation: str) -> str:
        """Return what the script has for the call."""
        kind = self.given.get(place, "")
        if not kind or not can_happen(kind, operation):
            return ""
        self.script[place] = kind
        return kind


def number_of(place: Place, most: int) -> int:
    """Return a number below `most` that is the same whenever the same goes wrong at the same place."""
    return _draw("", place).randrange(most)


def _draw(seed: str, place: Place) -> Random:
    return Random(zlib.crc32(f"{seed}:{place.player}:{place.operation}:{place.call}".encode()))
