"""Copies of tables as they were at one second, which DynamoDB makes from its backups of the last 35 days.

They stand beside the tables under names of their own, so that nothing changes until somebody has looked at them.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/pointintimerecovery_howitworks.html
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from local.errors import StackError
from local.stacks.asking import say, wait_for

_SECONDS = 24 * 3600
_LONGEST_NAME = 255


def moment(text: str) -> datetime:
    """Read a time such as 2026-11-26T18:30:00Z. Raises StackError for one without its zone, or in the future."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise StackError(f"AT={text} is no time; write one as AT=2026-11-26T18:30:00Z.") from error
    if at.tzinfo is None:
        raise StackError(f"AT={text} has no zone; write a Z behind it for UTC.")
    if at > datetime.now(UTC):
        raise StackError(f"AT={text} is yet to come.")
    return at.astimezone(UTC).replace(microsecond=0)


def copy_name(table: str, at: datetime) -> str:
    """Give the name of a table's copy."""
    mark = f"-at-{at:%Y%m%dT%H%M%SZ}"
    return table[: _LONGEST_NAME - len(mark)] + mark


def check_window(tables: Any, names: Iterable[str], at: datetime) -> None:  # noqa: ANN401 (botocore's)
    """See that all tables can go back to that second. Raises StackError, which names the one that cannot."""
    for name in names:
        said = tables.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        window = said.get("PointInTimeRecoveryDescription", {})
        if window.get("PointInTimeRecoveryStatus") != "ENABLED":
            raise StackError(f"{name} has no backups to go back to.")
        first, last = window.get("EarliestRestorableDateTime"), window.get("LatestRestorableDateTime")
        if first and last and first < last and not first <= at <= last:
            raise StackError(
                f"{name} can go back to any second from {first:%F %T %Z} to {last:%F %T %Z}, and no other."
            )


def make_copies(tables: Any, names: Iterable[str], at: datetime) -> dict[str, str]:  # noqa: ANN401
    """Start what is not under way yet, wait until all are there, and give the copies' names by the tables'.

    DynamoDB takes minutes to hours; run again after a break, it goes on waiting. Raises StackError.
    """
    copies = {name: copy_name(name, at) for name in names}
    for name, copy in copies.items():
        if not _status(tables, copy):
            tables.restore_table_to_point_in_time(SourceTableName=name, TargetTableName=copy, RestoreDateTime=at)
    ready: set[str] = set()
    wait_for(lambda: _all_ready(tables, copies, ready), "Copying the tables", _SECONDS)
    return copies


def drop_copies(tables: Any, copies: Mapping[str, str]) -> None:  # noqa: ANN401
    """Delete the copies."""
    for copy in copies.values():
        tables.update_table(TableName=copy, DeletionProtectionEnabled=False)
        wait_for(lambda copy=copy: _status(tables, copy) == "ACTIVE", copy, _SECONDS)  # type: ignore[misc]
        tables.delete_table(TableName=copy)


def _all_ready(tables: Any, copies: Mapping[str, str], ready: set[str]) -> bool:  # noqa: ANN401
    for copy in copies.values():
        if copy not in ready and _status(tables, copy) == "ACTIVE":
            ready.add(copy)
            say(f"{len(ready):3} of {len(copies)} tables  {copy}")
    return len(ready) == len(copies)


def _status(tables: Any, name: str) -> str:  # noqa: ANN401
    try:
        return str(tables.describe_table(TableName=name)["Table"]["TableStatus"])
    except tables.exceptions.ResourceNotFoundException:
        return ""
