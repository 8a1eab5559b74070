"""What is remembered of addresses to which letters go: by a hash, so that a stolen table has no list of addresses.

The table has a partition for each address. Its rows are codes that are waiting (`recovery.codes`), and a row `dead`
once its mail came back for good, or was complained about.
"""

import hashlib
import time

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, Write, key
from symbolon.aws.queries import query

DEAD = "dead"
MAX_ROWS = 50


def slot_key(address: str, slot: str) -> Key:
    """Return the key of one row of an address."""
    return key("MAIL_TABLE", address=address_digest(address), slot=slot)


def rows_of(address: str) -> dict[str, Item]:
    """Return the rows of an address by their slots; those whose time has passed are left out."""
    now = time.time()
    page = query(key("MAIL_TABLE", address=address_digest(address)), MAX_ROWS)
    return {row["slot"]: row for row in page.items if row.get("expires_at", now + 1) > now}


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
