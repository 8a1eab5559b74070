"""The spans of time that the overview looks back on, and their parts."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """So many `parts` of `step` seconds each, up to now."""

    name: str
    title: str
    step: int
    parts: int

    @property
    def seconds(self) -> int:
        """Give its length."""
        return self.step * self.parts

    def start(self) -> int:
        """Give when the first part begins, in seconds since 1970; the last one has the present moment in it."""
        return int(time.time()) // self.step * self.step - self.step * (self.parts - 1)


SPANS = {
    span.name: span
    for span in (
        Span("hour", "Last hour", 60, 60),
        Span("day", "Last day", 1800, 48),
        Span("week", "Last week", 4 * 3600, 42),
        Span("month", "Last month", 24 * 3600, 30),
    )
}
