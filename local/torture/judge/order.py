"""Is there an order that explains what was answered? A search, after Wing and Gong, with Lowe's memory of dead ends.

https://doi.org/10.1006/jpdc.1993.1015 and https://doi.org/10.1002/cpe.3928. Each thing is looked at for itself.
"""

from collections.abc import Sequence

from local.torture.judge.history import Moment, State

MAX_STATES = 200_000
"""Places in the search for one thing; a run that needs more is too large to be judged, and says so."""


class TooLarge(Exception):
    """The search did not come to an end."""


def is_explained(moments: Sequence[Moment], start: State) -> bool:
    """Tell whether some order of these, within the times of their operations, leads from `start` through all of them.

    Raises TooLarge.
    """
    waiting: list[tuple[int, State]] = [((1 << len(moments)) - 1, start)]
    seen = set(waiting)
    while waiting:
        left, state = waiting.pop()
        if not left:
            return True
        for after in _next(moments, left, state):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
        if len(seen) > MAX_STATES:
            raise TooLarge(moments[0].effect.thing)
    return False


def _next(moments: Sequence[Moment], left: int, state: State) -> list[tuple[int, State]]:
    """Return what may come next: those of which no other that is left had ended before they began."""
    numbers = [number for number in range(len(moments)) if left >> number & 1]
    horizon = min(moments[number].operation.until for number in numbers)
    found = []
    for number in numbers:
        moment = moments[number]
        if moment.operation.since > horizon:
            continue
        rest = left & ~(1 << number)
        found += [(rest, after) for after in moment.effect.step(state)]
        if not moment.effect.certain:
            found.append((rest, state))
    return found
