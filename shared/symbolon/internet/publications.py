"""The table of what providers publish, for all instances: written by the functions that verify with it, by nobody else.

An item has what was at a URL (`body`), when it was fetched and until when it is fresh, and what keeps instances from
asking all at once. Times are in seconds since 1970. Where no table is named each instance is on its own.
"""

import base64
import math
import os
import time
from typing import Any, NamedTuple

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key, Write, key
from symbolon.values import concealing

TABLE = "PUBLICATIONS_TABLE"
RENEWAL_PAUSE_SECONDS = 30
"""After one instance has started to renew what had its time, until another may: old keys serve meanwhile."""

COOLDOWN_SECONDS = 10
"""After a search for a key that nobody knows, until the next. Short, since a new key may need one just after a forgery
had one; long enough that forgeries cost the provider next to nothing."""

_KEPT_SECONDS = 3 * 24 * 3600
"""After it was fetched, until DynamoDB may delete an item: longer than what is in it serves."""

_MINUTE = 60


class Publication(NamedTuple):
    """What was at a URL, None when nothing is there, and when that was."""

    body: bytes | None
    fetched_at: float
    fresh_until: float

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "body")


class Note(NamedTuple):
    """What the table says of a URL: what was there, and until when no search may start.

    `searching_since` is when the last search began that has not come to its end, 0 when there is none.
    """

    publication: Publication | None = None
    next_search: int = 0
    searching_since: int = 0


def read(url: str) -> Note:
    """Return what the table says of the URL; raises Unavailable."""
    if not os.environ.get(TABLE):
        return Note()
    item = dynamodb.get(_key(url)) or {}
    publication = None
    if "fetched_at" in item:
        body = base64.b64decode(item["body"]) if "body" in item else None
        publication = Publication(body, item["fetched_at"] / 1000, item["fresh_until"])
    return Note(publication, item.get("next_search", 0), item.get("searching_since", 0))


def store(url: str, publication: Publication, *, search_ended: bool, found: bool) -> None:
    """Put down what was fetched, unless somebody has fetched it since; a search that found something ends the pause."""
    now = _milliseconds(publication.fetched_at)
    values: dict[str, Any] = {
        ":now": now,
        ":fresh": math.ceil(publication.fresh_until),
        ":expires": int(publication.fetched_at) + _KEPT_SECONDS,
    }
    update, dropped = "SET fetched_at = :now, fresh_until = :fresh, expires_at = :expires", []
    if publication.body is None:
        dropped.append("body")
    else:
        update += ", body = :body"
        values[":body"] = base64.b64encode(publication.body).decode()
    dropped += ["searching_since"] if search_ended else []
    dropped += ["next_search"] if found else []
    update += f" REMOVE {', '.join(dropped)}" if dropped else ""
    _update(Write("Update", _key(url), "attribute_not_exists(fetched_at) OR fetched_at < :now", update, values=values))


def claim_renewal(url: str) -> bool:
    """Tell whether this instance shall renew what has had its time; one of all may."""
    now = int(time.time())
    values = {":now": now, ":until": now + RENEWAL_PAUSE_SECONDS, ":expires": now + _KEPT_SECONDS}
    update = "SET renewing_until = :until, expires_at = if_not_exists(expires_at, :expires)"
    condition = "attribute_not_exists(renewing_until) OR renewing_until <= :now"
    return _update(Write("Update", _key(url), condition, update, values=values))


def claim_search(url: str, known: Note) -> bool:
    """Tell whether this instance shall look for a new key at the URL; one of all may, and then none for a while.

    It shall not when there is something newer than what it knows.
    """
    now, seen = int(time.time()), known.publication.fetched_at if known.publication else 0.0
    values = {
        ":now": now,
        ":until": now + COOLDOWN_SECONDS,
        ":expires": now + _KEPT_SECONDS,
        ":seen": _milliseconds(seen),
    }
    update = "SET next_search = :until, searching_since = :now, expires_at = if_not_exists(expires_at, :expires)"
    condition = "(attribute_not_exists(next_search) OR next_search <= :now)"
    condition += " AND (attribute_not_exists(fetched_at) OR fetched_at <= :seen)"
    return _update(Write("Update", _key(url), condition, update, values=values))


def count_unknown(name: str, most: int) -> int:
    """Count that a URL which a client made up may be asked for, of `most` in a minute for all instances together.

    Returns 0 when it may, else the seconds until the next minute.
    """
    now = int(time.time())
    minute = now // _MINUTE
    values = {":one": 1, ":most": most, ":expires": now + 2 * _MINUTE}
    update = "ADD asked :one SET expires_at = :expires"
    condition = "attribute_not_exists(asked) OR asked < :most"
    is_within = _update(Write("Update", _key(f"{name} {minute}"), condition, update, values=values))
    return 0 if is_within else (minute + 1) * _MINUTE - now


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _key(url: str) -> Key:
    return key(TABLE, url=url)


def _update(write: Write) -> bool:
    return not os.environ.get(TABLE) or dynamodb.update(write) is None
