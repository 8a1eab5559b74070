"""`make torture`: everything that goes wrong, over and over, for MINUTES= (10), from SEED= (one is drawn and told).

The last line has the counts; exit status 1 where something was lost or there twice, or an answer was a 5xx that nothing
explains, 2 where the variables are wrong. SCHEDULES= is the most runs. SEED=text/number repeats that one run, tells all
that happens in it, and makes it small where it fails.
"""

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from queue import Queue
from threading import Thread
from typing import Self

from tqdm import tqdm

from local.errors import StartError
from local.interrupts import INTERRUPTED
from local.torture.judge.verdict import BROKEN, DOUBLE, LOST
from local.torture.plan import Plan
from local.torture.run import Run
from local.torture.shrink import Shrinker
from local.torture.tally import Tally

_RUN = re.compile(r"(.+)/(\d+)")
_MOST_WRONG = 5
"""Runs that failed, after which no more are made."""


def main() -> int:
    """Do what the environment asks for, and give the exit status."""
    try:
        options = Options.of(os.environ)
    except StartError as error:
        print(error, file=sys.stderr)
        return 2
    tally = repeat(options.seed) if _RUN.fullmatch(options.seed) else torture(options)
    print(tally)
    return int(any(tally.counts[kind] for kind in (LOST, DOUBLE, BROKEN)))


@dataclass(frozen=True)
class Options:
    """What the environment says: see above."""

    seed: str
    seconds: float
    schedules: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Read them; raises StartError for what is no number."""
        minutes, schedules = environment.get("MINUTES") or "10", environment.get("SCHEDULES") or str(sys.maxsize)
        if not re.fullmatch(r"\d{1,6}(\.\d+)?", minutes) or not schedules.isdecimal():
            raise StartError("MINUTES and SCHEDULES must be numbers.")
        return cls(environment.get("SEED") or secrets.token_hex(4), 60 * float(minutes), int(schedules))


def torture(options: Options) -> Tally:
    """Make runs in as many processes as there are processors; say what went wrong and make the first of it small."""
    print(f"SEED={options.seed}", flush=True)
    tally, seconds = Tally(), options.seconds
    with tqdm(total=round(seconds), unit="s", desc="torture", disable=None, leave=False) as progress:
        since = time.monotonic()
        for found in _runs(options):
            tally.add(found)
            progress.n = min(round(time.monotonic() - since), round(seconds))
            progress.refresh()
            if len(tally.wrong) >= _MOST_WRONG:
                break
    for name, wrong in tally.wrong.items():
        print(f"\nSEED={name}", *wrong, sep="\n")
    if tally.wrong:
        _show_small(next(iter(tally.wrong)))
    return tally


def repeat(name: str) -> Tally:
    """Make one run, and tell all that happens in it; where it fails, the same of a run that is as small as can be."""
    outcome = Run(Plan.drawn(name), tell=partial(print, file=sys.stdout)).outcome()
    tally = Tally.of(name, outcome)
    for wrong in tally.wrong.values():
        print("", *wrong, sep="\n")
        _show_small(name)
    return tally


def _show_small(name: str) -> None:
    plan = Plan.drawn(name)
    shrinker = Shrinker(plan, Run(plan).outcome())
    script = shrinker.smallest()
    print(f"\nSEED={name} made small in {shrinker.runs} runs: {len(script.operations)} operations")
    outcome = Run(plan, script, partial(print, file=sys.stdout)).outcome()
    print(*(f"{violation.kind}: {violation.says}" for violation in outcome.violations), "", sep="\n", flush=True)


def _runs(options: Options) -> Iterator[Tally]:
    """Yield what comes of each run, of all processes; they end when nobody wants more."""
    processes = os.cpu_count() or 1
    lines: Queue[str] = Queue()
    with ExitStack() as stack:
        for first in range(processes):
            numbers = map(str, (first, processes, options.schedules))
            command = [sys.executable, "-m", "local.torture.worker", options.seed, *numbers, str(options.seconds)]
            worker = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            stack.callback(worker.kill)
            Thread(target=_forward, args=(worker, lines), daemon=True).start()
        while processes:
            line = lines.get()
            processes -= not line
            if line:
                yield Tally.read(json.loads(line))


def _forward(worker: "subprocess.Popen[str]", lines: "Queue[str]") -> None:
    """Put a process's lines into the queue, and "" when it has ended."""
    with suppress(ValueError):  # it was closed
        for line in worker.stdout or ():
            lines.put(line)
    lines.put("")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
