"""Putting events on a bus of EventBridge: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html.

Events of one account, or of one session, leave in order: no request has two of them, and none follows one that failed.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from symbolon.aws import signed
from symbolon.aws.signed import AwsError
from symbolon.errors import Misconfigured, SymbolonError, Unavailable
from symbolon.events.changes import Event

SOURCE = "symbolon"
MAX_ENTRIES = 10

Told = tuple[str, Event]
"""An event, and the sequence number of the record that it was read off."""


class NotTold(Exception):
    """A bus did not take an event: `record` is the first record that has to be told again, with all after it."""

    def __init__(self, record: str, error: SymbolonError) -> None:
        super().__init__(record)
        self.record = record
        self.error = error


def tell(events: Iterable[Told], has_time: Callable[[], bool]) -> int:
    """Put the events on the bus, and return how many; `has_time` says whether there is time for another request.

    Raises NotTold at the first that the bus does not take, or that there is no time for.
    """
    number = 0
    for entries in _requests(events):
        try:
            if not has_time():
                raise Unavailable("There is no time left.", "events")
            refused = _put([event for _, event in entries])
        except SymbolonError as error:
            raise NotTold(entries[0][0], error) from error
        number += len(entries) - len(refused)
        if refused:
            raise NotTold(entries[min(refused)][0], Unavailable("EventBridge is too busy.", "events"))
    return number


def _requests(events: Iterable[Told]) -> Iterator[list[Told]]:
    """Yield the events in order, as many to a request as it takes, and of one account or session one at most."""
    waiting: list[Told] = []
    there: set[str] = set()
    for told in events:
        name = _whose(told[1])
        if name in there or len(waiting) == MAX_ENTRIES:
            yield waiting
            waiting, there = [], set()
        waiting.append(told)
        there.add(name)
    if waiting:
        yield waiting


def _whose(event: Event) -> str:
    return str(event.detail["account_id"] if event.detail["order"] == "account" else event.detail["session_id"])


def _put(events: Sequence[Event]) -> list[int]:
    """Return the places of those that the bus did not take. Raises Unavailable, Misconfigured."""
    try:
        answer = signed.post_json("events", "AWSEvents.PutEvents", {"Entries": [_entry(event) for event in events]})
    except AwsError as error:
        raise Misconfigured(f"EventBridge PutEvents: {error.code}") from error
    return [at for at, entry in enumerate(answer.get("Entries", [])) if "ErrorCode" in entry]


def _entry(event: Event) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "EventBusName": _bus(),
        "Source": SOURCE,
        "DetailType": event.type,
        "Time": event.time,
        "Detail": json.dumps(event.detail),
    }
    return entry | ({"Resources": [stack]} if (stack := os.environ.get("STACK")) else {})


def _bus() -> str:
    bus = os.environ.get("EVENT_BUS")
    if not bus:
        raise Misconfigured("EVENT_BUS is not set")
    return bus
