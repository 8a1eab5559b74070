"""Events in the simulation: what a bus hears is counted against what was acknowledged and what was written."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

import pytest

from functions.events import app
from local.torture.engine import lanes
from local.torture.judge.verdict import DOUBLE, LOST
from local.torture.run import Outcome, Run
from symbolon.events import changes, publishing
from tests.helpers.torture.planted import crowd

SCHEDULES = 25
MOST_ACCOUNTS = 4
QUICKEST = "no link"
RATES = {"part of a batch": 0.7, "silence after": 0.02, "death after": 0.02}

Plant = Callable[[pytest.MonkeyPatch], None]


def outcome(number: int, **rates: float) -> Outcome:
    """Make a run of a crowd whose changes are told while it goes on, as a rule several at once."""
    plan = crowd(f"events/{number}", "background", "linking", "accounts", "operators", "sessions")
    return Run(replace(plan, kinds={**plan.kinds, "tell_bus": 4.0}, rates=rates)).outcome()


def _tell_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_whose", lambda event: event.detail["id"])


def _forget_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    told = publishing.tell

    def tell(events: object, has_time: object) -> int:
        try:
            return told(events, has_time)  # type: ignore[arg-type]
        except publishing.NotTold:
            return 0

    monkeypatch.setattr(app, "tell", tell)


def _go_on_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "min", max, raising=False)
    monkeypatch.setattr(lanes, "LANES", 1)  # so that many accounts meet in one


def _leave_out(name: str) -> Plant:
    def plant(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(changes, "_OF_ACCOUNTS", tuple(one for one in changes._OF_ACCOUNTS if one != name))  # noqa: SLF001

    return plant


PLANTED: dict[str, tuple[Plant, str]] = {
    "two of an account in a request": (_tell_in_any_order, DOUBLE),
    "what failed is not told again": (_forget_what_failed, LOST),
    "told again from the last that failed": (_go_on_too_late, LOST),
    "no end of all sessions": (_leave_out("generation"), LOST),
    "no ban": (_leave_out("disable_time"), LOST),
    "no link": (_leave_out("links"), LOST),
}


@pytest.mark.parametrize(
    "name", [QUICKEST, *(pytest.param(name, marks=pytest.mark.long) for name in PLANTED if name != QUICKEST)]
)
def test_what_is_broken_on_purpose_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that is left out, or comes after a later one of its account, shows within a few schedules."""
    plant, kind = PLANTED[name]
    plant(monkeypatch)

    found = chain.from_iterable(outcome(number, **RATES).violations for number in range(SCHEDULES))

    assert any(violation.kind == kind for violation in found)


def test_each_change_is_told() -> None:
    """With all that can go wrong at the bus each account's events are those of what was written, and none is lost."""
    told = [outcome(number, **RATES) for number in range(2)]

    assert [violation.says for one in told for violation in one.violations] == []
    assert all(one.events > MOST_ACCOUNTS for one in told)
