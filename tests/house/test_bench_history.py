"""Cold starts are kept by version, and a version that starts more slowly than the last is told of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench import history
from bench.candidates import BASELINE, Candidate
from bench.cold import Start
from bench.history import Record
from bench.sandbox import Program
from bench.table import processor
from local import ROOT

PROGRAM = Program(Path(), Path(), (), {})
EVERYONE = [Candidate(name, PROGRAM, dict) for name in (BASELINE, "device", "apple")]
LAST = Record("0.2.0", f"then; 2 cores ({processor()}), load 0.1", 20, {BASELINE: 1.0, "device": 0.3, "apple": 0.5})


@pytest.fixture(autouse=True)
def _kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history.keep(LAST, tmp_path)
    monkeypatch.setattr(history, "FOLDER", tmp_path)


def starts(**seconds: float) -> dict[str, list[Start]]:
    """Give two starts of each, with these seconds of the processor."""
    return {name: [Start(1.0, 1.0, cpu)] * 2 for name, cpu in {BASELINE: 1.0, **seconds}.items()}


def measuring(**seconds: float) -> history.Measure:
    """Give what measures what it is asked for, with these seconds of the processor."""

    def measure(asked: Iterable[Candidate], rounds: int) -> Mapping[str, Sequence[Start]]:
        assert rounds == 6
        return {name: found for name, found in starts(**seconds).items() if name in {one.name for one in asked}}

    return measure


def test_what_became_slower_is_named_with_both_figures() -> None:
    """A ratio that is worse by more than a tenth, twice, is complained of."""
    now = history.ratios(starts(device=0.34, apple=0.5))

    [complaint] = history.verdict(EVERYONE, now, 2, measuring(device=0.34))

    assert complaint.startswith(
        "device: a cold start takes 0.34 of the ten-line handler's processor time, 0.30 in 0.2.0."
    )


@pytest.mark.parametrize("device", [0.2, 0.3, 0.33])
def test_what_is_about_the_same_passes(device: float) -> None:
    """Up to a tenth more is the machine's doing, and nothing is measured again for it."""
    assert history.verdict(EVERYONE, history.ratios(starts(device=device)), 2, measuring(none=1.0)) == []


def test_what_is_slow_once_passes() -> None:
    """What was slow while something else ran is not when it is measured again."""
    assert history.verdict(EVERYONE, history.ratios(starts(device=0.6)), 2, measuring(device=0.31)) == []


def measured(**seconds: list[float]) -> history.Measure:
    """Give what measures starts with each of these seconds of the processor."""
    return lambda _asked, _rounds: {name: [Start(1.0, 1.0, cpu) for cpu in each] for name, each in seconds.items()}


@pytest.mark.parametrize("device", [[0.4, 0.31, 0.4], [0.36, 0.3, 0.31]])
def test_what_is_slow_by_one_figure_alone_passes(device: list[float]) -> None:
    """The median and the least must both be worse: each can be what something else did."""
    now = history.ratios(starts(device=0.4))

    assert history.verdict(EVERYONE, now, 1, measured(**{BASELINE: [1.0] * 3, "device": device})) == []


def test_a_machine_that_is_busy_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the ten-line handler's own starts differ that much nothing is compared, which is said."""
    now, base = history.ratios(starts(device=0.6)), [1.0, 1.3, 1.4]

    assert history.verdict(EVERYONE, now, 1, measured(**{BASELINE: base, "device": [0.9] * 3})) == []
    assert "skipped: too much else happens on this machine to compare device" in capsys.readouterr().err


def test_another_processor_is_compared_with_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is slower on another kind of machine says nothing of the version; that it is not compared is said."""
    history.keep(replace(LAST, measured="then; 2 cores (Another Processor), load 0.1"), tmp_path)

    assert history.verdict(EVERYONE, history.ratios(starts(device=0.6)), 2, measuring(device=0.6)) == []
    assert capsys.readouterr().err.startswith("skipped: no version's cold starts are kept for this processor")


def test_the_page_has_every_version_the_oldest_first(tmp_path: Path) -> None:
    """0.10 comes after 0.9, what a version lacks has no figure, and a version measured again is there once."""
    for version in ("0.10.0", "0.9.0", "0.9.0"):
        history.keep(Record(version, "now", 5, {BASELINE: 1.0, "steam": 0.4}), tmp_path)

    page = (tmp_path / "README.md").read_text()

    assert "|  | 0.2.0 | 0.9.0 | 0.10.0 |" in page
    assert "| `steam` | - | 0.40 | 0.40 |" in page
    assert "| `device` | 0.30 | - | - |" in page


def test_the_page_in_the_repository_is_that_of_its_records() -> None:
    """`make bench KEEP=1` writes both."""
    folder = ROOT / "docs/benchmarks"

    kept = history.records(folder)

    assert kept
    assert (folder / "README.md").read_text() == history.page(kept)
