"""From a change of an item, as DynamoDB's streams show it, to the events that it means.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html. Events are read off an account's
item before and after, so that each means a change that was written, whoever wrote it: a request, an operator, an
import. Only the attributes that say so are read, and nothing leaves that is personal: ids of accounts and sessions, and
the names of providers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from symbolon.aws.attributes import load

ACCOUNT, SESSION = "account", "session"
"""What events are in order for: all of one account's own, and all of one session's."""

CREATED, DELETED = "account.created", "account.deleted"
LINKED, UNLINKED = "account.linked", "account.unlinked"
MERGED, UNMERGED = "account.merged", "account.unmerged"
BANNED, UNBANNED = "account.banned", "account.unbanned"
SESSION_ENDED = "session.ended"

_OF_ACCOUNTS = ("links", "merged_into", "absorbed", "generation", "spared", "disable_time", "ban_until")
_OF_SESSIONS = ("user_id", "session_revoked", "refresh_revoked")
_SEQUENCE_DIGITS = 40

Image = Mapping[str, Any]
Meaning = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Event:
    """One event: its type, when it happened (seconds since 1970), and its detail, as docs/events has its schema."""

    type: str
    time: float
    detail: Mapping[str, Any]


def events_of(record: Mapping[str, Any], users_table: str, sessions_table: str) -> list[Event]:
    """Return what a stream's record of one of these two tables means, in order; of any other table it is nothing."""
    change, table = record["dynamodb"], str(record["eventSourceARN"]).split("/")[1]
    if table == users_table:
        old, new = (_image(change, name, _OF_ACCOUNTS) for name in ("OldImage", "NewImage"))
        return _written(record, (ACCOUNT, change["Keys"]["user_id"]["S"]), list(_of_account(old, new)))
    if table == sessions_table:
        old, new = (_image(change, name, _OF_SESSIONS) for name in ("OldImage", "NewImage"))
        session_id = change["Keys"]["session_id"]["S"]
        return _written(record, (SESSION, (new or {}).get("user_id", "")), list(_of_session(session_id, old, new)))
    return []


def _written(record: Mapping[str, Any], whose: tuple[str, str], meanings: list[Meaning]) -> list[Event]:
    order, account_id = whose
    change = record["dynamodb"]
    sequence = str(change["SequenceNumber"]).zfill(_SEQUENCE_DIGITS)
    return [
        Event(
            kind,
            float(change["ApproximateCreationDateTime"]),
            {
                "version": 1,
                "id": f"{record['eventID']}-{at}",
                "order": order,
                "sequence": f"{sequence}-{at:03}",
                "account_id": account_id,
                **said,
            },
        )
        for at, (kind, said) in enumerate(meanings)
    ]


def _image(change: Mapping[str, Any], name: str, wanted: tuple[str, ...]) -> Image | None:
    typed = change.get(name)
    return None if typed is None else load({one: typed[one] for one in wanted if one in typed})


def _of_account(old: Image | None, new: Image | None) -> Iterator[Meaning]:
    if new is None:
        yield DELETED, {}
        return
    if old is None:
        yield CREATED, {"providers": sorted(map(_provider, new.get("links", {})))}
    else:
        yield from _of_links(old, new)
        yield from _of_merges(old, new)
    yield from _of_ban(old or {}, new)
    if old is not None and new.get("generation", 0) > old.get("generation", 0):
        spared = str(new.get("spared", "")).partition("#")[0]
        yield SESSION_ENDED, {"scope": "all", **({"except_session_id": spared} if spared else {})}


def _of_links(old: Image, new: Image) -> Iterator[Meaning]:
    """Yield what left the account, then what came: one that stands at another place has done neither."""
    before, after = (_identities(image) for image in (old, new))
    cause = {"cause": "merge"} if any(old.get(name) != new.get(name) for name in ("merged_into", "absorbed")) else {}
    for provider, _ in sorted(before - after):
        yield UNLINKED, {"provider": provider, **cause}
    for provider, _ in sorted(after - before):
        yield LINKED, {"provider": provider, **cause}


def _of_merges(old: Image, new: Image) -> Iterator[Meaning]:
    """Yield a merge, or its end, as each of both accounts sees it.

    The account that was merged names the other. The other lists whom it took in: with the account itself, which comes
    last, those that this had taken in before.
    """
    was, now = old.get("merged_into"), new.get("merged_into")
    if was or now:
        if was != now:
            yield (MERGED if now else UNMERGED), {"role": "merged", "other_account_id": now or was}
        return
    before, after = list(old.get("absorbed", [])), list(new.get("absorbed", []))
    if gained := [one for one in after if one not in before]:
        yield MERGED, {"role": "kept", "other_account_id": gained[-1]}
    if lost := [one for one in before if one not in after]:
        yield UNMERGED, {"role": "kept", "other_account_id": lost[-1]}


def _of_ban(old: Image, new: Image) -> Iterator[Meaning]:
    was, now = ((image.get("disable_time"), image.get("ban_until")) for image in (old, new))
    if was == now:
        return
    if not now[0]:
        yield UNBANNED, {}
    else:
        yield BANNED, {"until": now[1]} if now[1] else {}


def _of_session(session_id: str, old: Image | None, new: Image | None) -> Iterator[Meaning]:
    """Yield that a session's tokens are void; a row that goes because they have expired says nothing."""
    void = {name: bool((new or {}).get(name)) for name in ("session_revoked", "refresh_revoked")}
    if any(is_void and not (old or {}).get(name) for name, is_void in void.items()):
        tokens = {"session_token": void["session_revoked"], "refresh_token": void["refresh_revoked"]}
        yield SESSION_ENDED, {"scope": "one", "session_id": session_id, **tokens}


def _identities(image: Image) -> set[tuple[str, str]]:
    return {(_provider(place), str(subject)) for place, subject in image.get("links", {}).items()}


def _provider(place: str) -> str:
    return place.partition("#")[0]
