"""Making a failing run small: what can be left out without its going well is left out, over and over."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from local.torture.judge.verdict import Violation
from local.torture.plan import Plan, Script
from local.torture.run import Outcome, Run

_T = TypeVar("_T")

MOST_RUNS = 400


class Shrinker:
    """Looks for a smaller run of a plan that fails in the same way as one that is known."""

    def __init__(self, plan: Plan, outcome: Outcome, most_runs: int = MOST_RUNS) -> None:
        """Take the plan, what came of the run that failed, and after how many runs it is small enough."""
        self._plan = plan
        self._wanted = {kind_of(violation) for violation in outcome.violations}
        self._script = outcome.script
        self._most_runs = most_runs
        self.runs = 0

    def smallest(self) -> Script:
        """Give the smallest script found: without operations first, then without faults and changes of turn."""
        before = None
        while before != self._script and self.runs < self._most_runs:
            before = self._script
            self._leave_out(self._script.operations, lambda kept: replace(self._script, operations=tuple(kept)))
            faults = list(self._script.faults.items())
            self._leave_out(faults, lambda kept: replace(self._script, faults=dict(kept)))
            self._leave_out(spans_of(self._script.turns), lambda kept: replace(self._script, turns=joined(kept)))
        return self._script

    def _leave_out(self, parts: Sequence[_T], with_only: Callable[[Sequence[_T]], Script]) -> None:
        """Leave out halves, quarters and so on down to single parts, as long as the run fails without them."""
        size = max(1, len(parts) // 2)
        while parts and self.runs < self._most_runs:
            for start in reversed(range(0, len(parts), size)):
                fewer = [*parts[:start], *parts[start + size :]]
                if self._fails(with_only(fewer)):
                    parts = fewer
            if size == 1:
                return
            size //= 2

    def _fails(self, script: Script) -> bool:
        """Tell whether the run fails in a way that is known, and take what then happened as the script."""
        if self.runs >= self._most_runs:
            return False
        self.runs += 1
        outcome = Run(self._plan, script).outcome()
        if self._wanted.isdisjoint(map(kind_of, outcome.violations)):
            return False
        self._script = replace(script, faults=outcome.script.faults)
        return True


def kind_of(violation: Violation) -> tuple[str, str]:
    """Give what a smaller run's failure must have in common with a larger one's: its kind, and what it is about."""
    return violation.kind, violation.says.partition(" ")[0]


def spans_of(turns: Sequence[int]) -> list[tuple[int, int]]:
    """Give the turns as spans: who goes on, and how often in a row."""
    spans: list[tuple[int, int]] = []
    for task in turns:
        is_same = spans and spans[-1][0] == task
        spans[-1:] = [(task, spans[-1][1] + 1)] if is_same else [*spans[-1:], (task, 1)]
    return spans


def joined(spans: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Give spans as turns again."""
    return tuple(_turns(spans))


def _turns(spans: Sequence[tuple[int, int]]) -> Iterator[int]:
    for task, times in spans:
        yield from (task for _ in range(times))
