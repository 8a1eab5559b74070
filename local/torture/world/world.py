"""A simulated world: one clock, one DynamoDB, processes that come and go, and players' tasks that take turns."""

import json
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from local.template.cloudformation import STACK_NAME
from local.torture.engine.engine import Engine
from local.torture.engine.lanes import Lanes
from local.torture.engine.values import Item, Value
from local.torture.engine.writing import Done
from local.torture.world.clock import Clock
from local.torture.world.deployment import deployment
from local.torture.world.faults import Faults, Place
from local.torture.world.processes import Died, Fleet, Process, handler_of
from local.torture.world.scheduler import Chooser, Scheduler
from local.torture.world.services import Letter

CRASHED = {"statusCode": 500, "headers": {}, "body": '{"message":"Internal Server Error"}'}
"""What API Gateway answers when a function ends with an exception."""


@dataclass
class Visit:
    """A request that a process serves for a player: when it came, how many calls it made, what went wrong at them."""

    process: Process
    player: int
    operation: int
    since: float
    calls: int = 0
    faults: list[str] = field(default_factory=list)

    def next_place(self) -> Place:
        """Return the place of the next call."""
        self.calls += 1
        return Place(self.player, self.operation, self.calls)


def silent(_line: str) -> None:
    """Take a line that nobody wants to read."""


@dataclass
class World:
    """The world; `tell` is given a line about each thing that happens."""

    seed: str
    chooser: Chooser
    faults: Faults
    call_seconds: float = 0.002
    tell: Callable[[str], None] = silent
    clock: Clock = field(default_factory=Clock)
    fleet: Fleet = field(default_factory=Fleet)
    log: list[str] = field(default_factory=list)
    waiting: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Asynchronous invocations that nobody has served yet: the function, and its event."""
    letters: list[Letter] = field(default_factory=list)
    """What was mailed, in order."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """What EventBridge took, in order."""

    def __post_init__(self) -> None:
        """Make the tables and nobody."""
        self.engine = Engine(table.create_arguments for table in deployment().template.tables)
        self.engine.written = self._note
        self.lanes = Lanes(deployment().followed)
        self.scheduler = Scheduler(self.clock, self.chooser, self._enter)
        self._task = -1
        self._visits: dict[int, Visit] = {}
        self._chance: dict[int, Random] = {}

    def run(self, work: Sequence[Callable[[], None]]) -> None:
        """Let all of these happen at once: each is a task, by its place in the list."""
        self.scheduler.run(work)
        self._task = -1

    def begin(self, player: int, operation: int) -> None:
        """Note that the task begins an operation, whose chances depend on nothing else."""
        self._chance[self._task] = Random(f"{self.seed}:{player}:{operation}")

    @property
    def chance(self) -> Random:
        """What the task that goes on takes its random numbers from."""
        return self._chance[self._task]

    @property
    def visit(self) -> Visit | None:
        """The request that the task serves."""
        return self._visits.get(self._task)

    def time(self) -> float:
        """Return the time that the process which goes on takes it to be."""
        visit = self.visit
        return self.clock.now + (visit.process.skew if visit else 0.0)

    def sleep(self, seconds: float) -> None:
        """Let a process, or a player, do nothing for a while."""
        self.scheduler.pause(seconds)

    def cut_off(self, fault: str, timeout: float) -> None:
        """Let a call end without an answer, if that is the fault; raises what a connection would, and Died."""
        match fault:
            case "death":
                raise Died
            case "reset":
                raise ConnectionResetError
            case "silence":
                self.sleep(timeout)
                raise TimeoutError

    def serve(self, function: str, event: dict[str, Any], place: Place) -> tuple[Any, list[str]]:
        """Have a process serve an event; return its answer, None where there is none, and its calls' faults."""
        process = self.fleet.take(deployment().functions[function])
        visit = self._visits[self._task] = Visit(process, place.player, place.operation, self.clock.now, place.call)
        self._enter(self._task)
        try:
            answer = handler_of(function)(event, None) or {}
            self.fleet.put_back(process)
        except Died:
            answer = None
        except Exception as error:  # noqa: BLE001 (Lambda ends such a process, and API Gateway answers)
            self.tell("".join(traceback.format_exception(error)))
            answer = CRASHED
        finally:
            del self._visits[self._task]
        return answer, visit.faults

    def place_of_call(self, visit: Visit, operation: str, at: str = "") -> tuple[Place, str]:
        """Let a call of a request take its time: its place, and what goes wrong at it; `at` says where that was.

        Raises Died.
        """
        self.sleep(self.call_seconds)
        if self.clock.now - visit.since > visit.process.function.timeout_sec:
            raise Died  # Lambda ends what takes longer
        place = visit.next_place()
        kind = self.faults.at(place, operation)
        if kind:
            visit.faults.append(kind + at)
        self.tell(f"{visit.process.function.name} {operation}" + (f"  {kind}" if kind else ""))
        return place, kind

    def write(self, text: str) -> int:
        """Take what a process writes to its standard output: its log."""
        if text.strip():
            self.log.append(text)
        return len(text)

    def flush(self) -> None:
        """Do nothing: nothing is kept back."""

    def rows(self, table: str) -> list[Item]:
        """Return all items of a table, by its logical id."""
        return list(self.engine.table(f"{STACK_NAME}-{table}").items.values())

    def _note(self, done: Done) -> None:
        self.lanes.note(done)
        if self.tell is not silent:
            self.tell(f"  {written(done)}")

    def _enter(self, task: int) -> None:
        self._task = task
        if visit := self.visit:
            visit.process.go_on()


def written(done: Done) -> str:
    """Say in a line what a write has changed."""
    before, after = done.before or {}, done.after or {}
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    what = ", ".join(f"{name}={_short(after.get(name))}" for name in names) if done.after else "deleted"
    return f"{done.table.name.rpartition('-')[2]} {'/'.join(done.place)}: {what}"


def _short(value: Value | None) -> str:
    return json.dumps(value, separators=(",", ":"))[:80] if value else "-"
