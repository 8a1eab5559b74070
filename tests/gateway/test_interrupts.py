"""What Ctrl-C and SIGTERM do to the programs here, however many of them come."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from local import ROOT
from local.interrupts import INTERRUPTED

Process = subprocess.Popen[str]
BEGIN = """
import sys, time
from local import interrupts
interrupts.PATIENCE_SECONDS = float(sys.argv[1])
"""
NOTING = """
noted = interrupts.Interrupts(raising=False)
print("ready", flush=True)
while not noted.came:
    time.sleep(0.01)
time.sleep(0.5)
print("ended", flush=True)
interrupts.leave(0)
"""
RAISING = """
interrupts.Interrupts(raising=True)
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(0.5)
    print("ended", flush=True)
interrupts.leave(0)
"""
HANGING = """
interrupts.Interrupts(raising=False)
print("ready", flush=True)
while True:
    time.sleep(60)
"""


@pytest.fixture
def start() -> Iterator[Callable[[str, float], Process]]:
    """Give a function that runs a program, with so many seconds of patience, until it is ready."""
    started: list[Process] = []

    def run(program: str, patience: float = 60.0) -> Process:
        command = [sys.executable, "-c", BEGIN + program, str(patience)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("program", [NOTING, RAISING], ids=["noting", "raising"])
def test_nothing_interrupts_the_way_out(start: Callable[[str], Process], program: str) -> None:
    """The first signal ends a program in its own way; those that follow, whichever they are, change nothing."""
    process = start(program)

    for _ in range(40):
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        time.sleep(0.01)

    assert (*process.communicate(timeout=10), process.returncode) == ("ended\n", "", 0)


def test_who_has_waited_for_long_waits_no_more(start: Callable[[str, float], Process]) -> None:
    """A program that does not come to its end ends on the spot when it is asked again after a while."""
    process = start(HANGING, 0.2)

    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    time.sleep(0.4)
    is_running = process.poll() is None
    process.send_signal(signal.SIGINT)

    assert is_running
    assert process.wait(10) == INTERRUPTED
