"""The same with botocore alone: no sessions, resources and transfer managers of boto3."""

import os
from typing import Any

import botocore.session

client: Any = botocore.session.get_session().create_client("dynamodb")
table, key = os.environ["TABLE"], {"user_id": {"S": "somebody"}}


def handler(_event: object, _context: object) -> dict[str, object]:
    """Read an item."""
    return {"statusCode": 200, "found": client.get_item(TableName=table, Key=key)["Item"]}
