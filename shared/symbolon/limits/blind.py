"""While guesses cannot be counted, since the database does not answer: a few are let through all the same."""

import math
import time

from symbolon.limits.counters import exhausted

_BLIND_SECONDS = 5


class Blind:
    """What is let through while nothing can be counted: one guess in a while, of each process."""

    def __init__(self) -> None:
        """Let the first one pass."""
        self._next = 0.0

    def let_one_pass(self) -> None:
        """Raise ResourceExhausted, but for once in _BLIND_SECONDS."""
        left = self._next - time.monotonic()
        if left > 0:
            raise exhausted("Attempts cannot be counted at the moment.", math.ceil(left))
        self._next = time.monotonic() + _BLIND_SECONDS


BLIND = Blind()
"""That of this process."""
