"""Hosts that do not answer in time: an instance that has waited in vain for one leaves it alone for a while.

Whoever waits for a provider takes a part of what Lambda does at once, which players need who sign in otherwise. A host
that fails quickly takes none, and is asked again at once.
"""

import math
import time

PATIENT_SECONDS = 1.0
"""A wait that was shorter than this says nothing: the request had spent its time elsewhere."""

IN_VAIN = 3
"""Waits in vain, one after the other, before the host is left alone."""

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 5, 30


class Stalls:
    """By host, how often in a row it was waited for in vain, and until when it is not asked."""

    def __init__(self) -> None:
        self._waits: dict[str, tuple[int, float]] = {}

    def pause(self, host: str) -> int:
        """Return for how many seconds the host is not to be asked, 0 when it is."""
        _, until = self._waits.get(host, (0, 0.0))
        return max(0, math.ceil(until - time.monotonic()))

    def note(self, host: str, *, is_stalled: bool) -> None:
        """Note how a request to the host has ended. Each wait in vain beyond the third doubles the pause."""
        if not is_stalled:
            self._waits.pop(host, None)
            return
        waits = self._waits.get(host, (0, 0.0))[0] + 1
        doublings = min(waits - IN_VAIN, _LONGEST_PAUSE_SECONDS)
        pause = min(_FIRST_PAUSE_SECONDS << doublings, _LONGEST_PAUSE_SECONDS) if doublings >= 0 else 0
        self._waits[host] = (waits, time.monotonic() + pause)

    def forget(self) -> None:
        """Forget all of it, as a new instance has it."""
        self._waits.clear()


STALLS = Stalls()
