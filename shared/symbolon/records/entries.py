"""What is recorded: an entry for each action, in the transaction of what it records, so that there is none without.

An entry's item is {user_id, entry, journal, by, action, …}: `entry` is its time and a random part, in hex, so that an
account's entries are in order; `journal` spreads all entries over the partitions of the index that lists them; an
operator's has `operator` besides. `kept` has what an undo needs and nobody is shown. A player's address stands apart,
in `source`, since it goes when the account does, while an operator's stays.
"""

import base64
import secrets
import time
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from symbolon.aws.dynamodb import Item, Key, Write, key
from symbolon.values import NOTHING

PLAYER, OPERATOR, PROVIDER = "player", "operator", "provider"
"""Who can do something to an account: its owner, an operator, the provider of one of its identities."""

JOURNALS = "0123456789abcdef"
"""The partitions of the index of all entries."""

_TIME_DIGITS, _RANDOM_BYTES = 12, 3
_UUID_BYTES = 16


class Author(NamedTuple):
    """Who does something, from where (the network address, "" where there is none), and why.

    `name` is an operator's ARN or a provider's name, and "" for a player, who does it to the own account. Entries are
    kept for `term` seconds; 0 means that this author's doings are not recorded. `moment` is given where the entry shall
    be known by name before it is written, to whoever does one thing and no more. `undoes` is the name of the entry that
    this undoes, if it does.
    """

    kind: str
    name: str
    source: str
    term: int
    reason: str = ""
    moment: str = ""
    undoes: str = ""


class Deed(NamedTuple):
    """What was done, and the fields that it changed, as they were and as they are.

    `kept` is what an undo needs besides: a password's hash, for one. It is never shown.
    """

    action: str
    before: Mapping[str, Any] = NOTHING
    after: Mapping[str, Any] = NOTHING
    kept: Mapping[str, Any] = NOTHING


def record(author: Author | None, user_id: str, deed: Deed) -> list[Write]:
    """Return the write that puts the deed on record, nothing where its author's doings are not recorded.

    It goes last into the transaction of what it records, which finds its other writes at the places that it knows.
    """
    if author is None or not author.term:
        return []
    moment = author.moment or new_moment()
    changes = {"before": dict(deed.before), "after": dict(deed.after), "kept": dict(deed.kept)}
    told = {**changes, "reason": author.reason, "undoes": author.undoes}
    item = {
        "action": deed.action,
        "journal": journal_of(moment),
        "expires_at": int(time.time()) + author.term,
        **_signed(author),
        **{name: value for name, value in told.items() if value},
    }
    return [Write("Put", entry_key(user_id, moment), "attribute_not_exists(entry)", item=item)]


def entry_key(user_id: str, moment: str) -> Key:
    """Return the key of an entry about an account."""
    return key("RECORDS_TABLE", user_id=user_id, entry=moment)


def new_moment() -> str:
    """Return the present time as entries have it, followed by a random part: two of one moment differ."""
    return moment_at(time.time()) + secrets.token_hex(_RANDOM_BYTES)


def moment_at(seconds: float) -> str:
    """Return what entries of this time, in seconds since 1970, begin with; those of later times are greater."""
    return f"{max(0, int(seconds * 1000)):0{_TIME_DIGITS}x}"


def seconds_of(moment: str) -> float:
    """Return the time of an entry, in seconds since 1970."""
    return int(moment[:_TIME_DIGITS], 16) / 1000


def journal_of(moment: str) -> str:
    """Return the partition of the index of all entries that this one is in."""
    return moment[-1]


def entry_id(item: Item) -> str:
    """Return the name of an entry for who asks from outside: the account and the moment, in 40 letters and digits."""
    raw = uuid.UUID(item["user_id"]).bytes + bytes.fromhex(item["entry"])
    return base64.b32encode(raw).decode().lower()


def parse_entry_id(text: str) -> Key | None:
    """Return the key of the entry with this name, None where no entry can have it."""
    try:
        raw = base64.b32decode(text.upper())
    except ValueError:
        return None
    if len(raw) != _UUID_BYTES + _TIME_DIGITS // 2 + _RANDOM_BYTES:
        return None
    return entry_key(str(uuid.UUID(bytes=raw[:_UUID_BYTES])), raw[_UUID_BYTES:].hex())


def _signed(author: Author) -> dict[str, Any]:
    if author.kind == PLAYER:
        return {"by": {"kind": PLAYER}} | ({"source": author.source} if author.source else {})
    by = {"kind": author.kind, "name": author.name, "source": author.source}
    return {"by": {name: value for name, value in by.items() if value}} | (
        {"operator": author.name} if author.kind == OPERATOR else {}
    )
