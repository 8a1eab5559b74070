"""What a run is: drawn from its seed, and nothing else decides about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from local.torture.play.all_plays import FILES
from local.torture.play.turn import PLAYS, WEIGHTS
from local.torture.world.faults import KINDS, Place

FIRST = "sign_in"
MAX_PLAYERS, MAX_LENGTH = 5, 16
UNISONS = (0.1, 0.4, 0.9)
"""How often all in a crowd do the same: races of one operation with itself want much, those of two want little."""
_ALL = 20
"""Draws among the files of operations after which nearly all have come."""


@dataclass(frozen=True)
class Plan:
    """A run: who plays, how many operations of which kinds, what goes wrong how often, how turns are taken.

    `focus` is how often players meet at the same account, `unison` how often they do the same, and with
    `meets` each waits for the others before every operation: a crowd at one door, where the races are.
    """

    seed: str
    players: int
    length: int
    kinds: Mapping[str, float]
    rates: Mapping[str, float]
    patience: float
    call_seconds: float
    focus: float
    unison: float
    meets: bool

    @classmethod
    def drawn(cls, seed: str) -> "Plan":
        """Draw it: some runs have all kinds of operations and faults, some a few, some no fault at all."""
        draw = Random(seed)
        groups = draw.choices([*FILES], [*FILES.values()], k=draw.choice((1, 1, 2, 3, _ALL)))
        played = {file.__name__ for file in groups}
        chosen = [name for name, play in PLAYS.items() if play.__module__ in played and draw.random() < 0.9]  # noqa: PLR2004
        kinds = {name: WEIGHTS[name] * draw.choice((0.3, 1.0, 4.0)) for name in dict.fromkeys([FIRST, *chosen])}
        faulty = [kind for kind in KINDS if draw.random() < draw.choice((0.0, 0.0, 0.3, 1.0))]
        rates = {kind: draw.choice((0.005, 0.02, 0.08)) for kind in faulty}
        is_crowd = draw.random() < 0.5  # noqa: PLR2004 (a chance)
        return cls(
            seed,
            draw.randint(2, MAX_PLAYERS),
            draw.randint(3, MAX_LENGTH),
            kinds,
            rates if draw.random() < 0.8 else {},  # noqa: PLR2004 (a chance)
            draw.choice((0.0, 0.5, 0.8)),
            draw.choice((0.001, 0.02, 0.2)),
            0.9 if is_crowd else draw.choice((0.0, 0.5)),
            draw.choice(UNISONS if is_crowd else (0.0, 0.5)),
            is_crowd,
        )

    def kind_of(self, player: int, number: int) -> str:
        """Return which operation a player does at this place of its own; everybody begins with a sign-in."""
        if number == 1:
            return FIRST
        draw = self.chance(player, number)
        if draw.random() < self.unison:
            draw = Random(f"{self.seed}/all/{number}")
        return draw.choices([*self.kinds], [*self.kinds.values()])[0]

    def chance(self, player: int, number: int) -> Random:
        """Return what the operation at this place draws from, the same however often."""
        return Random(f"{self.seed}/{player}/{number}")


@dataclass(frozen=True)
class Script:
    """What happened in a run, enough to do it again: which operations were done, who went on when, what went wrong."""

    operations: tuple[tuple[int, int], ...]
    turns: tuple[int, ...]
    faults: Mapping[Place, str]
