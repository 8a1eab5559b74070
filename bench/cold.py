"""Cold starts: how long until a new execution environment has answered its first request, and what the next cost."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from bench.candidates import BASELINE, Candidate, check
from bench.sandbox import Sandbox
from bench.table import table

WARM_REQUESTS = 20
"""After as many again that are not measured, in which connections are made and caches filled."""


@dataclass(frozen=True)
class Start:
    """One cold start: seconds of the clock, seconds of the processor, megabytes."""

    init: float
    first: float = 0.0
    cold_cpu: float = 0.0
    warm_cpu: float = 0.0
    memory: float = 0.0


def measure(candidates: Iterable[Candidate], rounds: int) -> dict[str, list[Start]]:
    """Give `rounds` cold starts of each, taken in turns, so that whatever else the machine does hits all alike."""
    everyone = list(candidates)
    found: dict[str, list[Start]] = {candidate.name: [] for candidate in everyone}
    for _ in range(rounds):
        for candidate in everyone:
            found[candidate.name].append(_start(candidate))
    return found


def report(found: dict[str, list[Start]]) -> str:
    """Give the medians as a table, with ratios to the ten-line handler's, and how long the slowest starts took."""
    base = median_of(found[BASELINE])
    titles = [
        "",
        "init ms",
        "first answer ms",
        "both ms",
        "p95",
        "p99",
        "ratio",
        "CPU of both ms",
        "ratio",
        "CPU of a warm request ms",
        "ratio",
        "MB",
    ]
    return table(titles, [[f"`{name}`", *_row(starts, base)] for name, starts in found.items()])


def _start(candidate: Candidate) -> Start:
    with Sandbox(candidate.program) as sandbox:
        if candidate.event is None:
            return Start(sandbox.init_seconds, cold_cpu=sandbox.cpu_seconds, memory=sandbox.peak_megabytes)
        first, answer = sandbox.invoke(candidate.event())
        check(answer["statusCode"])
        cold_cpu = sandbox.cpu_seconds
        _warm(sandbox, candidate)
        before = sandbox.cpu_seconds
        _warm(sandbox, candidate)
        warm_cpu = (sandbox.cpu_seconds - before) / WARM_REQUESTS
        return Start(sandbox.init_seconds, first, cold_cpu, warm_cpu, sandbox.peak_megabytes)


def _warm(sandbox: Sandbox, candidate: Candidate) -> None:
    for _ in range(WARM_REQUESTS):
        _, answer = sandbox.invoke(candidate.event() if candidate.event else {})
        check(answer["statusCode"])


def median_of(starts: Sequence[Start]) -> Start:
    """Give the median of each figure."""
    return _each(median, starts)


def least_of(starts: Sequence[Start]) -> Start:
    """Give the least of each figure: other work on the machine only adds."""
    return _each(min, starts)


def _each(choice: Callable[[Iterable[float]], float], starts: Sequence[Start]) -> Start:
    names = ("init", "first", "cold_cpu", "warm_cpu", "memory")
    return Start(*(choice(getattr(start, name) for start in starts) for name in names))


def _row(starts: Sequence[Start], base: Start) -> list[str]:
    start = median_of(starts)
    if not start.first:
        return [f"{start.init * 1000:.0f}", *("-" for _ in range(9)), f"{start.memory:.0f}"]
    both, of = start.init + start.first, base.init + base.first
    return [
        f"{start.init * 1000:.0f}",
        f"{start.first * 1000:.0f}",
        f"{both * 1000:.0f}",
        *(f"{_percentile(starts, percent) * 1000:.0f}" for percent in (95, 99)),
        f"{both / of:.2f}",
        f"{start.cold_cpu * 1000:.0f}",
        f"{start.cold_cpu / base.cold_cpu:.2f}",
        f"{start.warm_cpu * 1000:.2f}",
        f"{start.warm_cpu / base.warm_cpu:.2f}",
        f"{start.memory:.0f}",
    ]


def _percentile(starts: Sequence[Start], percent: int) -> float:
    both = sorted(start.init + start.first for start in starts)
    return quantiles(both, n=100, method="inclusive")[percent - 1] if len(both) > 1 else both[0]
