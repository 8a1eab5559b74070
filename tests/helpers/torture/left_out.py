"""Each part of the conditions of writes is left out by turns, to see which of them the simulation misses.

python -m tests.helpers.torture.left_out SEED RUNS tells after how many crowds that make such a write each is found, and
which are not among so many; OF=2/3 does the second of three parts, so that several processes share the work.
"""

import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import cycle, islice

from local.torture.plan import Plan
from local.torture.play.all_plays import FILES
from local.torture.run import Run
from symbolon.aws.dynamodb import Write
from tests.helpers.torture.planted import Planted, crowd, planted, runs_until_found, through

_LOOKED_AT = 25
"""Crowds of each file of operations in which is seen what they write."""

Condition = tuple[str, str]
"""A table, and a condition or a part of one."""


def conditions(seed: str) -> dict[Condition, set[str]]:
    """Give all conditions that are met, and the files of operations that meet them."""
    found = defaultdict[Condition, set[str]](set)
    for group in (file.__name__.rpartition(".")[2] for file in FILES):

        def noted(write: Write, group: str = group) -> Write:
            found[write.key.table, write.condition].add(group)
            return write

        with through(noted):
            for number in range(_LOOKED_AT):
                Run(crowd(f"{seed}/{number}", group, "linking")).outcome()
    return found


def parts(conditions: Mapping[Condition, set[str]]) -> dict[Condition, set[str]]:
    """Give all parts of these conditions, with their tables, and the files of operations that meet them."""
    found = defaultdict[Condition, set[str]](set)
    for (table, condition), groups in conditions.items():
        for part in filter(None, _parts(condition)):
            found[table, part] |= groups
    return found


def left_out(table: str, part: str) -> Planted:
    """Give the fault that this part is in no condition of a write to the table."""
    said = re.escape(part)
    return Planted(table, f"^{said}$|^{said} AND | AND {said}(?= AND |$)")


def plans(seed: str, groups: set[str]) -> Iterator[Plan]:
    """Yield plans of crowds that do what one of these files of operations has, and link; each file by turns."""
    return (crowd(f"{seed}/{number}", group, "linking") for number, group in enumerate(cycle(sorted(groups))))


def _parts(condition: str) -> list[str]:
    """Split at each AND that is in no bracket."""
    parts, depth = [""], 0
    for token in re.split(r"( AND |[()])", condition):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == " AND " and not depth:
            parts.append("")
        else:
            parts[-1] += token
    return parts


def main(seed: str, runs: int, share: str) -> None:
    """Tell of each part after how many runs it is found that it is not there."""
    number, of = map(int, share.split("/"))
    found = parts(conditions(seed))
    for at in islice(sorted(found), number - 1, None, of):
        with planted(left_out(*at)):
            soon = runs_until_found(plans(seed, found[at]), runs)
        sys.stdout.write(f"{soon or 'not':>4}  {': '.join(at)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), os.environ.get("OF", "1/1"))
