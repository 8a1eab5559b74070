"""AWS as moto has it, without the roles of functions, since commands run with an operator's own credentials."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from local.stacks import asking
from local.stacks.removing import Clients

REGION = "eu-west-3"
"""Where no other test is."""

Item = dict[str, Any]
MakeTable = Callable[..., str]


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    """Give clients of an empty account, which answers at once."""
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0)
    monkeypatch.setenv("YES", "1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # another test's reads the environment that it had
    for service in ("DYNAMODB", "SECRETSMANAGER", "SECRETS_MANAGER", "SSM"):
        monkeypatch.delenv(f"AWS_ENDPOINT_URL_{service}", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("STACK", raising=False)
    with mock_aws():
        for service in ("cloudformation", "dynamodb", "secretsmanager"):
            get_backend(service)[DEFAULT_ACCOUNT_ID][REGION].reset()  # type: ignore[call-overload]
        yield Clients.made()


@pytest.fixture
def make_table(clients: Clients) -> MakeTable:
    """Give what makes a table of these items, with backups, and gives its name."""

    def made(name: str, items: list[Item], *keys: str) -> str:
        keys = keys or ("id",)
        schema = [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]
        kinds = [{"AttributeName": key, "AttributeType": "S"} for key in keys]
        arguments = {"KeySchema": schema, "AttributeDefinitions": kinds, "BillingMode": "PAY_PER_REQUEST"}
        clients.tables.create_table(TableName=name, DeletionProtectionEnabled=True, **arguments)
        backups = {"PointInTimeRecoveryEnabled": True}
        clients.tables.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=backups)
        table = boto3.resource("dynamodb").Table(name)
        for item in items:
            table.put_item(Item=item)
        return name

    return made
