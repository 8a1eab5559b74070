"""Bars over time as SVG: the geometry, which the page's template draws. It is drawn here, so no script has to."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 160
"""Of the drawing, in its own units; a page stretches it."""

MOST_SERIES = 8
"""That colours can tell apart; the rest is drawn as one, "others"."""

_GAP = 0.15
_ROUND = (1, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True)
class Piece:
    """A series' part of a bar: its colour's number, and where it is drawn."""

    colour: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bar:
    """A part of the span: what a pointer that rests there is told, and the pieces of each series."""

    label: str
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Chart:
    """A chart: series by name with their sums, the highest value of its axis, its bars, and moments below it."""

    title: str
    totals: Mapping[str, int]
    top: int
    bars: Sequence[Bar]
    moments: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]

    @property
    def total(self) -> int:
        """Give the sum of all."""
        return sum(self.totals.values())


def chart(title: str, series: Mapping[str, Sequence[int]], start: int, step: int) -> Chart:
    """Draw series of equal length, whose parts of `step` seconds begin at `start`; the largest one is at the bottom."""
    drawn = _largest(series)
    parts = len(next(iter(drawn.values()), ()))
    moments = [_moment(start + step * at, step) for at in range(parts)]
    top = _rounded(max((sum(values[at] for values in drawn.values()) for at in range(parts)), default=0))
    bars = [_bar(at, drawn, moments, top) for at in range(parts)]
    rows = [(moments[at], counts) for at in range(parts) if any(counts := [values[at] for values in drawn.values()])]
    shown = [moments[0], moments[parts // 2], moments[-1]] if moments else []
    return Chart(title, {name: sum(values) for name, values in drawn.items()}, top, bars, shown, rows)


def _largest(series: Mapping[str, Sequence[int]]) -> dict[str, Sequence[int]]:
    ordered = sorted(series.items(), key=lambda pair: (-sum(pair[1]), pair[0]))
    if len(ordered) <= MOST_SERIES:
        return dict(ordered)
    rest = [values for _, values in ordered[MOST_SERIES - 1 :]]
    return {**dict(ordered[: MOST_SERIES - 1]), "others": [sum(column) for column in zip(*rest, strict=True)]}


def _bar(at: int, drawn: Mapping[str, Sequence[int]], moments: Sequence[str], top: int) -> Bar:
    slot = WIDTH / len(moments)
    pieces, base = [], float(HEIGHT)
    for colour, values in enumerate(drawn.values()):
        height = values[at] / top * HEIGHT
        base -= height
        if values[at]:
            pieces.append(Piece(colour, round((at + _GAP / 2) * slot, 2), base, round((1 - _GAP) * slot, 2), height))
    told = ", ".join(f"{name} {values[at]}" for name, values in drawn.items() if values[at])
    return Bar(f"{moments[at]} UTC: {told}", pieces)


def _rounded(highest: int) -> int:
    """Give a round number that is no less, and at least 1."""
    scale = 1
    while highest > _ROUND[-1] * scale:
        scale *= 10
    return next(step * scale for step in _ROUND if step * scale >= highest)


def _moment(seconds: int, step: int) -> str:
    form = "%H:%M" if step < 3600 else "%d %b %H:%M" if step < 24 * 3600 else "%d %b"  # noqa: PLR2004 (an hour, a day)
    return time.strftime(form, time.gmtime(seconds))
