"""Which processors the threads of one process compute on.

Python's threads compute one at a time, wherever they are. On several processors they spend more time on handing over
than on requests, so they keep to one, where the system lets a process choose (Linux). What computes outside of Python
for long, such as the hash of a password, may take any.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_ALL: frozenset[int] = frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else frozenset()


def keep_to_one() -> None:
    """Have this thread and those that it starts from now on compute on one, which differs from process to process."""
    if len(_ALL) > 1:
        os.sched_setaffinity(0, {sorted(_ALL)[os.getpid() % len(_ALL)]})


@contextmanager
def any_of_them() -> Iterator[None]:
    """Let this thread compute on any processor meanwhile."""
    if len(_ALL) < 2:  # noqa: PLR2004 (there is no choice)
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, _ALL)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
