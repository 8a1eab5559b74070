"""One execution environment that is asked again and again, as Lambda asks it: the next request when one is answered."""

import time
from collections.abc import Iterable
from statistics import median, quantiles

from bench.candidates import Candidate, check
from bench.sandbox import Sandbox
from bench.table import table

_WARMING_REQUESTS = 20


def report(candidates: Iterable[Candidate], seconds: float) -> str:
    """Ask each that has an event for so long, and give the figures as a table; making events takes no part in them."""
    titles = ["", "requests/s", "p50 ms", "p99 ms", "CPU ms/request"]
    return table(titles, [[f"`{one.name}`", *_row(one, seconds)] for one in candidates if one.event])


def _row(candidate: Candidate, seconds: float) -> list[str]:
    with Sandbox(candidate.program) as sandbox:
        for _ in range(_WARMING_REQUESTS):
            _ask(sandbox, candidate)
        latencies, before, until = [_ask(sandbox, candidate)], sandbox.cpu_seconds, time.perf_counter() + seconds
        while time.perf_counter() < until:
            latencies.append(_ask(sandbox, candidate))
        cpu = (sandbox.cpu_seconds - before) / (len(latencies) - 1)
    figures = (median(latencies), quantiles(latencies, n=100)[-1], cpu)
    return [f"{len(latencies) / sum(latencies):.0f}", *(f"{figure * 1000:.1f}" for figure in figures)]


def _ask(sandbox: Sandbox, candidate: Candidate) -> float:
    seconds, answer = sandbox.invoke(candidate.event() if candidate.event else {})
    check(answer["statusCode"])
    return seconds
