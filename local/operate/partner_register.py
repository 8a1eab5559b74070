"""The register of partners, and of game servers with keys of their own: their items, as an operator changes them.

Functions only read it.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.errors import StartError
from symbolon.api.validation import has_control, is_byte_length, is_user_id
from symbolon.aws.attributes import dump, load
from symbolon.partners.partners import MAX_SECRETS, SERVER, Partner, hash_secret, is_client_id

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ATTEMPTS = 5


@dataclass(frozen=True)
class Issued:
    """A secret just made, in the only moment in which it can be read."""

    client_id: str
    secret: str = field(repr=False)
    is_server: bool = False

    @property
    def key(self) -> str:
        """What a game server shows, in one text."""
        return f"{self.client_id}.{self.secret}"


@dataclass(frozen=True)
class Entry:
    """A partner, and when each of its secrets was made, the newest first (RFC 3339, UTC)."""

    partner: Partner
    created: tuple[str, ...]


class Register:
    """The partners in one table. Every method may raise botocore's exceptions, and StartError for what is wrong."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, name: str) -> Issued:
        """Add a partner under a new client id. Its name, 1-128 bytes, is shown to it and need not be unique."""
        return self._added(name, {})

    def add_server(self, name: str, operators: Sequence[str]) -> Issued:
        """Add a game server that may register for these operators, ids of users, of whom the first is the default."""
        if not all(map(is_user_id, operators)):
            raise StartError("An operator is named by the id of a user.")
        return self._added(name, {"kind": SERVER, "operators": [operator.lower() for operator in operators]})

    def _added(self, name: str, more: Mapping[str, Any]) -> Issued:
        if has_control(name) or not is_byte_length(name, 1, 128):
            raise StartError("A partner's name has 1 to 128 bytes and no control characters.")
        for _ in range(_ATTEMPTS):
            client_id = str(10**9 + secrets.randbelow(9 * 10**9))
            secret, stored = _new_secret()
            item = {"client_id": client_id, "name": name, "secrets": [stored], "enabled": True, **more}
            try:
                self._client.put_item(
                    TableName=self._table, Item=dump(item), ConditionExpression="attribute_not_exists(client_id)"
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                continue
            return Issued(client_id, secret, is_server=bool(more))
        raise StartError("No free client id was found.")

    def rotate(self, client_id: str) -> Issued:
        """Give the partner a new secret; the newest of its former ones stays good beside it."""
        item = self._item(client_id)
        known = item["secrets"]
        secret, stored = _new_secret()
        self._replace_secrets(client_id, known, [stored, *known][:MAX_SECRETS])
        return Issued(client_id, secret, is_server=item.get("kind") == SERVER)

    def retire(self, client_id: str) -> None:
        """Leave the partner with its newest secret alone."""
        known = self._item(client_id)["secrets"]
        self._replace_secrets(client_id, known, known[:1])

    def set_enabled(self, client_id: str, *, enabled: bool) -> bool:
        """Let the partner start sessions, or not; its users' accounts and sessions are not touched.

        Returns whether it is a game server.
        """
        is_server = self._item(client_id).get("kind") == SERVER
        self._update(client_id, "SET enabled = :new", {":new": enabled}, "attribute_exists(client_id)")
        return is_server

    def entries(self) -> list[Entry]:
        """Return all partners by name."""
        pages = self._client.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True)
        items = [load(item) for page in pages for item in page["Items"]]
        found = [Entry(Partner.from_item(one), tuple(secret["created"] for secret in one["secrets"])) for one in items]
        return sorted(found, key=lambda entry: (entry.partner.name, entry.partner.client_id))

    def _item(self, client_id: str) -> dict[str, Any]:
        if is_client_id(client_id):
            answer = self._client.get_item(
                TableName=self._table, Key=dump({"client_id": client_id}), ConsistentRead=True
            )
            if "Item" in answer:
                return load(answer["Item"])
        raise StartError(f"There is no partner with the client id {client_id!r}.")

    def _replace_secrets(self, client_id: str, known: list[Any], new: list[Any]) -> None:
        self._update(client_id, "SET secrets = :new", {":new": new, ":known": known}, "secrets = :known")

    def _update(self, client_id: str, change: str, values: Mapping[str, Any], condition: str) -> None:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=dump({"client_id": client_id}),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=dump(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise StartError("Somebody else changed the partner at the same moment: look, and try again.") from error


def _new_secret() -> tuple[str, dict[str, str]]:
    """Return a new secret of 256 random bits, and what is stored of it."""
    secret = secrets.token_urlsafe(32)
    return secret, {"created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "hash": hash_secret(secret)}
