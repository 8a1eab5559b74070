"""The tables and secrets of a stack, whether it lives or not, and the parameters that it had.

CloudFormation remembers a deleted stack for 90 days, by its id. What it left alone when it deleted the stack is in the
stack's events: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.errors import StackError

TABLE = "AWS::DynamoDB::Table"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 (a resource's type)
KEPT_TYPES = {TABLE: "TableName", SECRET: "Id"}
"""The types of what outlives a stack, with the name that a resource import gives to its id."""

_GONE = "DELETE_COMPLETE"
_EMPTY = "REVIEW_IN_PROGRESS"


@dataclass(frozen=True, order=True)
class Kept:
    """A table or a secret: its name in the template, its type, its name or ARN in AWS."""

    logical_id: str
    kind: str
    physical_id: str


@dataclass(frozen=True)
class Known:
    """A stack: its id, its state as CloudFormation has it, its parameters, its tables and secrets."""

    stack_id: str
    status: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()

    @property
    def lives(self) -> bool:
        """Tell whether there is such a stack, in whatever state."""
        return self.status not in (_GONE, _EMPTY)

    @property
    def server_key(self) -> str:
        """The key that clients show: the parameter, or what the template makes of the stack's id."""
        return self.parameters.get("ServerKey") or self.stack_id.rpartition("/")[2]

    def of_kind(self, kind: str) -> list[Kept]:
        """Give the kept resources of one type."""
        return [one for one in self.kept if one.kind == kind]


def find_stack(clouds: Any, stack: str) -> Known:  # noqa: ANN401 (botocore makes its clients from data)
    """Give the stack of this name, or else the one of this name that was deleted last.

    `clouds` is a client of CloudFormation. Raises StackError for a name that it has not heard of in 90 days.
    """
    found = _described(clouds, stack)
    if found and found["StackStatus"] not in (_GONE, _EMPTY):
        return _known(found, _living(clouds, stack))
    former = _deleted(clouds, stack)
    if not former:
        raise StackError(f"CloudFormation knows no stack {stack} here, nor one deleted in the last 90 days.")
    return _known(_described(clouds, former) or {}, _left_alone(clouds, former))


def read_kept(path: str) -> Known:
    """Give what `make kept` has written into a file. Raises StackError."""
    try:
        said = json.loads(Path(path).read_text(encoding="utf-8"))
        return Known(said["stack_id"], _GONE, said["parameters"], tuple(Kept(**one) for one in said["kept"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StackError(f"{path} is not what `make kept` writes: {error}") from error


def written(known: Known) -> str:
    """Give the text that `read_kept` reads. No secret is in it, only the names of secrets."""
    kept = [vars(one) for one in known.kept]
    return json.dumps({"stack_id": known.stack_id, "parameters": {**known.parameters}, "kept": kept}, indent=1)


def _described(clouds: Any, stack: str) -> dict[str, Any] | None:  # noqa: ANN401
    try:
        [found] = clouds.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    described: dict[str, Any] = found
    return described


def _deleted(clouds: Any, stack: str) -> str:  # noqa: ANN401
    pages = clouds.get_paginator("list_stacks").paginate(StackStatusFilter=[_GONE])
    found = [one for page in pages for one in page["StackSummaries"] if one["StackName"] == stack]
    return max(found, key=lambda one: one.get("DeletionTime") or one["CreationTime"])["StackId"] if found else ""


def _living(clouds: Any, stack: str) -> list[Kept]:  # noqa: ANN401
    pages = clouds.get_paginator("list_stack_resources").paginate(StackName=stack)
    return [_kept(one) for page in pages for one in page["StackResourceSummaries"] if _lasts(one)]


def _left_alone(clouds: Any, stack_id: str) -> list[Kept]:  # noqa: ANN401
    pages = clouds.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    events = [one for page in pages for one in page["StackEvents"] if one["ResourceStatus"] == "DELETE_SKIPPED"]
    return [_kept(one) for one in events if _lasts(one)]


def _lasts(resource: Mapping[str, Any]) -> bool:
    return resource["ResourceType"] in KEPT_TYPES and bool(resource.get("PhysicalResourceId"))


def _kept(resource: Mapping[str, Any]) -> Kept:
    return Kept(resource["LogicalResourceId"], resource["ResourceType"], resource["PhysicalResourceId"])


def _known(described: Mapping[str, Any], kept: list[Kept]) -> Known:
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in described.get("Parameters", [])}
    return Known(described["StackId"], described["StackStatus"], parameters, tuple(sorted({*kept})))
