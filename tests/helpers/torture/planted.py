"""Faults planted in the product on purpose, to see that the simulation finds each of them, and after how many runs.

python -m tests.helpers.torture.planted SEED MOST tells it for all of them, as runs are drawn.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count, islice
from random import Random
from typing import Any

from local.torture.plan import FIRST, UNISONS, Plan
from local.torture.play.turn import PLAYS, WEIGHTS
from local.torture.run import Run
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Write


@dataclass(frozen=True)
class Planted:
    """A pattern in the condition, or in the update, of writes to a table, and what stands there instead.

    `groups` are the files of operations with which it is found soon.
    """

    table: str
    part: str
    instead: str = ""
    groups: tuple[str, ...] = ("linking",)

    def plans(self, seed: str) -> Iterator[Plan]:
        """Yield plans of crowds that do what the fault is about."""
        return (crowd(f"{seed}/{number}", *self.groups) for number in count())


_MAIL, _MERGES = ("recovering", "background"), ("linking", "merging")
_NOT_MERGED = r" AND attribute_not_exists\(merged_into\)"
_ALWAYS = "(attribute_exists(user_id) OR attribute_not_exists(user_id))"

FAULTS = {
    "an identity is given away": Planted("IDENTITIES_TABLE", r"attribute_not_exists\(user_id\)"),
    "one of two identities hangs": Planted("USERS_TABLE", r"attribute_not_exists\(links\.#place\) AND "),
    "the last identity goes": Planted("USERS_TABLE", r" AND size\(links\) > :one"),
    "a username is given away": Planted("USERNAMES_TABLE", r"attribute_not_exists\(user_id\)", "", ("accounts",)),
    "a deletion forgets a link": Planted("USERS_TABLE", " AND links = :links", "", ("accounts", "linking")),
    "a merge forgets a link": Planted("USERS_TABLE", "^links = :seen AND ", "", _MERGES),
    "a merge is undone by halves": Planted(
        "USERS_TABLE", "^links = :seen AND ", "", ("splitting", "merging", "linking")
    ),
    "a merged account gets a link": Planted("USERS_TABLE", _NOT_MERGED, "", _MERGES),
    "a code outlives its address": Planted("USERS_TABLE", r"^links\.email = :email", _ALWAYS, _MAIL),
    "a code is good twice": Planted("MAIL_TABLE", "^code = :code", "", _MAIL),
    "a ticket is good again": Planted(
        "PROOFS_TABLE", r"^\(attribute_not_exists\(first_used\) OR first_used >= :recently\)", "", ("showing_again",)
    ),
    "a code opens two sessions": Planted("PROOFS_TABLE", r" AND attribute_exists\(sealed\)", "", ("showing_again",)),
    "a code is exchanged after its use": Planted(
        "PROOFS_TABLE", r"^attribute_not_exists\(first_used\)$", "", ("showing_again",)
    ),
    "a list miscounts": Planted("USERS_TABLE", ", entries :entries", "", ("importing", "friends")),
    "somebody who is gone is befriended": Planted(
        "USERS_TABLE",
        r"^attribute_exists\(user_id\) AND attribute_not_exists\(merged_into\)",
        "",
        ("accounts", "friends"),
    ),
    "a callback acts twice": Planted(
        "PROOFS_TABLE", r"^attribute_not_exists\(proof\)", "", ("callbacks", "signing_in")
    ),
    "two answer a device": Planted("PROOFS_TABLE", r" AND attribute_not_exists\(answer\)", "", ("devices",)),
    "a device gets two sessions": Planted("PROOFS_TABLE", r" AND attribute_not_exists\(claim\)", "", ("devices",)),
    "a friendship is half": Planted("FRIENDS_TABLE", "#state = :was", "", ("friends",)),
    "a token has two successors": Planted(
        "SESSIONS_TABLE", r"(^attribute_not_exists\(rotation\)|^rotation = :rotation) AND ", "", ("sessions",)
    ),
    "a logout is forgotten": Planted("SESSIONS_TABLE", "session_revoked = ", "other = ", ("sessions",)),
    "a match is overfull": Planted("MATCHES_TABLE", r" AND size\(#(players|guests)\) < \S+", "", ("matches",)),
    "a match is prepared twice": Planted("MATCHES_TABLE", r" AND attribute_not_exists\(#session\)", "", ("matches",)),
}


def crowd(seed: str, *groups: str) -> Plan:
    """Give a plan in which all are at the same account at once, with operations of these files."""
    drawn = Plan.drawn(seed)
    names = [name for name, play in PLAYS.items() if play.__module__.rpartition(".")[2] in groups]
    kinds = {FIRST: 1.0, **{name: float(WEIGHTS[name]) for name in names}}
    unison = Random(seed).choice(UNISONS)  # noqa: S311 (no secret)
    return replace(drawn, players=4, length=12, kinds=kinds, focus=0.9, unison=unison, meets=True)


@contextmanager
def planted(fault: Planted) -> Iterator[None]:
    """Have all writes of the product made with the fault."""
    with through(lambda write: _changed(write, fault) if write.key.table == fault.table else write):
        yield


@contextmanager
def through(change: Callable[[Write], Write]) -> Iterator[None]:
    """Have each write of the product made as `change` gives it."""
    original = dynamodb._arguments  # noqa: SLF001 (the one place that all writes pass)
    dynamodb._arguments = lambda write: original(change(write))  # noqa: SLF001
    try:
        yield
    finally:
        dynamodb._arguments = original  # noqa: SLF001


def runs_until_found(plans: Iterable[Plan], most: int) -> int:
    """Give the number of the first run of these in which something is wrong, 0 where none is."""
    numbered = enumerate(islice(plans, most), 1)
    return next((number for number, plan in numbered if Run(plan).outcome().violations), 0)


def _changed(write: Write, fault: Planted) -> Write:
    condition = re.sub(fault.part, fault.instead, write.condition)
    update = re.sub(fault.part, fault.instead, write.update)
    used = set(re.findall(r"[#:]\w+", f"{condition} {update}"))
    return write._replace(
        condition=condition, update=update, names=_of(write.names, used), values=_of(write.values, used)
    )


def _of(named: Mapping[str, Any], used: set[str]) -> dict[str, Any]:
    return {name: value for name, value in named.items() if name in used}


def main(seed: str, most: int) -> None:
    """Tell of each fault after how many runs it is found."""
    for name, fault in FAULTS.items():
        with planted(fault):
            found = runs_until_found((Plan.drawn(f"{seed}/{number}") for number in count()), most)
            soon = runs_until_found(fault.plans(seed), most)
        sys.stdout.write(f"{name:30} {found or 'not'}, in crowds {soon or 'not'}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
