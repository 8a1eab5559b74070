"""AWS behind the door: DynamoDB in memory, secrets, and asynchronous invocations, each for whose role allows it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from local.template.roles import Permission, needed
from local.torture.engine.engine import Engine
from local.torture.engine.errors import Refused
from local.torture.engine.writing import cancelled
from local.torture.world.deployment import API, SECRET_ARN, deployment

Json = dict[str, Any]

SECRETS: Mapping[str, str] = {
    "SessionKey": "the-session-key-of-the-simulation-0123456789",
    "RefreshKey": "the-refresh-key-of-the-simulation-0123456789",
    "HttpKey": "the-http-key-of-the-simulation-0123456789",
    "FacebookSecret": "the-app-secret-of-the-simulation",
    "InstantGameSecret": "the-app-secret-of-the-instant-game",
    "DiscordSecret": "the-client-secret-of-the-application",
    "SteamPublisherKey": "the-publisher-key-of-the-simulation",
    "PlayGamesSecret": "the-client-secret-of-the-simulation",
    "MailCodeKey": "the-key-of-codes-of-the-simulation-0123456789",
}
"""Those that have a value; the others are as the template makes them, empty."""

PUBLIC_KEYS = json.dumps({"keys": [], "issuer": API})
"""What the function keys leaves there, when the stack is made."""

_CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)
_SENDER = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailIdentity}"
_BUS = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBus}"
"""As the template has them."""

_THROTTLES = ("ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded")


@dataclass(frozen=True)
class Letter:
    """A letter that was sent: to an address, with a subject, and the code in it, "" where there is none."""

    address: str
    subject: str
    code: str


@dataclass
class Services:
    """The services, for functions, each with its role, and for "", who may do anything.

    `waiting` takes the asynchronous invocations: each the function's name and the event; `letters` what was mailed,
    and `told` the entries that EventBridge took, in order.
    """

    engine: Engine
    waiting: list[tuple[str, Json]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    told: list[Json] = field(default_factory=list)

    def answer(self, function: str, service: str, operation: str, asked: Json) -> Json:
        """Return the answer to what a function asks for; raises Refused."""
        if service == "dynamodb":
            missing = _missing(function, needed(operation, asked)) if function else ()
            if missing:
                raise Refused("AccessDeniedException", f"{function} may not {sorted(missing)}")
            return self.engine.call(operation, asked)
        if service == "secretsmanager":
            name = asked["SecretId"].removeprefix(SECRET_ARN)
            self._check(function, "secretsmanager:GetSecretValue", name)
            return {"SecretString": SECRETS.get(name, '""')}
        if service == "ssm":
            self._check(function, "ssm:GetParameter", deployment().parameters[asked["Name"]])
            return {"Parameter": {"Value": PUBLIC_KEYS}}
        if service == "events":
            self._check(function, "events:PutEvents", _BUS)
            self.told += asked["Entries"]
            return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in asked["Entries"]]}
        if service == "email":  # SES, by its host
            self._check(function, "ses:SendEmail", _SENDER)
            self.letters.append(_letter(asked))
            return {}
        self._check(function, "lambda:InvokeFunction", operation)
        self.waiting.append((operation, asked))
        return {}

    def refusal(self, kind: str, operation: str, asked: Json, number: int) -> Refused:
        """Return how DynamoDB says that it is too busy, or that another transaction has the item."""
        if kind == "throttled":
            return Refused(_THROTTLES[number % len(_THROTTLES)], "Slow down")
        if operation != "TransactWriteItems":
            return Refused("TransactionConflictException", "Transaction is ongoing for the item")
        # What a token stands for, once it was done, collides with nothing any more.
        if number % 4 == 0 or self.engine.has_done(asked.get("ClientRequestToken", "")):
            return Refused("TransactionInProgressException", "The transaction with the given token is in progress")
        reasons = [{"Code": "None"} for _ in asked["TransactItems"]]
        reasons[number % len(reasons)] = {"Code": "TransactionConflict", "Message": "Transaction is ongoing"}
        return cancelled(reasons)

    def some_of(self, function: str, asked: Json, most: int) -> Json:
        """Return the answer to a batch of which DynamoDB reads `most` keys of a table and leaves the others.

        Of events EventBridge leaves each so-manieth.
        """
        if "Entries" in asked:
            return self._some_events(function, asked["Entries"], most)
        requests: Json = asked["RequestItems"]
        read = {table: request | {"Keys": request["Keys"][:most]} for table, request in requests.items()}
        left = {table: request | {"Keys": request["Keys"][most:]} for table, request in requests.items()}
        answer = self.answer(function, "dynamodb", "BatchGetItem", asked | {"RequestItems": read})
        return answer | {"UnprocessedKeys": {table: request for table, request in left.items() if request["Keys"]}}

    def _some_events(self, function: str, entries: list[Json], most: int) -> Json:
        taken = [entry for at, entry in enumerate(entries, 1) if at % most]
        self.answer(function, "events", "PutEvents", {"Entries": taken})
        refused = {"ErrorCode": "ThrottlingException", "ErrorMessage": "Slow down"}
        answers = [{"EventId": "1"} if at % most else refused for at in range(1, len(entries) + 1)]
        return {"FailedEntryCount": len(entries) - len(taken), "Entries": answers}

    def _check(self, function: str, action: str, resource: str) -> None:
        if _missing(function, frozenset({Permission(action, resource)})):
            raise Refused("AccessDeniedException", f"{function} may not {action} {resource}")


def _letter(asked: Json) -> Letter:
    content = asked["Content"]["Simple"]
    found = _CODE.search(content["Body"]["Text"]["Data"])
    return Letter(asked["Destination"]["ToAddresses"][0], content["Subject"]["Data"], found[0] if found else "")


@cache
def _missing(function: str, wanted: frozenset[Permission]) -> frozenset[Permission]:
    return deployment().roles.lacks(function, wanted)


def written_out(refused: Refused) -> bytes:
    """Return the body of a refusal."""
    kind = f"com.amazonaws.dynamodb.v20120810#{refused.code}"
    return json.dumps({"__type": kind, "message": refused.message, **refused.fields}).encode()
