"""Ctrl-C and SIGTERM. More than one comes: a terminal sends one to make and to what make runs, and make sends another.

Python runs a handler between any two steps of the main thread: inside a lock, inside another handler. One that takes a
lock may wait for itself, for ever; these take none. They note the first signal, or raise KeyboardInterrupt for it.
Nothing interrupts the way out: further signals within moments are for the same end. Who has waited for long and asks
again does not want to wait any more, and the process ends on the spot.
"""

import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

PATIENCE_SECONDS = 5.0
INTERRUPTED = 128 + signal.SIGINT
"""The exit status of a command that did not get to its end."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """From now on, those of this process, whose main thread has to make it. `raising` says what the first one does."""

    def __init__(self, *, raising: bool) -> None:
        self._raising = raising
        self._first: float | None = None
        for number in _SIGNALS:
            signal.signal(number, self._arrived)

    @property
    def came(self) -> bool:
        """Whether there was one."""
        return self._first is not None

    def _arrived(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = now
            if self._raising:
                raise KeyboardInterrupt
        elif now - self._first > PATIENCE_SECONDS:
            os._exit(128 + number)


def leave(status: int) -> NoReturn:
    """End the process; in its last moments, in which Python takes handlers away, no signal matters any more."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(status)
