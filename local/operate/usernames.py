"""`python -m local.operate.usernames --stack NAME`: lets usernames from before their index be found by their beginning.

Once after the deployment that brings the index, with the AWS credentials of whoever runs it. It reads the whole table
of usernames, slowly, and may be interrupted and run again: a row that has what the index needs is left alone.
"""

import sys
from argparse import ArgumentParser
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.errors import StartError
from symbolon.aws.attributes import dump
from symbolon.identities.usernames import username_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TABLE = "UsernamesTable"
_CONFIG = Config(connect_timeout=5, read_timeout=10, retries={"mode": "adaptive", "total_max_attempts": 8})


def main(arguments: list[str] | None = None) -> int:
    """Complete the rows of the stack that the command line names, say how many, and give the exit status."""
    parser = ArgumentParser(prog="python -m local.operate.usernames", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--stack", required=True, help="the CloudFormation stack of a deployment")
    parser.add_argument("--region", help="its AWS region, where your AWS configuration has another")
    asked = parser.parse_args(arguments)
    try:
        table = _table_of_stack(_client("cloudformation", asked.region), asked.stack)
        done = complete(_client("dynamodb", asked.region), table)
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"The stack {asked.stack} is out of reach: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    print(f"{done} usernames are in the index now that were not.")
    return 0


def complete(client: "DynamoDBClient", table: str) -> int:
    """Give each row of the table what the index needs, and return how many had not had it."""
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="attribute_not_exists(sort_name)",
        ProjectionExpression="username, user_id",
        PaginationConfig={"PageSize": 500},
    )
    return sum(_complete(client, table, item) for page in pages for item in page["Items"])


def _complete(client: "DynamoDBClient", table: str, item: Any) -> bool:  # noqa: ANN401 (an item as DynamoDB has it)
    wanted = username_item(item["username"]["S"], item["user_id"]["S"])
    try:
        client.update_item(
            TableName=table,
            Key={"username": item["username"]},
            UpdateExpression="SET shelf = :shelf, sort_name = :sort_name",
            ConditionExpression="user_id = :user_id",
            ExpressionAttributeValues=dump({f":{name}": text for name, text in wanted.items()}),
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False  # given up since, or another's, whose own write has brought it into the index
    return True


def _table_of_stack(client: Any, stack: str) -> str:  # noqa: ANN401 (botocore makes its clients from data)
    [found] = client.describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}
    if _TABLE not in outputs:
        raise StartError(f"The stack {stack} has no output {_TABLE}: deploy this version of it first.")
    return str(outputs[_TABLE])


def _client(service: str, region: str | None) -> Any:  # noqa: ANN401 (as above)
    return botocore.session.get_session().create_client(service, region_name=region, config=_CONFIG)


if __name__ == "__main__":
    sys.exit(main())
