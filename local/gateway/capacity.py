"""How many players can be served at once, by the number of files that the system lets a process have open.

Each connection is one: a player's, and those of the thread that serves it, to the store and to a provider. macOS gives
a process 256 of them, Linux 1,024, and both give more to one that asks.
"""

import resource
from dataclasses import dataclass

THREADS = 64
CONNECTIONS = 1000
_OF_A_THREAD = 2
_OTHERS = 60  # the interpreter's, the store's, the console's, those that listen, modules that are being imported


@dataclass(frozen=True)
class Capacity:
    """Requests that are worked on at once, and connections; who comes when there are as many waits for one to end."""

    threads: int = THREADS
    connections: int = CONNECTIONS


def available_capacity() -> Capacity:
    """Ask the system for as many files as all takes, and give what can be served with those that there are."""
    wanted = _OTHERS + _OF_A_THREAD * THREADS + CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return capacity_of(wanted if soft == resource.RLIM_INFINITY else soft)


def capacity_of(files: int) -> Capacity:
    """Give what can be served with so many files; with fewer than 256, fewer than THREADS at once."""
    free = max(files - _OTHERS, _OF_A_THREAD + 1)
    threads = min(THREADS, free // (_OF_A_THREAD + 1))
    return Capacity(threads, min(CONNECTIONS, free - _OF_A_THREAD * threads))
