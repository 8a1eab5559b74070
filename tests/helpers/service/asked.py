"""One request to AWS as it is sent: what is asked, who asks, and whether the role of who asks allows it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from local.template.cloudformation import load_document
from local.template.roles import Roles
from local.template.template import TEMPLATE

Json = dict[str, Any]
Answer = tuple[int, Json]


@dataclass(frozen=True)
class Asked:
    """One request, as it was sent; `connection` tells apart those over which requests came."""

    headers: Mapping[str, str]
    body: bytes
    connection: int = 0

    @property
    def service(self) -> str:
        """What was asked, in boto3's spelling."""
        prefix = self.headers["x-amz-target"].partition(".")[0]
        return {"secretsmanager": "secretsmanager", "AmazonSSM": "ssm", "AWSEvents": "events"}.get(prefix, "dynamodb")

    @property
    def operation(self) -> str:
        """What it was asked for."""
        return self.headers["x-amz-target"].rpartition(".")[2]

    @property
    def caller(self) -> str:
        """The function that asks, by its logical id, or "" for the test itself: see `local.gateway.handlers`."""
        return self.headers.get("x-amz-security-token", "")

    @property
    def content(self) -> Json:
        """The operation's arguments."""
        content: Json = json.loads(self.body)
        return content


def lacking(asked: Asked) -> str:
    """Give what the role of the function that asks does not allow, in words, or ""."""
    if not asked.caller or asked.service != "dynamodb":
        return ""
    missing = sorted(_roles().missing(asked.caller, asked.operation, asked.content))
    return f"{asked.caller} for {asked.operation}: {', '.join(map(' '.join, missing))}" if missing else ""


@cache
def _roles() -> Roles:
    return Roles(load_document(TEMPLATE))
