"""Reading the records, the newest entries first: an account's, an operator's, or all."""

import heapq
import time
from dataclasses import dataclass
from itertools import islice
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, key
from symbolon.aws.queries import Span, query_span
from symbolon.errors import NotFound
from symbolon.identities.bans import rfc3339
from symbolon.records.entries import JOURNALS, entry_id, moment_at, parse_entry_id, seconds_of

_TOLD = ("before", "after", "reason", "undoes")
_AFTER_ALL = "g"
"""Greater than the moment of any entry."""


@dataclass(frozen=True)
class Inquiry:
    """Which entries: about an account, by an operator (each "" for all), from a time on (seconds since 1970)."""

    user_id: str = ""
    operator: str = ""
    since: float = 0.0

    def concerns(self, item: Item) -> bool:
        """Tell whether an entry is among them, its term not having passed."""
        return self.operator in ("", item.get("operator")) and item.get("expires_at", 0) > time.time()


@dataclass(frozen=True)
class Entries:
    """A part of the entries, and the moment before which to go on, "" at the end."""

    items: list[Item]
    last: str


def entries(inquiry: Inquiry, before: str, most: int) -> Entries:
    """Return up to `most` entries from before the moment `before`, "" being the present.

    An account's are read consistently; others by an index, which follows with a short delay.
    """
    least, greatest = moment_at(inquiry.since), before or _AFTER_ALL
    spans = [
        Span(partition, "entry", least, greatest, index, descending=True) for partition, index in _partitions(inquiry)
    ]
    lists = [[item for item in query_span(span, most + 2) if item["entry"] != before] for span in spans]
    found = list(islice(heapq.merge(*lists, key=lambda item: str(item["entry"]), reverse=True), most + 1))
    page = found[:most]
    return Entries([item for item in page if inquiry.concerns(item)], page[-1]["entry"] if len(found) > most else "")


def get_entry(name: str) -> Item:
    """Return the entry with this name; raises NotFound."""
    at = parse_entry_id(name)
    item = dynamodb.get(at) if at else None
    if item is None or item["expires_at"] <= time.time():
        raise NotFound("Entry not found.")
    return item


def entry_body(item: Item) -> dict[str, Any]:
    """Return an entry as operators see it: nothing of what an undo needs besides."""
    source = {"source": item["source"]} if "source" in item else {}
    return {
        "entry": entry_id(item),
        "time": rfc3339(seconds_of(item["entry"])),
        "user_id": item["user_id"],
        "action": item["action"],
        "by": {**item["by"], **source},
        **{name: item[name] for name in _TOLD if name in item},
    }


def _partitions(inquiry: Inquiry) -> list[tuple[Key, str]]:
    if inquiry.user_id:
        return [(key("RECORDS_TABLE", user_id=inquiry.user_id), "")]
    if inquiry.operator:
        return [(key("RECORDS_TABLE", operator=inquiry.operator), "Operator")]
    return [(key("RECORDS_TABLE", journal=journal), "Journal") for journal in JOURNALS]
