"""`python -m bench`: cold starts and load, as Markdown on standard output. `make bench` sets up what it needs.

N=20              cold starts of each function (0: none)
DURATION=3        seconds for each function, and for each route and number of players (0: no load)
PLAYERS=1,8,32    at once
PROCESSES=…       of the local gateway: else as many as leave two processors to its store and the players, up to four
OUT=file.md       also writes the tables there
KEEP=1            keeps the cold starts as this version's, in docs/benchmarks
COMPARE=1         exit status 1 where a cold start is worse by more than a tenth than the last version's
PEER=http://127.0.0.1:7350 PEER_KEY=defaultkey PEER_PIDS=123,456
                  another server of Nakama's API, loaded in the same run; processes that work for it besides itself
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import cold, history, load, servers, steady
from bench.candidates import Candidate, candidates
from bench.cold import Start
from bench.table import machine
from bench.world import RUNTIME, world
from local.interrupts import INTERRUPTED, Interrupts, leave
from local.operate.release import read_version


def main() -> int:
    """Measure and report; gives the exit status."""
    Interrupts(raising=True)
    try:
        return _measure()
    except KeyboardInterrupt:  # what was started has been ended
        return INTERRUPTED


def _measure() -> int:
    rounds, seconds = int(_variable("N", "20")), float(_variable("DURATION", "3"))
    complaints: list[str] = []
    parts = ["# Benchmarks", _command(), *_functions(rounds, seconds, complaints)]
    if seconds:
        parts += [f"## Load on one machine, {seconds:g} seconds each", _load(seconds)]
    parts += [machine(_python())]
    text = "\n\n".join(parts) + "\n"
    print(text)
    if out := _variable("OUT", ""):
        Path(out).write_text(text, encoding="utf-8")
    print(*complaints, sep="\n", end="\n" if complaints else "", file=sys.stderr)
    return 1 if complaints else 0


def _functions(rounds: int, seconds: float, complaints: list[str]) -> Iterator[str]:
    with world() as built, candidates(built) as everyone:
        if rounds:
            found = cold.measure(everyone, rounds)
            yield f"## Cold starts, medians of {rounds}"
            yield cold.report(found)
            complaints += _history(everyone, found, rounds)
        if seconds:
            yield f"## One execution environment, {seconds:g} seconds each"
            yield steady.report(everyone, seconds)


def _history(everyone: Sequence[Candidate], found: Mapping[str, Sequence[Start]], rounds: int) -> list[str]:
    now = history.ratios(found)
    complaints = history.verdict(everyone, now, rounds, cold.measure) if _variable("COMPARE", "") else []
    if _variable("KEEP", ""):
        history.keep(history.Record(read_version(), machine(_python()), rounds, now), history.FOLDER)
    return complaints


def _load(seconds: float) -> str:
    players = [int(count) for count in _variable("PLAYERS", "1,8,32").split(",")]
    others = [int(pid) for pid in filter(None, _variable("PEER_PIDS", "").split(","))]
    count = int(_variable("PROCESSES", str(max(1, min(4, (os.cpu_count() or 1) - 2)))))
    with ExitStack() as running:
        loaded = [running.enter_context(servers.gateway(count))]
        if url := _variable("PEER", ""):
            loaded.append(servers.peer(url, _variable("PEER_KEY", "defaultkey"), others))
        return load.report(loaded, players, seconds)


def _command() -> str:
    names = ("N", "DURATION", "PLAYERS", "PROCESSES", "PEER", "PEER_PIDS")
    given = [f"{name}={os.environ[name]}" for name in names if os.environ.get(name)]
    return f"`{' '.join(['make bench', *given])}`"


def _python() -> str:
    asked = [str(RUNTIME / "bin/python"), "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def _variable(name: str, default: str) -> str:
    return os.environ.get(name) or default


if __name__ == "__main__":
    leave(main())
