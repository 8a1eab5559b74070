"""The same with botocore's signer and urllib3: no service descriptions, no parsers, no retries of an SDK."""

import json
import os

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

region = os.environ["AWS_REGION"]
url = f"https://dynamodb.{region}.amazonaws.com/"
pool = urllib3.PoolManager(ca_certs=os.environ["AWS_CA_BUNDLE"])
credentials = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])


def handler(_event: object, _context: object) -> dict[str, object]:
    """Read an item."""
    body = json.dumps({"TableName": os.environ["TABLE"], "Key": {"user_id": {"S": "somebody"}}})
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.GetItem"}
    request = AWSRequest("POST", url, headers=headers, data=body)
    SigV4Auth(credentials, "dynamodb", region).add_auth(request)
    answer = pool.request("POST", url, body=body, headers=dict(request.headers))
    return {"statusCode": answer.status, "found": json.loads(answer.data)["Item"]}
