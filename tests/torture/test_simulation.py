"""The simulation: nothing is lost in many schedules, a seed repeats a run, and what is broken on purpose is found."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from local import ROOT
from local.errors import StartError
from local.template.roles import Permission
from local.torture.__main__ import Options
from local.torture.judge.verdict import BROKEN, DOUBLE, LOST, Violation
from local.torture.plan import Plan, Script
from local.torture.run import Outcome, Run
from local.torture.shrink import Shrinker
from local.torture.world import services
from symbolon.errors import Unavailable
from symbolon.identities import links
from tests.helpers.torture.planted import FAULTS, crowd, planted, runs_until_found

SCHEDULES = 100
"""Five times as many are a minute of one processor, as a rule."""

QUICKEST = "an identity is given away"
TELLING = """
from local.torture.plan import Plan
from local.torture.run import Run
from tests.helpers.torture.planted import crowd

told = []
for number in range(30, 58):
    for plan in Plan.drawn(f"tests/{number}"), crowd(f"tests/{number}", "friends", "accounts"):
        Run(plan, tell=told.append).outcome()
print(*told, sep="\\n")
"""


def torture(**variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command, as make does."""
    environment = {**os.environ, **variables}
    command = [sys.executable, "-m", "local.torture"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def _unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no coverage measured in processes of the test: it takes four times as long, and others reach the same."""
    for name in [name for name in os.environ if name.startswith("COVERAGE")]:
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("_unmeasured")
@pytest.mark.parametrize("seed", ["tests", "other tests", "more tests", "yet more tests", "the last tests"])
def test_nothing_is_lost_and_nothing_is_there_twice(seed: str) -> None:
    """In schedules of the whole API, with every fault, what is acknowledged is there once, no answer is a 5xx."""
    ended = torture(SEED=seed, SCHEDULES=str(SCHEDULES))

    assert ended.stdout.rstrip().endswith("lost 0, double 0, 5xx 0"), ended.stdout + ended.stderr
    assert f"schedules {SCHEDULES}," in ended.stdout
    assert ended.returncode == 0


@pytest.mark.long
def test_a_seed_repeats_a_run_letter_for_letter() -> None:
    """The same name gives the same events in the same order, in another process."""
    first, second = torture(SEED="tests/3"), torture(SEED="tests/3")

    assert first.stdout == second.stdout
    assert first.stdout.count("\n") > 100


@pytest.mark.long
@pytest.mark.usefixtures("_unmeasured")
def test_a_run_is_the_same_whatever_a_process_s_hashes_are() -> None:
    """The order of sets, which differs from process to process, is no part of what happens."""
    first, second = (told(PYTHONHASHSEED=seed) for seed in "12")

    assert first == second
    assert first.count("\n") > 10_000


def told(**variables: str) -> str:
    """Give all that happens in a few dozen runs in a process of their own."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}", **variables}
    return subprocess.run([sys.executable, "-c", TELLING], env=environment, stdout=-1, text=True, check=True).stdout


def test_a_run_is_repeated_by_what_happened_in_it() -> None:
    """A script of the operations, the turns and the faults gives the run again from which it was taken."""
    plan = Plan.drawn("tests/3")
    drawn, scripted = list[str](), list[str]()

    script = Run(plan, tell=drawn.append).outcome().script
    Run(plan, script, scripted.append).outcome()

    assert scripted == drawn


@pytest.mark.parametrize("variables", [{"MINUTES": "soon"}, {"MINUTES": "-1"}, {"SCHEDULES": "1.5"}])
def test_bad_variables_are_told(variables: dict[str, str]) -> None:
    """What is no number is named before anything is done."""
    with pytest.raises(StartError, match="must be numbers"):
        Options.of(variables)


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "fault", [QUICKEST, *(pytest.param(name, marks=pytest.mark.long) for name in FAULTS if name != QUICKEST)]
)
def test_what_is_broken_on_purpose_is_found(fault: str) -> None:
    """Each condition that is taken out of a write shows as something that is lost or there twice."""
    with planted(FAULTS[fault]):
        assert runs_until_found(FAULTS[fault].plans("tests"), 200)


def failing_run() -> tuple[Plan, Outcome]:
    """Give a run that goes wrong, and what came of it; the fault has to be planted."""
    plans = (crowd(f"tests/{number}", "linking") for number in range(60))
    return next((plan, outcome) for plan in plans if (outcome := Run(plan).outcome()).violations)


@pytest.mark.long
@pytest.mark.no_cover
def test_a_failing_run_is_made_small() -> None:
    """Of all that happens in a failing run little is left, with which it fails as before."""
    with planted(FAULTS["the last identity goes"]):
        plan, outcome = failing_run()

        script = Shrinker(plan, outcome, 40).smallest()

        assert len(script.operations) <= len(outcome.script.operations) // 2
        assert Run(plan, script).outcome().violations


def test_a_role_that_is_too_small_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a function's role lacks what one of its ways takes, an answer is 500."""
    lacking = frozenset({Permission("dynamodb:DeleteItem", "IdentitiesTable")})
    has = services._missing  # noqa: SLF001
    monkeypatch.setattr(services, "_missing", lambda function, wanted: has(function, wanted) | (wanted & lacking))

    found = [violation.kind for number in range(5) for violation in run(f"tests/{number}", "linking")]

    assert BROKEN in found


def run(seed: str, *groups: str) -> tuple[Violation, ...]:
    """Give what is wrong with a run of a crowd without faults."""
    return Run(replace(crowd(seed, *groups), rates={})).outcome().violations


def test_a_crash_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that ends with an exception answers 500, which nothing explains."""
    monkeypatch.setattr(links, "unlink", {}.__getitem__)

    found = Run(crowd("tests/0", "linking")).outcome().violations

    assert BROKEN in {violation.kind for violation in found}


def test_what_does_not_get_through_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """When nothing goes wrong any more, what still fails after a few tries counts as lost."""

    def unlink(*_: object) -> None:
        raise Unavailable("The account is being changed by others.")

    monkeypatch.setattr(links, "unlink", unlink)

    found = Run(crowd("tests/0", "accounts")).outcome().violations

    assert any(violation.kind == LOST and "did not get through" in violation.says for violation in found)


def test_kinds_of_faults_are_told_apart() -> None:
    """What two have, of which one can have it, is there twice."""
    with planted(FAULTS["an identity is given away"]):
        _, outcome = failing_run()

    assert DOUBLE in {violation.kind for violation in outcome.violations}


def test_an_empty_script_does_nothing() -> None:
    """A run of which everything is left out goes well."""
    outcome = Run(Plan.drawn("tests/0"), Script((), (), {})).outcome()

    assert not outcome.violations
