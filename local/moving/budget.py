"""A budget of units a second, so that an import or an audit leaves the tables' capacity to players who are there."""

import threading
import time


class Budget:
    """Lets requests pass at a rate of units a second, 0 for as fast as it goes; many threads may share one."""

    def __init__(self, units_per_second: int) -> None:
        self._rate = units_per_second
        self._free_at = time.monotonic()
        self._lock = threading.Lock()

    def spend(self, units: int) -> None:
        """Wait until the units may be spent."""
        if not self._rate:
            return
        with self._lock:
            start = max(self._free_at, time.monotonic())
            self._free_at = start + units / self._rate
        time.sleep(max(0.0, start - time.monotonic()))
