"""A clock that tests can move."""

import time

import pytest


class Clock:
    """Moves what the code takes for the time; whoever sleeps makes the time pass and does not wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put itself in the place of the standard library's clock until the test ends."""
        self._ahead = 0.0
        wall, steady = time.time, time.monotonic
        monkeypatch.setattr(time, "time", lambda: wall() + self._ahead)
        monkeypatch.setattr(time, "monotonic", lambda: steady() + self._ahead)
        monkeypatch.setattr(time, "sleep", self.advance)

    def advance(self, seconds: float) -> None:
        """Let time pass; backwards, if negative."""
        self._ahead += seconds

    def now(self) -> float:
        """Give the time, in seconds since 1970."""
        return time.time()
