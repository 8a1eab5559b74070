"""Budgets of a minute, for all instances together, and pauses: what may happen so often and no oftener.

A large budget is taken in portions of a fiftieth, so that counting costs a fraction of a write each time and no item is
hot; what an instance has not used of its portion is lost when the minute is over.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Write
from symbolon.errors import SymbolonError, Unavailable
from symbolon.limits.counters import exhausted, limit_key
from symbolon.limits.networks import digest

_MINUTE = 60
_PORTIONS = 50

_portions: dict[str, tuple[int, int]] = {}
"""By scope the minute, and what is left of the portion that was taken in it."""


class MinuteBudget(NamedTuple):
    """So many of what `scope` names in a minute; 0 lifts the limit. `message` is what a client hears beyond it."""

    scope: str
    most: int
    message: str

    def take(self, *, is_suspect: bool = False) -> None:
        """Take one; raises ResourceExhausted when there is none left. Suspects share half of the budget.

        While DynamoDB does not take the count there is no limit: what it protects is worth less than the players.
        """
        if not self.most:
            return
        minute = int(time.time()) // _MINUTE
        at, left = _portions.get(self.scope, (0, 0))
        if at == minute and left and not is_suspect:
            _portions[self.scope] = (minute, left - 1)
            return
        portion = 1 if is_suspect else max(1, self.most // _PORTIONS)
        room = (self.most // 2 if is_suspect else self.most) - portion
        if not self._count(minute, portion, room):
            raise exhausted(self.message, (minute + 1) * _MINUTE - int(time.time()))
        if not is_suspect:
            _portions[self.scope] = (minute, portion - 1)

    def _count(self, minute: int, portion: int, room: int) -> bool:
        values = {":portion": portion, ":room": room, ":expires": (minute + 2) * _MINUTE}
        condition = "attribute_not_exists(spent) OR spent <= :room"
        update = "SET expires_at = :expires ADD spent :portion"
        try:
            write = Write("Update", limit_key(self.scope, str(minute)), condition, update, values=values)
            return room >= 0 and dynamodb.update(write) is None
        except Unavailable:
            return True


class Pause(NamedTuple):
    """A pause of so many seconds after what `scope` names was done for somebody; 0 for none."""

    scope: str
    whose: str
    seconds: int

    def begin(self) -> bool:
        """Tell whether there is none, and begin one; raises Unavailable."""
        if not self.seconds:
            return True
        now = int(time.time())
        values = {":now": now, ":until": now + self.seconds}
        condition = "attribute_not_exists(expires_at) OR expires_at <= :now"
        return dynamodb.update(self._write(condition, "SET expires_at = :until", values)) is None

    @contextmanager
    def kept_unless_it_fails(self) -> Iterator[None]:
        """End the pause that has begun if the block raises: what was not done may be done at once."""
        try:
            yield
        except SymbolonError:
            if self.seconds:
                values = {":now": int(time.time())}
                with suppress(SymbolonError):
                    dynamodb.update(self._write("attribute_exists(expires_at)", "SET expires_at = :now", values))
            raise

    def _write(self, condition: str, update: str, values: dict[str, int]) -> Write:
        at = limit_key(self.scope, digest(self.scope, self.whose))
        return Write("Update", at, condition, update, values=values)


def forget() -> None:
    """Forget the portions, as a new instance has none."""
    _portions.clear()
