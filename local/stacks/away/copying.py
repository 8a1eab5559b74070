"""Copies of tables and secrets in another region: made, and whether they are there."""

from typing import Any

from local.errors import StackError
from local.stacks.asking import say, wait_for
from local.stacks.away.regions import Region
from local.stacks.kept import Kept

SECONDS = 24 * 3600
"""The longest that a copy of a large table may take."""


def copy_tables(here: Region, there: Region, names: list[str]) -> None:
    """Add a replica of each table, https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html."""
    for name in names:
        if there.name not in replicas_of(here.clients.tables, name):
            _stream(here.clients.tables, name)
            change_replica(here, name, "Create", there.name)
    for at, name in enumerate(names, 1):
        wait_for(lambda name=name: _is_copied(here, there, name), name, SECONDS)  # type: ignore[misc]
        _protect(here.clients.tables, there.clients.tables, name)
        say(f"{at:3} of {len(names)} tables  {name}")


def _protect(ours: Any, theirs: Any, name: str) -> None:  # noqa: ANN401 (botocore's)
    """Give a replica the backups and the protection of the table, which do not come with it."""
    if ours.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
        theirs.update_table(TableName=name, DeletionProtectionEnabled=True)
        wait_for(lambda: is_active(theirs, name), name, SECONDS)
    wait_for(lambda: _is_backed_up(theirs, name), name, SECONDS)


def _is_backed_up(theirs: Any, name: str) -> bool:  # noqa: ANN401
    """Ask for backups of a replica, which DynamoDB refuses while it is young, and tell whether it has them."""
    backups = {"PointInTimeRecoveryEnabled": True}
    try:
        theirs.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=backups)
    except theirs.exceptions.ContinuousBackupsUnavailableException:
        return False
    return True


def _stream(tables: Any, name: str) -> None:  # noqa: ANN401
    """Turn on the stream by which a table is copied, unless it is on for events."""
    stream = tables.describe_table(TableName=name)["Table"].get("StreamSpecification", {})
    if not stream.get("StreamEnabled"):
        wanted = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        tables.update_table(TableName=name, StreamSpecification=wanted)
        wait_for(lambda: is_active(tables, name), name, SECONDS)


def copy_secrets(here: Region, there: Region, kept: list[Kept]) -> None:
    """Replicate each secret, also over one that was a replica before it was promoted."""
    secrets = here.clients.secrets
    for at, one in enumerate(kept, 1):
        if not state_of(secrets, one.physical_id, there.name):
            regions = [{"Region": there.name}]
            secrets.replicate_secret_to_regions(
                SecretId=one.physical_id, AddReplicaRegions=regions, ForceOverwriteReplicaSecret=True
            )
        wait_for(lambda one=one: _is_in_sync(secrets, one, there.name), one.logical_id, SECONDS)  # type: ignore[misc]
        say(f"{at:3} of {len(kept)} secrets {one.logical_id}")


def _is_in_sync(secrets: Any, one: Kept, region: str) -> bool:  # noqa: ANN401
    state = state_of(secrets, one.physical_id, region)
    if state.get("Status") == "Failed":
        raise StackError(
            f"{one.logical_id} has no copy in {region}: {state.get('StatusMessage', 'no reason is given')}"
        )
    return state.get("Status") == "InSync"


def state_of(secrets: Any, arn: str, region: str) -> dict[str, str]:  # noqa: ANN401
    """Give what Secrets Manager says of a secret's copy in a region, nothing where there is none."""
    states: list[dict[str, str]] = secrets.describe_secret(SecretId=arn).get("ReplicationStatus", [])
    return next((one for one in states if one["Region"] == region), {})


def change_replica(here: Region, name: str, action: str, region: str) -> None:
    """Have DynamoDB create or delete a table's replica."""
    here.clients.tables.update_table(TableName=name, ReplicaUpdates=[{action: {"RegionName": region}}])


def _is_copied(here: Region, there: Region, name: str) -> bool:
    return replicas_of(here.clients.tables, name).get(there.name) == "ACTIVE" and is_active(there.clients.tables, name)


def replicas_of(tables: Any, name: str) -> dict[str, str]:  # noqa: ANN401
    """Give the state of a table's replicas by region."""
    found = tables.describe_table(TableName=name)["Table"].get("Replicas", [])
    return {one["RegionName"]: one.get("ReplicaStatus", "") for one in found}


def is_active(tables: Any, name: str) -> bool:  # noqa: ANN401
    """Tell whether a table can be changed."""
    return bool(tables.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")
