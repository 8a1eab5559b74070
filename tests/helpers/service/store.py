"""A look into the tables behind the code's back."""

import uuid
from typing import TYPE_CHECKING, Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from moto.core.models import botocore_stubber

from tests.helpers.service.backends import MEMORY
from tests.helpers.service.lambdas import TEMPLATE

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from mypy_boto3_dynamodb import DynamoDBClient

_REGION = "us-east-1"
_BATCH = 25
_ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com"


class Store:
    """The template's tables under names of their own, made once for many tests."""

    def __init__(self, endpoint: str = "") -> None:
        """Create the tables in the engine at `endpoint`, or where AWS is answered."""
        self._endpoint, self._client = endpoint, dynamodb(endpoint)
        self._names = {table.logical_id: f"{uuid.uuid4()}-{table.logical_id}" for table in TEMPLATE.tables}
        self._written: set[str] = set()
        self._client.meta.events.register("before-parameter-build.dynamodb", self._note)
        for table in TEMPLATE.tables:
            self._client.create_table(**{**table.create_arguments, "TableName": self._names[table.logical_id]})

    def clear(self, touched: set[str]) -> None:
        """Delete all items; in a real engine of those tables only that are in `touched`, which they leave."""
        if not self._endpoint:
            MEMORY.clear()
            return
        for logical_id, name in self._names.items():
            if name in touched | self._written:
                self._write(name, [{"DeleteRequest": {"Key": key}} for key in self._keys(logical_id)])
        touched.difference_update(self._names.values())
        self._written.clear()

    def _note(self, params: dict[str, Any], model: "OperationModel", **_rest: object) -> None:
        if model.name != "Scan":
            self._written.update([params["TableName"]] if "TableName" in params else params["RequestItems"])

    def _keys(self, table: str) -> list[Any]:
        [definition] = [found for found in TEMPLATE.tables if found.logical_id == table]
        attributes = [part["AttributeName"] for part in definition.create_arguments["KeySchema"]]
        items = self._client.scan(TableName=self._names[table], AttributesToGet=attributes)["Items"]
        return [dict(item) for item in items]

    def environment(self) -> dict[str, str]:
        """Give the variables that name the tables to a function, for those that template.yaml names."""
        by_name = {table.name: self._names[table.logical_id] for table in TEMPLATE.tables}
        variables = {name: value for function in TEMPLATE.functions for name, value in function.environment.items()}
        return {name: by_name[value] for name, value in variables.items() if value in by_name}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Give all items of the table with this logical id."""
        read = TypeDeserializer().deserialize
        found = self._client.scan(TableName=self._names[table])["Items"]
        return [{name: read(value) for name, value in item.items()} for item in found]

    def owners(self) -> dict[str, str]:
        """Give whose each identity is, by user id."""
        return {row["identity"]: row["user_id"] for row in self.rows("IdentitiesTable")}

    def put(self, table: str, item: dict[str, Any]) -> None:
        """Write an item into the table with this logical id, whatever is there."""
        write = TypeSerializer().serialize
        self._client.put_item(TableName=self._names[table], Item={name: write(value) for name, value in item.items()})

    def user(self, user_id: str) -> dict[str, Any]:
        """Give the item of an account."""
        [item] = [row for row in self.rows("UsersTable") if row["user_id"] == user_id]
        return item

    def ban(self, user_id: str) -> None:
        """Disable an account, as an operator does."""
        self.set_user(user_id, disable_time="2026-03-10T05:16:23Z")

    def put_username(self, username: str, user_id: str) -> None:
        """Give a username to an account, as rows were before there was an index of them."""
        item = {"username": {"S": username}, "user_id": {"S": user_id}}
        self._client.put_item(TableName=self._names["UsernamesTable"], Item=item)

    def put_note(self, user_id: str) -> None:
        """Leave a note about an account."""
        item = {"user_id": {"S": f"{user_id}/notes"}, "entry": {"S": "0" * 18}, "text": {"S": "A note."}}
        self._client.put_item(TableName=self._names["RecordsTable"], Item=item)

    def drop_record(self, row: dict[str, Any]) -> None:
        """Delete an entry of the records, as its term does."""
        at = {name: {"S": row[name]} for name in ("user_id", "entry")}
        self._client.delete_item(TableName=self._names["RecordsTable"], Key=at)

    def put_identity(self, identity: str, user_id: str) -> None:
        """Give an identity to an account, as a provider does that has no part in the test."""
        item = {"identity": {"S": identity}, "user_id": {"S": user_id}}
        self._client.put_item(TableName=self._names["IdentitiesTable"], Item=item)

    def fill_devices(self, user_id: str, number: int) -> None:
        """Give an account devices until it has so many identities, quicker than its owner could."""
        links = self.user(user_id)["links"]
        devices = {f"device#device-number-{at}": f"device-number-{at}" for at in range(number - len(links))}
        items = [{"identity": {"S": identity}, "user_id": {"S": user_id}} for identity in devices]
        self._write(self._names["IdentitiesTable"], [{"PutRequest": {"Item": item}} for item in items])
        self._client.update_item(
            TableName=self._names["UsersTable"],
            Key={"user_id": {"S": user_id}},
            UpdateExpression="SET links = :links",
            ExpressionAttributeValues={":links": TypeSerializer().serialize(links | devices)},
        )

    def _write(self, table: str, requests: list[Any]) -> None:
        for at in range(0, len(requests), _BATCH):
            self._client.batch_write_item(RequestItems={table: requests[at : at + _BATCH]})

    def put_edge(self, user_id: str, friend_id: str, state: int) -> None:
        """Leave an edge from one user to another, as a crash or a restored table may."""
        item = {"user_id": {"S": user_id}, "friend_id": {"S": friend_id}, "state": {"N": str(state)}}
        item["update_time"] = {"S": "2026-03-10T05:16:23Z"}
        self._client.put_item(TableName=self._names["FriendsTable"], Item=item)

    def put_user_without_attributes(self, user_id: str, identity: str) -> None:
        """Make an account such as no code of ours would make."""
        self._client.put_item(TableName=self._names["UsersTable"], Item={"user_id": {"S": user_id}})
        self.put_identity(identity, user_id)

    def set_user(self, user_id: str, **attributes: object) -> None:
        """Set attributes of an account."""
        write = TypeSerializer().serialize
        self._client.update_item(
            TableName=self._names["UsersTable"],
            Key={"user_id": {"S": user_id}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
            ExpressionAttributeNames={f"#{name}": name for name in attributes},
            ExpressionAttributeValues={f":{name}": write(value) for name, value in attributes.items()},
        )


def dynamodb(endpoint: str) -> "DynamoDBClient":
    """Give a client of the engine at `endpoint`, or of the one in memory when it is empty."""
    client = boto3.client("dynamodb", region_name=_REGION, endpoint_url=endpoint or _ENDPOINT)
    if not endpoint:
        # Moto's, whose answer would be thrown away.
        client.meta.events.unregister("before-send", botocore_stubber)  # type: ignore[arg-type]
        client.meta.events.register_first("before-send.dynamodb", MEMORY.answer)  # type: ignore[arg-type] # its answer is taken
    return client
