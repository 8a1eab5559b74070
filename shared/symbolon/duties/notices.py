"""What a provider says has happened to one of its users, and what that means for the account.

All of it is one transaction: the notice is spent, the account changes, and the entry says so. So a notice that comes
twice, or at two instances at once, acts once, and one whose answer was lost may come again.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symbolon.accounts.notices import UNLINKED, tell_of_way
from symbolon.accounts.revocations import KEPT
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write, key
from symbolon.errors import Unavailable
from symbolon.identities.bans import rfc3339
from symbolon.identities.link_writes import provider_of, unlinking
from symbolon.identities.presence import THERE, still_there
from symbolon.identities.users import User, find_owner, identity_key, user_key
from symbolon.records.entries import Author, Deed, record

KEPT_SECONDS = 2 * 24 * 3600
"""For how long a notice is remembered: longer than any is believed."""

_ATTEMPTS = 6


@dataclass(frozen=True)
class Notice:
    """A notice: its name, which its provider gives to no other, the user, what happened (`kind`), and when.

    `at` is in seconds since 1970.
    """

    provider: str
    name: str
    subject: str
    kind: str
    at: int

    @property
    def identity(self) -> str:
        """The identity that it is about, as `ExternalIdentity.key` has it."""
        return f"{self.provider}#{self.subject}"

    def place(self, user: User) -> str:
        """Return the place of the identity in the user's links, "" where it has none."""
        found = (place for place, subject in user.links.items() if subject == self.subject)
        return next((place for place in found if provider_of(place) == self.provider), "")

    def spending(self) -> Write:
        """Return the write that spends it; it is refused where that was done before."""
        digest = hashlib.sha256(f"notice\0{self.provider}\0{self.name}\0{self.kind}".encode()).hexdigest()
        item = {"expires_at": int(time.time()) + KEPT_SECONDS}
        return Write("Put", key("PROOFS_TABLE", proof=digest), "attribute_not_exists(proof)", item=item)


Meaning = Callable[[User, Notice, Author], list[Write]]
"""What a notice means for an account that has the identity: the writes, with the entry as the last."""


def act(notice: Notice, meanings: Mapping[str, Meaning], author: Author) -> str:
    """Do what the notice means, for the author; return the id of the account to which that was done.

    That is "" where nobody here has the identity, or only since after the notice, for a kind that means nothing here,
    and for a notice that was acted on before. Raises Unavailable.
    """
    author = author._replace(reason=notice.kind)
    for _ in range(_ATTEMPTS):
        user = concerned(notice)
        meaning = meanings.get(notice.kind) if user else None
        writes = meaning(user, notice, author) if user and meaning else []
        try:
            dynamodb.transact([notice.spending(), *writes])
        except TransactionRefused as refused:
            if 0 in refused.found:
                return ""
        else:
            if user and meaning is leave and len(user.links) > 1:
                tell_of_way(UNLINKED, user, notice.provider, notice.subject)
            return user.user_id if user and writes else ""
    raise Unavailable("The account is being changed by others.")


def leave(user: User, notice: Notice, author: Author) -> list[Write]:
    """End all sessions, and take the identity away where the account has another one.

    The last one stays, or the player who comes back would find an empty account; what the provider stated before counts
    no more.
    """
    if len(user.links) == 1:
        return sign_out(user, notice, author)
    first, *rest = unlinking(user, notice.place(user), author, has_secret=False)
    return [first._replace(update=f"{first.update}, spared ADD generation :one"), *rest]


def sign_out(user: User, notice: Notice, author: Author) -> list[Write]:
    """End all sessions, let nothing that the provider stated before begin another, and forget a token that is void."""
    values = {":owner": user.user_id, ":at": notice.at}
    void = f"SET void_before = :at REMOVE {KEPT}"
    return [
        Write("Update", user_key(user.user_id), THERE, "ADD generation :one REMOVE spared", values={":one": 1}),
        Write("Update", identity_key(notice.identity), "user_id = :owner", void, values=values),
        *record(author, user.user_id, Deed("signout")),
    ]


def note(user: User, notice: Notice, author: Author) -> list[Write]:  # noqa: ARG001 (a meaning gets what it may need)
    """Put it on record."""
    return [still_there(user.user_id), *record(author, user.user_id, Deed("notice"))]


def concerned(notice: Notice) -> User | None:
    """Return the account that the notice is about, if it has had the identity since before the notice."""
    owner = dynamodb.get(identity_key(notice.identity))
    if not owner or owner.get("link_time", "") > rfc3339(notice.at):
        return None
    user = find_owner(identity_key(notice.identity))
    return user if user and notice.place(user) else None
