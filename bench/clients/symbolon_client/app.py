"""The same with the client of this project."""

import os

from symbolon.aws import signed


def handler(_event: object, _context: object) -> dict[str, object]:
    """Read an item."""
    content = {"TableName": os.environ["TABLE"], "Key": {"user_id": {"S": "somebody"}}}
    return {"statusCode": 200, "found": signed.post_json("dynamodb", "DynamoDB_20120810.GetItem", content)["Item"]}
