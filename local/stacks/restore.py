"""`make restore STACK=… AT=2026-11-26T18:30:00Z`: all tables of a stack as they were at one second.

Copies of that second are made beside the tables, and audited. After a question, while the functions answer nobody, the
tables become what the copies are; API, host, keys and names stay. docs/lost.md is the page to follow.

    KEEP=1      leaves the copies
    AUDIT=0     lets the copies take over unaudited
    REOPEN=1    only lets the functions answer again, after a run that was given up
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from local.errors import StackError
from local.stacks.asking import confirm, say
from local.stacks.auditing import audit_copies
from local.stacks.closing import LONGEST_SECONDS, close, functions, reopen
from local.stacks.copies import check_window, drop_copies, make_copies, moment
from local.stacks.kept import TABLE, find_stack
from local.stacks.removing import Clients
from local.stacks.rewinding import Change, rewind

_AT_ONCE = 6
_TOLD_EVERY = 10_000


@dataclass(frozen=True)
class Restoration:
    """A stack, the second to which its tables go back, and for how long functions are closed before that begins."""

    clients: Clients
    stack: str
    at: datetime
    closed_seconds: float = LONGEST_SECONDS


def restore(asked: Restoration, *, keep: bool = False) -> dict[str, Change]:
    """Do all of it, and give what changed by table. Raises StackError, and says what state it leaves."""
    known = find_stack(asked.clients.clouds, asked.stack)
    if not known.lives:
        raise StackError(f"{asked.stack} is deleted. First `make recover STACK={asked.stack}`, then `make deploy`.")
    names = [one.physical_id for one in known.of_kind(TABLE)]
    check_window(asked.clients.tables, names, asked.at)
    copies = make_copies(asked.clients.tables, names, asked.at)
    audit_copies(asked.stack, copies)
    confirm(f"What players did after {asked.at:%F %T} UTC is undone. Nobody is answered meanwhile.", asked.stack)
    changes = _take_over(asked, copies)
    if not keep:
        drop_copies(asked.clients.tables, copies)
    return changes


def _take_over(asked: Restoration, copies: dict[str, str]) -> dict[str, Change]:
    lambdas, names = asked.clients.lambdas, functions(asked.clients.clouds, asked.stack)
    close(lambdas, names, asked.closed_seconds)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        begun = {table: pool.submit(_rewound, asked.clients, table, copy) for table, copy in copies.items()}
    changes = {table: one.result() for table, one in begun.items()}
    reopen(lambdas, names)
    return changes


def _rewound(clients: Clients, table: str, copy: str) -> Change:
    told = 0

    def progress(change: Change) -> None:
        nonlocal told
        if (done := change.put + change.deleted) - told >= _TOLD_EVERY:
            told = done
            say(f"{table}: {done:,} items so far")

    change = rewind(clients.tables, table, copy, progress)
    say(f"{table}: {change.put:,} items put back, {change.deleted:,} gone that came later")
    return change


def main() -> int:
    """Restore, or reopen, and give the exit status."""
    stack, clients = os.environ.get("STACK") or "symbolon", Clients.made()
    try:
        if os.environ.get("REOPEN") == "1":
            reopen(clients.lambdas, functions(clients.clouds, stack))
        else:
            restore(Restoration(clients, stack, moment(os.environ.get("AT", ""))), keep=os.environ.get("KEEP") == "1")
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError, KeyboardInterrupt) as error:
        print(f"Broken off: {error!r}. Run the same command again to go on, REOPEN=1 to give up.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
