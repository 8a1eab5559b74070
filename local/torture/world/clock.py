"""The one clock of a simulated world: it moves when somebody sleeps or a request takes its time."""

from dataclasses import dataclass

START = 1_773_119_783.0
"""2026-03-10T05:16:23Z: a run is the same whenever it is made."""


@dataclass
class Clock:
    """The true time, in seconds since 1970, which no process sees: each has a clock of its own that may be wrong."""

    now: float = START

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
