"""The usual way: boto3, a client made at the start, one GetItem for each request. What everything is compared with."""

import os

import boto3

client = boto3.client("dynamodb")
table, key = os.environ["TABLE"], {"user_id": {"S": "somebody"}}


def handler(_event: object, _context: object) -> dict[str, object]:
    """Read an item."""
    return {"statusCode": 200, "found": client.get_item(TableName=table, Key=key)["Item"]}
