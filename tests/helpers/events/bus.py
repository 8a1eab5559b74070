"""A bus of EventBridge and the streams that lead to it: the function `events` between them, as Lambda calls it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from local.contract.events import FOLDER
from local.torture.engine.streams import Streams
from tests.helpers.service.aws import Aws
from tests.helpers.service.backends import MEMORY
from tests.helpers.service.lambdas import handler_of
from tests.helpers.watch.contract import HAS_SCHEMAS

if HAS_SCHEMAS:
    import jsonschema

Json = dict[str, Any]


@dataclass
class Bus:
    """What the bus was told, each event as its receivers get it: {source, detail-type, detail, …}."""

    aws: Aws
    streams: Streams = field(default_factory=lambda: Streams({"UsersTable", "SessionsTable"}))
    taken: list[Json] = field(default_factory=list)
    _seen: int = 0

    def deliver(self) -> list[Json]:
        """Hand all changes to the function, and give the events that it told of."""
        failed = self.hand_over(self.streams.taken(1000))
        assert failed == []
        return self.told()

    def hand_over(self, records: list[Json]) -> list[str]:
        """Hand records to the function; give the sequence numbers from which on it wants them again."""
        answer = handler_of("EventsFunction")({"Records": json.loads(json.dumps(records))}, None)
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    def told(self) -> list[Json]:
        """Give the events since this was last asked for, also those that the bus refused."""
        asked, self._seen = self.aws.asked[self._seen :], len(self.aws.asked)
        entries = [entry for one in asked if one.operation == "PutEvents" for entry in one.content["Entries"]]
        events = [received(entry) for entry in entries]
        for event in events:
            compare(event)
        return events


def compare(event: Json) -> None:
    """Assert that an event is as its schema has it, where there is what reads schemas."""
    if HAS_SCHEMAS:
        found = list(_validator(event["detail-type"]).iter_errors(event))
        assert not found, found


@cache
def _validator(kind: str) -> Any:  # noqa: ANN401 (a library that need not be there)
    document = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    schema = {**document, "$ref": "#/components/schemas/AWSEvent"}
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def received(entry: Mapping[str, Any]) -> Json:
    """Give an entry of PutEvents as a rule's target receives it."""
    return {
        "version": "0",
        "id": "7bf73129-1428-4cd3-a780-95db273d1602",
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": "123456789012",
        "time": "2026-03-10T05:16:23Z",
        "region": "us-east-1",
        "resources": entry.get("Resources", []),
        "detail": json.loads(entry["Detail"]),
    }


@contextmanager
def telling(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    """Have changes noted from now on, and give the bus that hears of them."""
    bus = Bus(aws)
    monkeypatch.setenv("AWS_ENDPOINT_URL_EVENTS", aws.url)
    monkeypatch.setenv("EVENT_BUS", "players")
    monkeypatch.setenv("STACK", "arn:aws:cloudformation:us-east-1:123456789012:stack/symbolon/1")
    with MEMORY.noting(bus.streams.note):
        yield bus
