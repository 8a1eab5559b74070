"""What is remembered of addresses to which letters go: by a hash, so that a stolen table has no list of addresses.

The table has a partition for each address. Its rows are codes that are waiting (`recovery.codes`), and a row `dead`
once its mail came back for good, or was complained about.
"""

import hashlib
import time
from collections.abc import Iterable

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, Write, key
from symbolon.aws.queries import Span, query_span

DEAD = "dead"
MAX_ROWS = 1000
"""Of one kind."""


def slot_key(address: str, slot: str) -> Key:
    """Return the key of one row of an address."""
    return key("MAIL_TABLE", address=address_digest(address), slot=slot)


def rows_of(address: str, kinds: Iterable[str]) -> dict[str, Item]:
    """Return the rows of an address that are of these kinds, by their slots; those whose time has passed are left out.

    A kind is read by itself: of codes for a change to this address anybody may have many put down.
    """
    now, partition = time.time(), key("MAIL_TABLE", address=address_digest(address))
    spans = (Span(partition, "slot", kind, f"{kind}$") for kind in kinds)  # "$" comes after the "#" of slots
    rows = [row for span in spans for row in query_span(span, MAX_ROWS)]
    return {row["slot"]: row for row in rows if row.get("expires_at", now + 1) > now}


def bury(address: str, why: str) -> None:
    """Write no more to this address: its mail came back for good, or its owner complained."""
    dynamodb.update(
        Write(
            "Update",
            slot_key(address, DEAD),
            "",
            "SET why = :why, since = :now",
            values={":why": why, ":now": int(time.time())},
        )
    )


def address_digest(address: str) -> str:
    """Return the name of an address, in lower case, in the table."""
    return hashlib.sha256(b"symbolon address\0" + address.lower().encode()).hexdigest()
