"""A stack taken away with all that outlives one."""

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local.errors import StackError
from local.stacks.asking import say, wait_for
from local.stacks.kept import SECRET, TABLE, Known

_SECONDS = 3600
_NOT_THERE = ("ResourceNotFoundException", "InvalidRequestException")  # the second: a secret that is being deleted


@dataclass(frozen=True)
class Clients:
    """Clients of CloudFormation, DynamoDB, Secrets Manager and Lambda."""

    clouds: Any
    tables: Any
    secrets: Any
    lambdas: Any

    @classmethod
    def made(cls) -> "Clients":
        """Make them with the credentials and the region that AWS's own settings name."""
        return cls(*(boto3.client(service) for service in ("cloudformation", "dynamodb", "secretsmanager", "lambda")))


def remove_all(clients: Clients, stack: str, known: Known, *, never_used: bool = False) -> None:
    """Delete the stack, if it lives, then each table and secret. It can be run again. Raises StackError.

    Secrets can be restored for 30 days, unless they were `never_used`; DynamoDB keeps a backup of each table for 35.
    """
    for one in known.of_kind(TABLE):
        _unprotect(clients.tables, one.physical_id)
    if known.lives:
        _delete_stack(clients.clouds, stack)
        say(f"deleted the stack {stack}")
    for one in known.of_kind(TABLE):
        if _is_there(clients.tables.delete_table, TableName=one.physical_id):
            say(f"deleted the table {one.physical_id}")
    term = {"ForceDeleteWithoutRecovery": True} if never_used else {"RecoveryWindowInDays": 30}
    for one in known.of_kind(SECRET):
        if _is_there(clients.secrets.delete_secret, SecretId=one.physical_id, **term):
            say(f"deleted the secret {one.physical_id}")


def _unprotect(tables: Any, name: str) -> None:  # noqa: ANN401
    if _is_there(tables.update_table, TableName=name, DeletionProtectionEnabled=False):
        described = tables.describe_table
        wait_for(lambda: described(TableName=name)["Table"]["TableStatus"] == "ACTIVE", name, _SECONDS)


def _delete_stack(clouds: Any, stack: str) -> None:  # noqa: ANN401
    stack_id = clouds.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    clouds.delete_stack(StackName=stack)

    def status() -> str:
        return str(clouds.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])

    wait_for(lambda: status() != "DELETE_IN_PROGRESS", f"Deleting {stack}", _SECONDS)
    if status() != "DELETE_COMPLETE":
        raise StackError(f"The stack {stack} is {status()}; its events say why. No table and no secret was deleted.")


def _is_there(ask: Any, **arguments: Any) -> bool:  # noqa: ANN401
    """Ask for something to be done, and tell whether there was anything to do it to."""
    try:
        ask(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_THERE:
            return False
        raise
    return True
