"""`make standby STACK=… REGION=…`: a copy of all tables and keys in another region, which follows them from then on.

It writes the file by which `make switch` makes a stack of the copies: keep it where the region's end does not reach it.
It can be run again, and says how things are. END=1 takes the copies away. docs/regions.md is the page to follow.
"""

import os
import sys
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.errors import StackError
from local.stacks.asking import confirm, say, wait_for
from local.stacks.away.regions import Region, kept_file, lasting, moved, two_regions
from local.stacks.kept import SECRET, TABLE, Kept, Known, written

_SECONDS = 24 * 3600


def stand_by(here: Region, there: Region, stack: str) -> Known:
    """Make the copies, wait until they are there, and give what `make recover` needs. Raises StackError."""
    known = _checked(here, there, stack)
    kept = lasting(known)
    _copy_tables(here, there, [one.physical_id for one in kept if one.kind == TABLE])
    _copy_secrets(here, there, [one for one in kept if one.kind == SECRET])
    return moved(known, here.name, there.name)


def end(here: Region, there: Region, stack: str, kinds: tuple[str, ...] = (TABLE, SECRET)) -> None:
    """Take the copies away, where no stack uses them. Raises StackError.

    `kinds` are the types of what is taken away, for a stand-in of AWS that cannot end the copies of all.
    """
    known = _checked(here, there, stack)
    if there.stack(stack):
        raise StackError(f"{stack} is in {there.name}, too: first `sam delete` it there.")
    for name in [one.physical_id for one in lasting(known) if one.kind == TABLE]:
        if there.name in _replicas(here.clients.tables, name):
            there.clients.tables.update_table(TableName=name, DeletionProtectionEnabled=False)
            wait_for(lambda name=name: _is_active(there.clients.tables, name), name, _SECONDS)  # type: ignore[misc]
            _change(here, name, "Delete", there.name)
            wait_for(lambda name=name: not _replicas(here.clients.tables, name), name, _SECONDS)  # type: ignore[misc]
            say(f"gone  {name}")
    for one in lasting(known):
        if one.kind == SECRET and SECRET in kinds and _state(here.clients.secrets, one.physical_id, there.name):
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


def _copy_tables(here: Region, there: Region, names: list[str]) -> None:
    """Add a replica of each table, https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html."""
    for name in names:
        if there.name not in _replicas(here.clients.tables, name):
            _change(here, name, "Create", there.name)
    for at, name in enumerate(names, 1):
        wait_for(lambda name=name: _is_copied(here, there, name), name, _SECONDS)  # type: ignore[misc]
        _protect(here.clients.tables, there.clients.tables, name)
        say(f"{at:3} of {len(names)} tables  {name}")


def _protect(ours: Any, theirs: Any, name: str) -> None:  # noqa: ANN401 (botocore's)
    """Give a replica the backups and the protection of the table, which do not come with it."""
    if ours.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
        theirs.update_table(TableName=name, DeletionProtectionEnabled=True)
        wait_for(lambda: _is_active(theirs, name), name, _SECONDS)
    backups = {"PointInTimeRecoveryEnabled": True}
    theirs.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=backups)


def _copy_secrets(here: Region, there: Region, kept: list[Kept]) -> None:
    """Replicate each secret, also over one that was a replica before it was promoted."""
    secrets = here.clients.secrets
    for at, one in enumerate(kept, 1):
        if not _state(secrets, one.physical_id, there.name):
            regions = [{"Region": there.name}]
            secrets.replicate_secret_to_regions(
                SecretId=one.physical_id, AddReplicaRegions=regions, ForceOverwriteReplicaSecret=True
            )
        wait_for(lambda one=one: _is_in_sync(secrets, one, there.name), one.logical_id, _SECONDS)  # type: ignore[misc]
        say(f"{at:3} of {len(kept)} secrets {one.logical_id}")


def _is_in_sync(secrets: Any, one: Kept, region: str) -> bool:  # noqa: ANN401
    state = _state(secrets, one.physical_id, region)
    if state.get("Status") == "Failed":
        raise StackError(
            f"{one.logical_id} has no copy in {region}: {state.get('StatusMessage', 'no reason is given')}"
        )
    return state.get("Status") == "InSync"


def _state(secrets: Any, arn: str, region: str) -> dict[str, str]:  # noqa: ANN401
    states: list[dict[str, str]] = secrets.describe_secret(SecretId=arn).get("ReplicationStatus", [])
    return next((one for one in states if one["Region"] == region), {})


def _change(here: Region, name: str, action: str, region: str) -> None:
    here.clients.tables.update_table(TableName=name, ReplicaUpdates=[{action: {"RegionName": region}}])


def _is_copied(here: Region, there: Region, name: str) -> bool:
    return _replicas(here.clients.tables, name).get(there.name) == "ACTIVE" and _is_active(there.clients.tables, name)


def _replicas(tables: Any, name: str) -> dict[str, str]:  # noqa: ANN401
    found = tables.describe_table(TableName=name)["Table"].get("Replicas", [])
    return {one["RegionName"]: one.get("ReplicaStatus", "") for one in found}


def _is_active(tables: Any, name: str) -> bool:  # noqa: ANN401
    return bool(tables.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")


def main() -> int:
    """Do what is asked for, and give the exit status."""
    stack = os.environ.get("STACK") or "symbolon"
    try:
        here, there = two_regions()
        if os.environ.get("END") == "1":
            confirm(f"The copies of {stack} in {there.name} are deleted; {here.name} stays as it is.", stack)
            end(here, there, stack)
            return 0
        file = kept_file(stack, there.name)
        Path(file).write_text(written(stand_by(here, there, stack)) + "\n", encoding="utf-8")
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS refused; run the same command again to go on: {error}", file=sys.stderr)
        return 1
    say(f"{there.name} has all of it. Keep {file} outside of {here.name}: make switch needs it. It has no secret.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
