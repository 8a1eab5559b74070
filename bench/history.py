"""What each version took: ratios of cold starts, a file for each, and whether this one is slower than the last.

Ratios are of processor time until the first answer to that of the ten-line handler in the same run: other machines,
and other work on the same one, change them least.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from bench.candidates import BASELINE, Candidate
from bench.cold import Start, least_of, median_of
from bench.table import processor, table
from local import ROOT

FOLDER = ROOT / "docs/benchmarks"
PAGE = FOLDER / "README.md"

WORSE = 1.1
"""A ratio that many times the last version's is too slow."""

_AGAIN = 3
"""How many times as many starts are measured before that is believed."""

RESTLESS = 1.25
"""Where the ten-line handler's own starts take as many times the least one, as a rule, the machine can tell nothing."""

_INTRODUCTION = """# Cold starts by version

Processor time of a function's start and first answer, as a ratio to that of a ten-line handler with boto3, by version.
`make bench KEEP=1` adds the version that it measures; `make bench COMPARE=1` fails where a ratio is
worse than the last version's by more than a tenth.
[All figures of the newest one](../benchmarks.md).
"""


@dataclass(frozen=True)
class Record:
    """A version's ratios by function, and with what and when they were measured."""

    version: str
    measured: str
    rounds: int
    ratios: Mapping[str, float]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a record's file."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def ratios(
    found: Mapping[str, Sequence[Start]], of: Callable[[Sequence[Start]], Start] = median_of
) -> dict[str, float]:
    """Give the ratio of each that answers, of the medians or of what else stands for several starts."""
    figures = {name: of(starts) for name, starts in found.items()}
    base = figures[BASELINE].cold_cpu
    return {name: round(start.cold_cpu / base, 3) for name, start in figures.items() if start.first}


def keep(record: Record, folder: Path) -> None:
    """Write the version's file, in place of one that it had, and the page of all versions."""
    folder.mkdir(exist_ok=True)
    text = json.dumps(asdict(record), indent=1, sort_keys=True) + "\n"
    (folder / f"{record.version}.json").write_text(text, encoding="utf-8")
    (folder / PAGE.name).write_text(page(records(folder)), encoding="utf-8")


def records(folder: Path) -> list[Record]:
    """Give what is kept, the oldest version first."""
    found = [Record.read(path) for path in folder.glob("*.json")]
    return sorted(found, key=lambda record: [int(part) for part in record.version.split(".")])


def page(kept: Sequence[Record]) -> str:
    """Give the page of all versions, in Markdown."""
    names = list(dict.fromkeys(name for record in reversed(kept) for name in record.ratios))
    rows = [[f"`{name}`", *(_cell(record.ratios.get(name)) for record in kept)] for name in names]
    notes = "\n".join(f"- {record.version}: medians of {record.rounds}; {record.measured}" for record in kept)
    return "\n".join([_INTRODUCTION, table(["", *(record.version for record in kept)], rows), "", notes, ""])


def slower(now: Mapping[str, float], last: Record) -> dict[str, tuple[float, float]]:
    """Give the functions whose ratio is too much worse than the last record's: that one, and today's."""
    both = {name: (last.ratios[name], ratio) for name, ratio in now.items() if name in last.ratios}
    return {name: (before, ratio) for name, (before, ratio) in both.items() if ratio > before * WORSE}


Measure = Callable[[Iterable[Candidate], int], Mapping[str, Sequence[Start]]]


def verdict(everyone: Sequence[Candidate], now: Mapping[str, float], rounds: int, measure: Measure) -> list[str]:
    """Give a line for each function that has become too slow since the last record.

    What seems so is measured again, with more starts, and is so by both the median of them and the least: other work on
    the machine can make it seem so, also by what it does to the ten-line handler. So can another processor, which
    compares with no record of its own.
    """
    kept = [record for record in records(FOLDER) if f"({processor()})" in record.measured]
    if not kept:
        print(f"skipped: no version's cold starts are kept for this processor, {processor()}", file=sys.stderr)
    suspects = slower(now, kept[-1]) if kept else {}
    if not suspects:
        return []
    again = [candidate for candidate in everyone if candidate.name in {BASELINE, *suspects}]
    found = measure(again, _AGAIN * rounds)
    if median_of(found[BASELINE]).cold_cpu > RESTLESS * least_of(found[BASELINE]).cold_cpu:
        print(f"skipped: too much else happens on this machine to compare {', '.join(suspects)}", file=sys.stderr)
        return []
    by_median, by_least = slower(ratios(found), kept[-1]), slower(ratios(found, least_of), kept[-1])
    return [_complaint(name, *both, kept[-1].version) for name, both in by_median.items() if name in by_least]


def _complaint(name: str, before: float, now: float, version: str) -> str:
    return (
        f"{name}: a cold start takes {now:.2f} of the ten-line handler's processor time, {before:.2f} in {version}. "
        "See `python -X importtime` for what it loads; `make bench KEEP=1` keeps the figure where it is meant."
    )


def _cell(ratio: Any) -> str:  # noqa: ANN401 (a number, or None)
    return "-" if ratio is None else f"{ratio:.2f}"
