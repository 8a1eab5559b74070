"""All that is stored about an account, as its owner may ask for it: docs/operators.md describes the document.

Long lists come in parts: the first part has the beginning of each, and every part tells where the next goes on.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import key
from symbolon.aws.queries import Span, query_span
from symbolon.errors import NotFound
from symbolon.identities.users import User, user_key
from symbolon.operators.audit import Inquiry, entries, entry_body
from symbolon.operators.identities import identities_of
from symbolon.operators.notes import notes_about
from symbolon.operators.sessions import sessions_of

BEGINNING = ",,"
"""Where the three long lists go on: behind what, each; "-" at the end of a list."""

_SESSIONS, _ENTRIES, _FRIENDS, _NOTES = 100, 500, 1000, 1000
_SECRET = ("password_hash", "links")
"""What is not among the account's attributes: a hash, and identities, which have a list of their own."""


@dataclass(frozen=True)
class Part:
    """A part of the document, and where the next one goes on, "" after the last."""

    body: dict[str, Any] = field(repr=False)
    position: str


def export(user_id: str, position: str) -> Part:
    """Return the part of an account's document from this position on; raises NotFound."""
    item = dynamodb.get(user_key(user_id))
    if item is None:
        raise NotFound("User not found.")
    lists: dict[str, Any] = {}
    ends = []
    for (name, read), after in zip(_LISTS.items(), f"{position},,".split(","), strict=False):
        lists[name], end = ([], "-") if after == "-" else read(user_id, after)
        ends.append(end)
    if position == BEGINNING:
        whole = {name: value for name, value in item.items() if name not in _SECRET}
        identities = [asdict(identity) for identity in identities_of(User.from_item(item))]
        notes = [asdict(note) for note in notes_about(user_id, _NOTES)]
        lists = {"account": whole, "identities": identities, "notes": notes, **lists}
    return Part(lists, "" if set(ends) == {"-"} else ",".join(ends))


def _sessions(user_id: str, after: str) -> tuple[list[Any], str]:
    page = sessions_of(user_id, after, _SESSIONS)
    return [asdict(session) for session in page.sessions], page.last or "-"


def _entries(user_id: str, before: str) -> tuple[list[Any], str]:
    page = entries(Inquiry(user_id), before, _ENTRIES)
    return [entry_body(item) for item in page.items], page.last or "-"


def _friends(user_id: str, after: str) -> tuple[list[Any], str]:
    span = Span(key("FRIENDS_TABLE", user_id=user_id), "friend_id", after or "0", "g")
    found = [edge for edge in query_span(span, _FRIENDS + 2) if edge["friend_id"] > after]
    page = found[:_FRIENDS]
    shown = [{name: value for name, value in edge.items() if name != "user_id"} for edge in page]
    return shown, page[-1]["friend_id"] if len(found) > _FRIENDS else "-"


_LISTS: dict[str, Callable[[str, str], tuple[list[Any], str]]] = {
    "sessions": _sessions,
    "records": _entries,
    "friends": _friends,
}
