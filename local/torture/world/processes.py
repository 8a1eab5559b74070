"""The functions' processes: what one keeps from one request to the next, and forgets when it dies.

Lambda gives a process one request at a time and starts another where all are busy.
"""

import importlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from local.template.template import Function
from local.torture.world.deployment import deployment
from local.torture.world.memory import Memory, fresh, put_in_place

Handler = Callable[[dict[str, Any], object], Any]


class Died(BaseException):
    """The process ended in the middle of a request: nobody gets an answer. No code of ours may catch it."""


@dataclass
class Process:
    """One process of a function: what its code keeps, and by how many seconds its clock is wrong."""

    function: Function
    memory: Memory = field(default_factory=fresh)
    skew: float = 0.0

    def go_on(self) -> None:
        """Let the code find what this process keeps."""
        put_in_place(self.memory)


@dataclass
class Fleet:
    """All processes that wait for a request."""

    _idle: dict[str, list[Process]] = field(default_factory=lambda: defaultdict(list))

    def take(self, function: Function) -> Process:
        """Return a process that has nothing to do, a new one where there is none."""
        idle = self._idle[function.name]
        return idle.pop() if idle else Process(function)

    def put_back(self, process: Process) -> None:
        """Let a process wait for its next request."""
        self._idle[process.function.name].append(process)

    def set_clocks_right(self) -> None:
        """Let all clocks be right again."""
        for processes in self._idle.values():
            for process in processes:
                process.skew = 0.0


@cache
def handler_of(name: str) -> Handler:
    """Return the handler of the function with this logical id, the very one that Lambda calls."""
    function = deployment().functions[name]
    module, _, attribute = function.handler.rpartition(".")
    handler: Handler = getattr(importlib.import_module(f"{function.directory.replace('/', '.')}.{module}"), attribute)
    return handler
