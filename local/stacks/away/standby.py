"""`make standby STACK=… REGION=…`: a copy of all tables and keys in another region, which follows them from then on.

It writes the file by which `make switch` makes a stack of the copies: keep it where the region's end does not reach it.
It can be run again, and says how things are. END=1 takes the copies away. docs/regions.md is the page to follow.
"""

import os
import sys
from pathlib import Path

from local.errors import StackError
from local.stacks.asking import GO_ON, confirm, say, status_of, wait_for
from local.stacks.away.copying import (
    SECONDS,
    change_replica,
    copy_secrets,
    copy_tables,
    is_active,
    replicas_of,
    state_of,
)
from local.stacks.away.regions import Region, kept_file, lasting, moved, two_regions
from local.stacks.kept import SECRET, TABLE, Known, written


def stand_by(here: Region, there: Region, stack: str) -> Known:
    """Make the copies, wait until they are there, and give what `make recover` needs. Raises StackError."""
    known = _checked(here, there, stack)
    kept = lasting(known)
    copy_tables(here, there, [one.physical_id for one in kept if one.kind == TABLE])
    copy_secrets(here, there, [one for one in kept if one.kind == SECRET])
    return moved(known, here.name, there.name)


def end(here: Region, there: Region, stack: str, kinds: tuple[str, ...] = (TABLE, SECRET)) -> None:
    """Take the copies away, where no stack uses them. Raises StackError.

    `kinds` are the types of what is taken away, for a stand-in of AWS that cannot end the copies of all.
    """
    known = _checked(here, there, stack)
    if there.stack(stack):
        raise StackError(f"{stack} is in {there.name}, too: first `sam delete` it there.")
    for name in [one.physical_id for one in lasting(known) if one.kind == TABLE]:
        if there.name in replicas_of(here.clients.tables, name):
            there.clients.tables.update_table(TableName=name, DeletionProtectionEnabled=False)
            wait_for(lambda name=name: is_active(there.clients.tables, name), name, SECONDS)  # type: ignore[misc]
            change_replica(here, name, "Delete", there.name)
            wait_for(lambda name=name: not replicas_of(here.clients.tables, name), name, SECONDS)  # type: ignore[misc]
            say(f"gone  {name}")
    for one in lasting(known):
        if one.kind == SECRET and SECRET in kinds and state_of(here.clients.secrets, one.physical_id, there.name):
            here.clients.secrets.remove_regions_from_replication(
                SecretId=one.physical_id, RemoveReplicaRegions=[there.name]
            )
            say(f"gone  {one.logical_id}")


def _checked(here: Region, there: Region, stack: str) -> Known:
    known = here.stack(stack)
    if not known:
        raise StackError(f"{stack} is not in {here.name}: AWS_DEFAULT_REGION is to be the region that answers players.")
    if not here.answers(stack):
        raise StackError(f"{stack} answers nobody in {here.name}: the copies would be of what is old.")
    if there.answers(stack):
        raise StackError(f"{stack} answers in {there.name}, too. Only one may: `make switch READY=1` closes that one.")
    return known


def main() -> int:
    """Do what is asked for, and give the exit status."""
    return status_of(lambda: _copy_or_end(os.environ.get("STACK") or "symbolon"), GO_ON)


def _copy_or_end(stack: str) -> None:
    here, there = two_regions()
    if os.environ.get("END") == "1":
        confirm(f"The copies of {stack} in {there.name} are deleted; {here.name} stays as it is.", stack)
        end(here, there, stack)
        return
    file = kept_file(stack, there.name)
    Path(file).write_text(written(stand_by(here, there, stack)) + "\n", encoding="utf-8")
    say(f"{there.name} has all of it. Keep {file} outside of {here.name}: make switch needs it. It has no secret.")


if __name__ == "__main__":
    sys.exit(main())
