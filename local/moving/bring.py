"""`make import FROM=…`: a Nakama's players come here, with their ids, names, passwords, identities and friends.

First all are looked at and nothing is written: who comes, who is here already, what is someone else's here. Then they
are written, many at a time and within a budget. Whoever is here already is left as is: a run that was stopped is
simply started again. docs/moving.md tells the whole way.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from local.errors import StartError
from local.moving import friendships
from local.moving.arrivals import Arrival, Arrivals, bring
from local.moving.budget import Budget
from local.moving.friendships import Friendship, befriend, friendships_of
from local.moving.nakama import DEVICES, EDGES, NOBODY, USERS, Source, source_of
from local.moving.players import CannotComeError, Player, player_of
from local.moving.report import Report
from local.moving.target import Target, target_of
from local.moving.verify import differences
from symbolon.errors import SymbolonError

BATCH = 40
"""Players or friendships that are looked at together."""

T = TypeVar("T")


@dataclass(frozen=True)
class Options:
    """What the environment says of a run: see `make help`."""

    workers: int
    units_per_second: int
    dry_run: bool
    verify: bool
    report: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Options":
        """Read them; raises StartError for what is no number."""
        folder = Path(environment.get("STATE_DIR") or ".symbolon")
        return cls(
            workers=max(1, _number(environment, "WORKERS", 16)),
            units_per_second=_number(environment, "WRITE_UNITS", 2000 if environment.get("STACK") else 0),
            dry_run=environment.get("DRY_RUN") == "1",
            verify=environment.get("VERIFY") == "1",
            report=folder / "import-report.jsonl",
        )


class Import:
    """One run: from a source to the tables that the layer reaches."""

    def __init__(self, source: Source, options: Options, target: Target) -> None:
        self._source = source
        self._options = options
        self._target = target
        self._devices: dict[str, list[str]] = defaultdict(list)
        for row in source.rows(DEVICES):
            self._devices[row["user_id"].lower()].append(row["id"])

    def look(self) -> Report:
        """Look at all players and write nothing."""
        report, arrivals = Report(), Arrivals()
        for players in _batches(self._players(report, "looking"), BATCH):
            for arrival in arrivals.settle(players):
                report.add(arrival)
        return report

    def bring(self) -> Report:
        """Bring all players and their friendships."""
        report, arrivals, budget = Report(), Arrivals(), Budget(self._options.units_per_second)

        def write(arrival: Arrival) -> Arrival:
            budget.spend(0 if arrival.is_here or arrival.why_not else arrival.units)
            return bring(arrival)

        with _spread(self._options.workers) as spread:
            for players in _batches(self._players(report, "players"), BATCH):
                self._target.renew()
                for arrival in spread(write, arrivals.settle(players)):
                    report.add(arrival)
            self._befriend(report, budget, spread)
        return report

    def verify(self) -> list[str]:
        """Compare what came with what the source says, and return what differs."""
        return list(differences(_batches(self._players(Report(), "comparing"), BATCH)))

    def _befriend(self, report: Report, budget: Budget, spread: Callable[..., Iterator[Any]]) -> None:
        def write(friendship: Friendship) -> bool:
            budget.spend(friendships.UNITS)
            return befriend(friendship)

        found = friendships_of(self._source.rows(EDGES)).values()
        possible = [friendship for friendship in found if friendship.is_possible]
        report.counts["impossible"] += len(found) - len(possible)
        for together in _batches(_progress(possible, "friendships"), BATCH):
            self._target.renew()
            missing = list(friendships.missing(together))
            report.counts["known"] += len(together) - len(missing)
            for done in spread(write, missing):
                report.counts["made" if done else "friendless"] += 1

    def _players(self, report: Report, doing: str) -> Iterator[Player]:
        for row in _progress(self._source.rows(USERS), doing):
            if row["id"] == NOBODY:
                continue
            try:
                yield player_of(row, self._devices.get(row["id"].lower(), []))
            except CannotComeError as error:
                report.refuse(row["id"], str(error))


def main() -> int:
    """Do what the environment asks for and give the exit status: 1 when it failed, or VERIFY=1 found a difference."""
    try:
        options = Options.of(os.environ)
        with source_of(os.environ.get("FROM", "")) as source, target_of(os.environ) as target:
            return _run(Import(source, options, target), options, target)
    except StartError as error:
        print(error, file=sys.stderr)
    except SymbolonError as error:
        print(f"{error.message} Start it again: it goes on where it stopped.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. Start it again: it goes on where it stopped.", file=sys.stderr)
    return 1


def _run(run: Import, options: Options, target: Target) -> int:
    print(f"Into {target.description}")
    report = run.look()
    print(report.players("would come" if options.dry_run else "come"))
    if not options.dry_run:
        report = run.bring()
        print(report.players("came"))
        print(report.friendships())
    print(report.write(options.report), end="\n" if report.lines else "")
    if not options.verify:
        return 0
    found = run.verify()
    print(*found[:20], f"compared     {len(found)} differ", sep="\n")
    return int(bool(found))


@contextmanager
def _spread(workers: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """Give a `map` that works in that many threads, or in this one."""
    if workers == 1:
        yield map
        return
    with ThreadPoolExecutor(workers) as pool:
        yield pool.map


def _progress(things: Iterable[T], doing: str) -> Iterator[T]:
    """Show how far it is, on a terminal only."""
    yield from tqdm(things, desc=doing, unit="", disable=None, leave=False)


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal():
        raise StartError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
