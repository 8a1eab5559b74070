"""Who goes on: tasks that run one at a time and hand over where they wait, as a chooser decides.

A task is a greenlet (https://greenlet.readthedocs.io): all of them share one thread, so that nothing but the chooser,
which draws from a seed or follows a script, decides about the order in which things happen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from greenlet import getcurrent, greenlet

from local.torture.world.clock import Clock


class Chooser(Protocol):
    """Decides who goes on."""

    def choose(self, ready: Sequence[int], last: int) -> int:
        """Return one of the tasks that are ready; `last` went on until now."""


@dataclass
class Drawn:
    """A chooser that draws, and as a rule lets a task go on for a while: `patience` is the chance of that."""

    random: Random
    patience: float

    def choose(self, ready: Sequence[int], last: int) -> int:
        """Return one of them by chance."""
        if last in ready and self.random.random() < self.patience:
            return last
        return self.random.choice(ready)


@dataclass
class Scripted:
    """A chooser that follows a script as far as it can be followed, and then lets the same task go on."""

    script: Sequence[int]
    at: int = 0

    def choose(self, ready: Sequence[int], last: int) -> int:
        """Return the script's next task, leaving out those that are not ready."""
        while self.at < len(self.script):
            self.at += 1
            if self.script[self.at - 1] in ready:
                return self.script[self.at - 1]
        return last if last in ready else ready[0]


@dataclass
class Task:
    """One of those who take turns. It goes on neither before the time `wakes` nor while `may`, if set, says no."""

    number: int
    greenlet: greenlet
    wakes: float = 0.0
    may: Callable[[], bool] | None = None


@dataclass
class Scheduler:
    """Runs tasks. `script` has who went on at each step, `entering` is called before a task does."""

    clock: Clock
    chooser: Chooser
    entering: Callable[[int], None]
    script: list[int] = field(default_factory=list)
    _tasks: dict[int, Task] = field(default_factory=dict)
    _current: int = -1

    def run(self, work: Sequence[Callable[[], None]]) -> None:
        """Run all of these, each as a task whose number is its place, until the last has ended."""
        for number, function in enumerate(work):
            self._tasks[number] = Task(number, greenlet(function))
        while self._tasks:
            task = self._tasks[self._next()]
            self._current = task.number
            self.script.append(task.number)
            self.entering(task.number)
            task.greenlet.switch()
            if task.greenlet.dead:
                del self._tasks[task.number]

    def pause(self, seconds: float = 0.0) -> None:
        """Let others go on, and go on when the chooser says so, not before so much time has passed."""
        hub = getcurrent().parent
        if hub is None:  # nobody else is there
            self.clock.advance(seconds)
            return
        self._tasks[self._current].wakes = self.clock.now + seconds
        hub.switch()

    def wait(self, until: Callable[[], bool]) -> None:
        """Let others go on until that is so, by what one of them does."""
        task = self._tasks[self._current]
        task.may = until
        task.greenlet.parent.switch()
        task.may = None

    def _next(self) -> int:
        free = [task for task in self._tasks.values() if not task.may or task.may()]
        first = min(task.wakes for task in free)
        self.clock.advance(max(0.0, first - self.clock.now))
        ready = [task.number for task in free if task.wakes <= self.clock.now]
        return self.chooser.choose(ready, self._current)
