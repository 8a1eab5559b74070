"""Notes that operators leave about an account: kept as long as the account is, whatever the term of records."""

from dataclasses import dataclass, field

from symbolon.aws.dynamodb import Write, key
from symbolon.aws.queries import Span, query_span
from symbolon.identities.bans import rfc3339
from symbolon.identities.users import User, user_key
from symbolon.operators.acting import Plan, perform
from symbolon.records.entries import Author, Deed, entry_key, seconds_of
from symbolon.records.forgetting import notes_of

MAX_BYTES = 2000
"""Of one note."""


@dataclass(frozen=True)
class Note:
    """A note: its text, when it was written (RFC 3339), and by whom (an ARN)."""

    text: str = field(repr=False)
    time: str
    by: str


def add_note(user_id: str, text: str, author: Author) -> str:
    """Leave a note about the account; return the name of the entry. Raises NotFound."""

    def plan(user: User) -> Plan:
        at = entry_key(notes_of(user_id), author.moment)
        exists = Write("ConditionCheck", user_key(user.user_id), "attribute_exists(user_id)")
        item = {"text": text, "by": author.name}
        return Plan([exists, Write("Put", at, "attribute_not_exists(entry)", item=item)], Deed("note"))

    return perform(user_id, author, plan)


def notes_about(user_id: str, most: int) -> list[Note]:
    """Return the latest notes about the account, the newest first."""
    span = Span(key("RECORDS_TABLE", user_id=notes_of(user_id)), "entry", "0", "g", descending=True)
    return [Note(item["text"], rfc3339(seconds_of(item["entry"])), item["by"]) for item in query_span(span, most)]
