"""`make remove STACK=…`: a stack with all its tables and secrets; also what one that is deleted already left behind.

`make kept STACK=…` prints what there is, and changes nothing; what it prints, `make recover KEPT=file` reads.
"""

import os
import sys

from local.errors import StackError
from local.stacks.asking import GO_ON, confirm, say, status_of, table
from local.stacks.kept import TABLE, Known, find_stack, read_kept, written
from local.stacks.removing import Clients, remove_all


def main(arguments: list[str]) -> int:
    """Remove after a question, or with the argument `kept` only print; give the exit status."""
    stack, file = os.environ.get("STACK", ""), os.environ.get("KEPT", "")
    return status_of(lambda: _print_or_remove(stack, file, only_print=arguments == ["kept"]), GO_ON)


def _print_or_remove(stack: str, file: str, *, only_print: bool) -> None:
    clients = Clients.made()
    known = _known(clients, stack, file)
    if only_print:
        say(written(known))
        return
    say(table(_rows(clients, known)))
    confirm(f"All of this is deleted{', and the stack itself' if known.lives else ''}. Players lose it.", stack)
    remove_all(clients, stack, known)


def _known(clients: Clients, stack: str, file: str) -> Known:
    if not stack:
        raise StackError("Which stack? STACK=symbolon, for example. There is no default for what deletes.")
    return read_kept(file) if file else find_stack(clients.clouds, stack)


def _rows(clients: Clients, known: Known) -> list[tuple[str, ...]]:
    if not known.kept:
        raise StackError(f"{known.stack_id} has no table and no secret.")
    rows: list[tuple[str, ...]] = [("in the template", "in AWS", "items")]
    return rows + [
        (one.logical_id, one.physical_id, _items(clients, one.physical_id) if one.kind == TABLE else "-")
        for one in known.kept
    ]


def _items(clients: Clients, table_name: str) -> str:
    """Give how many items DynamoDB counted in the last six hours, or that there is no such table any more."""
    try:
        return f"{clients.tables.describe_table(TableName=table_name)['Table']['ItemCount']:,}"
    except clients.tables.exceptions.ResourceNotFoundException:
        return "gone"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
