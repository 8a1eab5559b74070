"""The template's tables in a DynamoDB engine."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.errors import StartError
from local.template.template import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def create_missing_tables(endpoint: str, tables: Iterable[Table]) -> None:
    """Create those tables that the engine at `endpoint` lacks; credentials and region come from the environment.

    Raises StartError when it does not answer, refuses, or has a table of another form.
    """
    try:
        client = _client(endpoint)
        existing = {name for page in client.get_paginator("list_tables").paginate() for name in page["TableNames"]}
        for table in tables:
            if table.name in existing:
                _compare(client, table, endpoint)
            else:
                _create(client, table)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise StartError(f"The DynamoDB engine at {endpoint} is of no use: {error}") from error


def _client(endpoint: str) -> "DynamoDBClient":
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2})
    client = botocore.session.get_session().create_client("dynamodb", endpoint_url=endpoint, config=config)
    return cast("DynamoDBClient", client)


def _create(client: "DynamoDBClient", table: Table) -> None:
    client.create_table(**table.create_arguments)
    client.get_waiter("table_exists").wait(TableName=table.name, WaiterConfig={"Delay": 1})
    if table.ttl_attribute:
        client.update_time_to_live(
            TableName=table.name, TimeToLiveSpecification={"Enabled": True, "AttributeName": table.ttl_attribute}
        )


def _compare(client: "DynamoDBClient", table: Table, endpoint: str) -> None:
    """Refuse a table that an older template.yaml made: requests to it would fail in ways that are hard to read."""
    found = client.describe_table(TableName=table.name)["Table"]
    wanted = table.create_arguments
    keys_differ = found["KeySchema"] != wanted["KeySchema"]
    if keys_differ or _indexes(found) != _indexes(wanted):
        raise StartError(
            f"The table {table.name} at {endpoint} is not as template.yaml has it: "
            "delete it, or the local store with `make clean`, or use a new folder with STATE_DIR=path."
        )


def _indexes(table: Mapping[str, Any]) -> set[str]:
    return {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", ())}
