"""Guesses at a secret: admitted or refused, and counted, in one place for all that can be guessed.

    attempt = Attempt(of_user(user), network_of(address), settings.limits)
    permit = admit(attempt)           # raises ResourceExhausted, before anything is computed
    if is_wrong:
        permit.failed()               # raises ResourceExhausted where too many guesses came at once
        raise Unauthenticated(…)
    permit.succeeded()

The state (`guard`) of an account's secret is on the account's item, which was read anyway; that of any other is an item
of its own, also where no such account exists, so that nobody learns who does. Each step is one conditional write, made
from the state as it was read. A guess is counted before it is looked at, with one exception that costs no write: from
a network that the account knows and that has not failed lately, a guess is counted when it was wrong. Of such guesses
that run at the same moment, no more are told that they were wrong than the budget has.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key, Write
from symbolon.errors import ResourceExhausted, Unavailable
from symbolon.identities.users import User, user_key
from symbolon.limits.blind import BLIND
from symbolon.limits.counters import Counter, exhausted, limit_key
from symbolon.limits.guard import HOUR, Guard, Place
from symbolon.limits.networks import digest
from symbolon.settings.limits import Limits

FAILED = "GuessesFailed"
REFUSED = "GuessesRefused"
"""What an attempt becomes, as the metrics call it; one that was right is not noted."""

TOO_MANY = "Too many failed attempts."

Stored = dict[str, Any]

_ATTEMPTS = 12
_BY = "by"
"""Which guess was counted last: one whose count was written, and the answer to that lost, is not counted again."""

_AT_ONCE_SECONDS = 1


@dataclass(frozen=True)
class Ledger:
    """Where a secret's state is, and what was read of it; `name` goes into the names of its networks."""

    key: Key
    name: str
    stored: Stored
    is_account: bool = False


def of_user(user: User) -> Ledger:
    """Return the ledger of an account's password, without a read."""
    return Ledger(user_key(user.user_id), user.user_id, dict(user.guard), is_account=True)


def of_named(scope: str, subject: str) -> Ledger:
    """Return the ledger of any other secret: what kind it is, and whose. Reads one item. Raises Unavailable.

    For an account that does not exist, `subject` is what it was asked for by. Only a hash of it is stored.
    """
    at = limit_key(scope, digest(scope, subject))
    return Ledger(at, subject, (dynamodb.get(at) or {}).get("guard", {}))


@dataclass(frozen=True)
class Attempt:
    """An attempt at a secret from a network, see `networks.network_of`.

    `counter` counts the wrong guesses of that network at all secrets; None where the network is not the guesser's own.
    `row` names what is done by who has proved to be the owner, and so has failures apart from those of the network.
    What became of it is added to `events`.
    """

    ledger: Ledger
    network: str
    limits: Limits
    counter: Counter | None = None
    row: str = ""
    events: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The network's name in the ledger, which says no address."""
        return digest(self.ledger.name, self.network)

    @property
    def guard(self) -> Guard:
        """The state as it was read."""
        return Guard.of(self.ledger.stored)

    @property
    def place(self) -> Place:
        """Where the guess comes from."""
        return Place(self.row, is_known=True) if self.row else self.guard.place(self.name)

    @property
    def network_counter(self) -> Counter | None:
        """The counter that the guess goes into, None for guesses from where the account signed in before."""
        return self.counter if self.row or not self.place.is_known else None


class Permit:
    """The permission to look at one guess; tell it how the guess turned out."""

    def __init__(self, attempt: Attempt, written: Stored | None) -> None:
        """Take the state that counts the guess already, None where it was not counted."""
        self._attempt, self._written = attempt, written

    def failed(self) -> None:
        """Count the wrong guess where it was not yet; raises ResourceExhausted when it must not be told so."""
        with _noted(self._attempt):
            try:
                if self._written is None:
                    _take(self._attempt)
                if counter := self._attempt.network_counter:
                    counter.count()
            except Unavailable:
                BLIND.let_one_pass()
        self._attempt.events.append(FAILED)

    def succeeded(self) -> None:
        """Forget the network's failures, and know it from now on; no write where there is nothing to change."""
        ledger = self._attempt.ledger
        if self._written is None and (not ledger.is_account or self._attempt.name in self._attempt.guard.known):
            return
        with suppress(Unavailable):  # the secret was right, whatever can be written
            _settle(self._attempt, self._written)


def admit(attempt: Attempt) -> Permit:
    """Return the permission to look at a guess; raises ResourceExhausted, which says when the next may come."""
    with _noted(attempt):
        if wait := attempt.guard.wait(attempt.place, int(time.time()), attempt.limits):
            raise exhausted(TOO_MANY, wait)
        try:
            if counter := attempt.network_counter:
                counter.check()
            is_trusted = attempt.place.is_known and attempt.guard.is_clear(attempt.place)
            return Permit(attempt, None if is_trusted else _take(attempt))
        except Unavailable:
            BLIND.let_one_pass()
            return Permit(attempt, None)


@contextmanager
def _noted(attempt: Attempt) -> Iterator[None]:
    try:
        yield
    except ResourceExhausted:
        attempt.events.append(REFUSED)
        raise


def _take(attempt: Attempt) -> Stored:
    """Take one guess from the budget and return what was written.

    Raises ResourceExhausted when there is none left, or when others write all the time.
    """
    stored, now, mark = attempt.ledger.stored, int(time.time()), {_BY: secrets.token_hex(4)}
    for _ in range(_ATTEMPTS):
        guard = Guard.of(stored)
        if wait := guard.wait(attempt.place, now, attempt.limits):
            raise exhausted(TOO_MANY, wait)
        new = guard.guessed(attempt.place, now, attempt.limits).stored_at(now) | mark
        found = _write(attempt.ledger, stored, new)
        if found is None or found.get(_BY) == mark[_BY]:
            return new
        stored = found
    raise exhausted("Too many attempts at once.", _AT_ONCE_SECONDS)


def _settle(attempt: Attempt, written: Stored | None) -> None:
    stored: Stored | None = attempt.ledger.stored if written is None else written
    for _ in range(_ATTEMPTS):
        if stored is None:
            return
        guard = Guard.of(stored).succeeded(attempt.place, attempt.limits, was_counted=written is not None)
        if attempt.ledger.is_account:
            guard = guard.acquainted(attempt.name)
        stored = _write(attempt.ledger, stored, guard.stored_at(int(time.time())))


def _write(ledger: Ledger, old: Stored, new: Stored) -> Stored | None:
    """Replace the state: None when it was done, otherwise the one that somebody has written meanwhile."""
    sets = ["guard = :new"] if new else []
    values: Stored = ({":old": old} if old else {}) | ({":new": new} if new else {})
    condition = "guard = :old" if old else "attribute_not_exists(guard)"
    if ledger.is_account:
        condition = f"attribute_exists(user_id) AND {condition}"
    else:
        sets.append("expires_at = :expires")
        values[":expires"] = int(time.time()) + 2 * HOUR
    change = (f"SET {', '.join(sets)} " if sets else "") + ("" if new else "REMOVE guard")
    found = dynamodb.update(Write("Update", ledger.key, condition, change, values=values))
    return None if found is None else found.get("guard", {})
