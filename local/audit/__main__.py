"""`make audit`: look at all tables, here or with STACK=name of a deployment, and with REPAIR=1 mend what can be mended.

Exit status: 0 where all is well, 1 where something was found, 2 where the tables could not be read.
READ_UNITS= is the most that it reads in a second, 0 for as fast as it goes; SEGMENTS= in how many parts at once.
"""

import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from threading import Lock

from tqdm import tqdm

from local.audit.audit import TABLES, Pace, Violation, audit
from local.errors import StartError
from local.moving.budget import Budget
from local.moving.target import target_of
from symbolon.aws import signed
from symbolon.aws.dynamodb import table_name
from symbolon.errors import SymbolonError

_DEPLOYED_UNITS = 500
_SEGMENTS = 4
_MOST_SEGMENTS = 64


@dataclass(frozen=True)
class Options:
    """What the environment says: see above."""

    repair: bool
    units_per_second: int
    segments: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Options":
        """Read them; raises StartError for what is no number."""
        units = _number(environment, "READ_UNITS", _DEPLOYED_UNITS if environment.get("STACK") else 0)
        segments = min(max(1, _number(environment, "SEGMENTS", _SEGMENTS)), _MOST_SEGMENTS)
        return cls(environment.get("REPAIR") == "1", units, segments)


def main() -> int:
    """Look, and give the exit status."""
    try:
        options = Options.of(os.environ)
        with target_of(os.environ) as target:
            found = _look(options, target.renew, target.description)
    except (StartError, SymbolonError) as error:
        print(getattr(error, "detail", "") or error, file=sys.stderr)
        return 2
    return 1 if found else 0


def _look(options: Options, renew: Callable[[], None], where: str) -> int:
    """Say what is found, and return how much that is."""
    budget, counts, one_at_a_time = Budget(options.units_per_second), Counter[str](), Lock()
    with closing(tqdm(total=_size(), desc="looking", unit=" items", disable=None, leave=False)) as progress:

        def seen(items: int) -> None:
            with one_at_a_time:
                counts["items"] += items
                progress.update(items)
                renew()

        pace = Pace(options.segments, spend=lambda units: budget.spend(math.ceil(units)), seen=seen)
        for violation in audit(pace, repair=options.repair):
            counts["found"] += 1
            counts["mended"] += violation.is_mended is True
            progress.clear()
            print("\n".join(told(violation)), flush=True)
    mended = f", {counts['mended']} of them mended" if options.repair else ""
    print(f"{counts['items']} items of {len(TABLES)} tables in {where}: {counts['found']} violations{mended}")
    return counts["found"]


def told(violation: Violation) -> Iterator[str]:
    """Yield the lines that tell of a violation."""
    finding = violation.finding
    yield f"account {finding.who or 'unknown'}: {finding.says}"
    yield f"    for the player  {finding.means}"
    if violation.is_mended:
        yield "    mended"
    elif violation.is_mended is False:
        yield "    not mended      It is still there after mending: look again, it may be changing right now."
    elif finding.mend:
        yield "    to do           REPAIR=1 mends it"
    else:
        yield f"    to do           By hand: {finding.by_hand}."


def _size() -> int | None:
    """Return about how many items there are, None where that is not told; DynamoDB counts them every few hours."""
    try:
        answers = [
            signed.post_json("dynamodb", "DynamoDB_20120810.DescribeTable", {"TableName": table_name(table)})
            for table in TABLES
        ]
    except signed.AwsError:
        return None
    return sum(answer["Table"].get("ItemCount", 0) for answer in answers) or None


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal():
        raise StartError(f"{name} must be a number, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
