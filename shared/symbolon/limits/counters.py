"""Counters by network and hour: one item each, or several where one would be too hot, gone by itself after its hour.

A counter's hours begin when its network's turn is, not on the clock, so that not all limits lift at the same moment.
"""

import random
import time

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key, Write, key
from symbolon.errors import ResourceExhausted
from symbolon.limits.networks import digest

HOUR = 3600
_LARGEST = 1000
"""What one item counts: DynamoDB takes as many writes of an item in a second, so it cannot be too hot in an hour."""

_ROUGHLY = 1000
_COUNTED = -1
_TRUST_SECONDS = 10
_MAX_TRUSTED = 10_000


class Counter:
    """A counter of what `scope` names, done by one network or account, of which an hour may have `most`; 0: no limit.

    `message` is what a client is told, who hears as well when to come back.
    """

    def __init__(self, scope: str, network: str, most: int, message: str) -> None:
        self.scope, self.network, self.most, self.message = scope, network, most, message

    def check(self) -> None:
        """Raise ResourceExhausted when the hour's number has been reached. Reads, but trusts a read for 10 seconds."""
        if not self.most or time.monotonic() < _trusted.get((self.scope, self.network), 0):
            return
        item = dynamodb.get(self._key())
        if item and item["spent"] >= self.most:
            raise self.refusal()
        if len(_trusted) >= _MAX_TRUSTED:
            _trusted.clear()
        _trusted[self.scope, self.network] = time.monotonic() + _TRUST_SECONDS

    def count(self, by: int = 1) -> None:
        """Count one more, or `by`, in one write; raises ResourceExhausted when they would be more than the number.

        A number of more than a thousand is counted in parts, each for its share, so it may be reached a little early.
        """
        if not self.most:
            return
        parts = -(-self.most // _LARGEST)
        part = random.randrange(parts)  # noqa: S311 (no secret)
        values = {":by": by, ":room": self.most // parts - by, ":expires": self._hour_ends() + HOUR}
        write = Write(
            "Update",
            self._key(part),
            "attribute_not_exists(spent) OR spent <= :room",
            "SET expires_at = :expires ADD spent :by",
            values=values,
        )
        if dynamodb.update(write) is not None:
            _trusted.pop((self.scope, self.network), None)
            raise self.refusal()

    def count_roughly(self) -> None:
        """Count one more, the first thousandth of the number in memory alone, of each instance: most networks have few.

        So players write nothing, and a network that spreads over many instances gets some more than its number.
        """
        at = self._key()
        held = _held.get(at, 0)
        if 0 <= held < self.most // _ROUGHLY:
            if len(_held) >= _MAX_TRUSTED:
                _held.clear()
            _held[at] = held + 1
            return
        self.count(by=1 + max(held, 0))
        _held[at] = _COUNTED

    def refusal(self) -> ResourceExhausted:
        """Return the error for who has reached the number."""
        return exhausted(self.message, self._hour_ends() - int(time.time()))

    def _key(self, part: int = 0) -> Key:
        hour = self._hour_ends() // HOUR
        return limit_key(self.scope, f"{digest(self.scope, self.network)}#{hour}" + (f"#{part}" if part else ""))

    def _hour_ends(self) -> int:
        turn = _turn(self.network)
        return (int(time.time()) - turn) // HOUR * HOUR + HOUR + turn


def _turn(network: str) -> int:
    """Return by how many seconds a network's hours begin after those on the clock."""
    return int(digest(network)[:4], 16) % HOUR


def limit_key(scope: str, name: str) -> Key:
    """Return the key of what is counted under a name in a scope."""
    return key("LIMITS_TABLE", limit_id=f"{scope}#{name}")


def exhausted(message: str, seconds: int) -> ResourceExhausted:
    """Return the error that says what happened, by `message`, and when to come back."""
    seconds = max(seconds, 1)
    amount, unit = (seconds, "second") if seconds < 120 else (-(-seconds // 60), "minute")  # noqa: PLR2004 (two minutes)
    return ResourceExhausted(f"{message} Try again in {amount} {unit}{'s' if amount > 1 else ''}.", retry_after=seconds)


_trusted: dict[tuple[str, str], float] = {}

_held: dict[Key, int] = {}
"""What this instance has not counted yet, by the counter; _COUNTED once it counts each."""
