"""A user's wish, told by a provider, that what this service has from there be deleted; and how that went, for the user.

Whoever has no other way to sign in loses the account, of which nobody could ever ask for anything again. Who has keeps
it, without the identity and without what providers have told of its owner. What was done is remembered under the code
by which the user asks, in the transaction that does it, so that the same wish gets the same answer.
"""

import hashlib
import time
from dataclasses import dataclass

from symbolon.accounts import lifecycle
from symbolon.accounts.notices import UNLINKED, tell_of_way
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key, TransactionRefused, Write, key
from symbolon.duties.notices import Notice, concerned
from symbolon.errors import Unavailable
from symbolon.identities.bans import rfc3339
from symbolon.identities.link_writes import unlinking
from symbolon.identities.users import User
from symbolon.records.entries import Author, Deed, record
from symbolon.records.forgetting import forget_provider

ACCOUNT, IDENTITY, NOTHING = "account", "identity", "nothing"
"""What was deleted."""

REMEMBERED_SECONDS = 180 * 24 * 3600

_ATTEMPTS = 6
_TOLD = "spared, display_name, avatar_url, contact_email"
"""What providers tell of somebody. A name that the player chose goes, too, and can be chosen again."""


@dataclass(frozen=True)
class Deletion:
    """What became of a wish, and when (RFC 3339)."""

    outcome: str
    time: str


def delete(notice: Notice, code: str, author: Author) -> str:
    """Delete what there is of the user, once for each code; return the account's id, or "".

    Raises Unavailable, and ResourceExhausted when there is so much to forget that one request does a part of it.
    """
    author, until = author._replace(reason=notice.kind), time.monotonic() + lifecycle.PATIENCE_SECONDS
    for _ in range(_ATTEMPTS):
        if find(code):
            return ""
        user = concerned(notice)
        try:
            if user and len(user.links) == 1:
                lifecycle.delete_unchanged(user, author, until, [_remembering(code, ACCOUNT)])
            elif user:
                forget_provider(user.user_id, notice.provider, until)
                dynamodb.transact(_forgetting(user, notice, code, author))
            else:
                dynamodb.transact([_remembering(code, NOTHING)])
        except TransactionRefused:
            continue
        if user and len(user.links) > 1:
            tell_of_way(UNLINKED, user, notice.provider, notice.subject)
        return user.user_id if user else ""
    raise Unavailable("The account is being changed by others.")


def find(code: str) -> Deletion | None:
    """Return what became of the wish with this code, None where there was none."""
    item = dynamodb.get(_key(code))
    return Deletion(item["outcome"], item["at"]) if item and item["expires_at"] > time.time() else None


def _forgetting(user: User, notice: Notice, code: str, author: Author) -> list[Write]:
    """Return what takes the identity, and what providers told, from the account; the entry does not name it."""
    first, *rest = unlinking(user, notice.place(user), None, has_secret=False)
    update = f"{first.update}, {_TOLD} ADD generation :one"
    entry = record(author, user.user_id, Deed("forget", before={"provider": notice.provider}))
    return [_remembering(code, IDENTITY), first._replace(update=update), *rest, *entry]


def _remembering(code: str, outcome: str) -> Write:
    now = int(time.time())
    item = {"outcome": outcome, "at": rfc3339(now), "expires_at": now + REMEMBERED_SECONDS}
    return Write("Put", _key(code), "attribute_not_exists(proof)", item=item)


def _key(code: str) -> Key:
    return key("PROOFS_TABLE", proof=hashlib.sha256(f"deletion\0{code}".encode()).hexdigest())
