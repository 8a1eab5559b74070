"""The engine in memory and a real one, asked the same and compared: what they answer, in one form."""

import http.client
import json
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3

from local.torture.engine.engine import Engine
from local.torture.engine.errors import Refused
from local.torture.engine.values import stored
from symbolon.aws import signed

Json = dict[str, Any]
Answer = tuple[str, Json]
"""An error's code, "" for none, and those fields that must agree."""

_FIELDS = ("Item", "Items", "Attributes", "Responses", "CancellationReasons", "LastEvaluatedKey")
_TYPES = {"S", "N", "BOOL", "L", "M"}


class RealEngine:
    """An engine at a URL, with tables of its own."""

    def __init__(self, url: str, tables: Iterable[Mapping[str, Any]]) -> None:
        self._client = boto3.client("dynamodb", endpoint_url=url, region_name="us-east-1")
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        self._keys = {table["TableName"]: [part["AttributeName"] for part in table["KeySchema"]] for table in tables}
        for table in tables:
            self._client.create_table(**table)

    def clear(self) -> None:
        """Delete all items."""
        for table, names in self._keys.items():
            for item in self._client.scan(TableName=table)["Items"]:
                self._client.delete_item(TableName=table, Key={name: item[name] for name in names})

    def ask(self, operation: str, arguments: Json) -> Answer:
        """Make a request."""
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"DynamoDB_20120810.{operation}"}
        call = signed.Call("dynamodb", headers, json.dumps(arguments).encode())
        host = f"{self._connection.host}:{self._connection.port}"
        self._connection.request("POST", "/", call.body, signed.signed_headers(call, host, time.gmtime()))
        response = self._connection.getresponse()
        content = json.loads(response.read())
        return str(content.get("__type", "")).rpartition("#")[2], _shape(content)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def ask_memory(engine: Engine, operation: str, arguments: Json) -> Answer:
    """Make a request of the engine in memory."""
    try:
        return "", _shape(engine.call(operation, json.loads(json.dumps(arguments))))
    except Refused as refused:
        return refused.code, _shape(refused.fields)


def _shape(answer: Mapping[str, Any]) -> Json:
    """Give what must agree of an answer; the order of a batch's items, and wording, need not."""
    found: Json = {name: _plain(answer[name]) for name in _FIELDS if name in answer}
    for name, items in found.get("Responses", {}).items():
        found["Responses"][name] = sorted(items, key=json.dumps)
    reasons = found.get("CancellationReasons", [])
    shown = [{name: reason[name] for name in ("Code", "Item") if reason.get(name)} for reason in reasons]
    return found | ({"CancellationReasons": shown} if reasons else {})


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and value.keys() <= _TYPES:
        return stored(value)
    return {name: _plain(value[name]) for name in sorted(value)}
