"""Faults planted in the product on purpose, to see that the simulation finds each of them, and after how many runs.

PYTHONHASHSEED=0 python -m tests.helpers.torture.planted NAME SEED MOST
"""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from local.torture.plan import Plan
from local.torture.run import Run
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Write


@dataclass(frozen=True)
class Planted:
    """A part of the condition, or of the update, of writes to a table, and what stands there instead."""

    table: str
    part: str
    instead: str = ""


FAULTS = {
    "an identity is given away": Planted("IDENTITIES_TABLE", "attribute_not_exists(user_id)"),
    "one of two identities hangs": Planted("USERS_TABLE", "attribute_not_exists(links.#place) AND "),
    "the last identity goes": Planted("USERS_TABLE", " AND size(links) > :one"),
    "a username is given away": Planted("USERNAMES_TABLE", "attribute_not_exists(user_id)"),
    "a deletion forgets a link": Planted("USERS_TABLE", " AND links = :links"),
    "a friendship is half": Planted("FRIENDS_TABLE", "#state = :was"),
    "a logout is forgotten": Planted(
        "SESSIONS_TABLE", "session_revoked = :session_revoked", "other = :session_revoked"
    ),
    "a match is overfull": Planted("MATCHES_TABLE", " AND size(#players) < #limit"),
    "a match is prepared twice": Planted("MATCHES_TABLE", " AND attribute_not_exists(#session)"),
}


@contextmanager
def planted(fault: Planted) -> Iterator[None]:
    """Have all writes of the product made with the fault."""
    original = dynamodb._arguments  # noqa: SLF001 (the one place that all writes pass)

    def arguments(write: Write) -> dict[str, Any]:
        return original(_changed(write, fault) if write.key.table == fault.table else write)

    dynamodb._arguments = arguments  # noqa: SLF001
    try:
        yield
    finally:
        dynamodb._arguments = original  # noqa: SLF001


def runs_until_found(fault: Planted, seed: str, most: int) -> int:
    """Give the number of the first run that finds the fault; raises AssertionError where none does."""
    with planted(fault):
        for number in range(most):
            if Run(Plan.drawn(f"{seed}/{number}")).outcome().violations:
                return number + 1
    raise AssertionError(f"not found in {most} runs")


def _changed(write: Write, fault: Planted) -> Write:
    condition = write.condition.replace(fault.part, fault.instead)
    update = write.update.replace(fault.part, fault.instead)
    used = set(re.findall(r"[#:]\w+", f"{condition} {update}"))
    return replace(
        write, condition=condition, update=update, names=_of(write.names, used), values=_of(write.values, used)
    )


def _of(named: Mapping[str, Any], used: set[str]) -> dict[str, Any]:
    return {name: value for name, value in named.items() if name in used}


if __name__ == "__main__":
    sys.stdout.write(f"{runs_until_found(FAULTS[sys.argv[1]], sys.argv[2], int(sys.argv[3]))}\n")
