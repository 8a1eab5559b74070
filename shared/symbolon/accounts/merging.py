"""Two accounts of one player become one: who may ask for it, and what becomes of both. docs/merge.md tells it all.

All identities move in one transaction (`symbolon.identities.merges`), with an entry on the records of each account. The
friendships follow, see `symbolon.friends.moving`: the kept account knows what is on its way, and shows none before all.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from symbolon.accounts import notices
from symbolon.api import authors
from symbolon.api.request import Request
from symbolon.api.telemetry import ACCOUNTS_MERGED
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import InvalidArgument, SymbolonError, Unavailable
from symbolon.friends import moving
from symbolon.identities import links, merges, shown
from symbolon.identities.link_writes import provider_of
from symbolon.identities.users import User, find_owner, identity_key, user_key
from symbolon.records.entries import Deed, new_moment, record
from symbolon.sessions import sessions, tickets
from symbolon.sessions.sessions import Session
from symbolon.settings.settings import Settings

UNDO_SECONDS = 30 * 24 * 3600
"""For how long an operator can undo a merge; its entries are kept for as long at least."""

MERGE, MERGED_INTO = "merge", "merged_into"
"""The entries of a merge: the kept account's, by which it is undone, and the other's."""

THIS, OTHER = "this", "other"
_TICKET = ("tid", "uid", "other", "identity")
_ATTEMPTS = 6


@dataclass(frozen=True)
class Parties:
    """The two accounts that a ticket is about: the caller's, and the one that has the identity.

    `is_done` says that the other was merged into the caller's already.
    """

    this: User
    other: User
    is_done: bool = False

    def body(self) -> dict[str, Any]:
        """Return both as a player is shown them, and what stands in the way, if anything does."""
        obstacle = "" if self.is_done else merges.obstacle(self.this, self.other)
        both = {THIS: _shown(self.this), OTHER: _shown(self.other)}
        return both | ({"obstacle": obstacle} if obstacle else {})


@dataclass(frozen=True)
class Asked:
    """A player's request about a merge: the session, and what came with it."""

    session: Session
    ticket: str
    request: Request
    settings: Settings

    def parties(self) -> Parties:
        """Return whom the ticket is about.

        Raises InvalidArgument where it is not this session's, or the identity has moved since, Banned.
        """
        said, this = tickets.read(tickets.MERGE, self.ticket, self.settings, _TICKET), self.session.user
        if (said["tid"], said["uid"]) != (self.session.claims.session_id, this.user_id):
            raise InvalidArgument(tickets.REFUSED)
        owner = find_owner(identity_key(said["identity"]))
        if owner and owner.user_id == this.user_id:
            item = dynamodb.get(user_key(said["other"])) or {}
            if item.get("merged_into") == owner.user_id:
                return Parties(owner, User.from_item(item), is_done=True)
        if owner is None or owner.user_id != said["other"]:
            raise InvalidArgument(tickets.REFUSED)
        owner.require_admission()
        return Parties(this, owner)


def show(asked: Asked) -> Mapping[str, Any]:
    """Return both accounts, so that the player can choose."""
    return asked.parties().body()


def merge(asked: Asked, keep: str) -> Mapping[str, Any]:
    """Make one account of the two, and return its id, the other's, and a session of it.

    Once done, it is done however often it is asked for. Raises InvalidArgument, FailedPrecondition and Banned, which
    say why it cannot be, Unavailable where another attempt may succeed.
    """
    if keep not in (THIS, OTHER):
        raise InvalidArgument('Keep must be "this" or "other".')
    kept, merged = _merged(asked, keep)
    trace = asked.request.trace
    trace.user_id = kept.user_id
    trace.details |= {"kept_id": kept.user_id, "merged_id": merged.user_id}
    with suppress(SymbolonError):  # it is done: what is left of the friendships follows when they are asked for
        moving.complete(links.reload(kept))
    tokens = sessions.issue(links.reload(kept), asked.session.claims.variables, asked.request, asked.settings)
    return {"user_id": kept.user_id, "merged_user_id": merged.user_id, **tokens}


def _merged(asked: Asked, keep: str) -> tuple[User, User]:
    for _ in range(_ATTEMPTS):
        parties = asked.parties()
        kept, merged = (parties.other, parties.this) if keep == OTHER else (parties.this, parties.other)
        if parties.is_done:
            return parties.this, parties.other
        moving.complete(kept)
        moving.complete(merged)
        try:
            dynamodb.transact([*merges.merging(kept, merged), *_entries(kept, merged, asked)])
        except TransactionRefused:
            asked = replace(asked, session=asked.session._replace(user=links.reload(asked.session.user)))
        else:
            asked.request.trace.events.append(ACCOUNTS_MERGED)
            for user in (kept, merged):
                notices.tell(notices.MERGED, user)
            return kept, merged
    raise Unavailable("The account is being changed by others.")


def _entries(kept: User, merged: User, asked: Asked) -> list[Write]:
    author = authors.player(asked.request, asked.settings)
    # An entry is how a merge is undone: it is there even where players' doings are not recorded, without an address.
    author = author._replace(term=max(author.term, UNDO_SECONDS), source=author.source if author.term else "")
    author = author._replace(moment=new_moment())
    taken, into = Deed(MERGE, before=_named(merged)), Deed(MERGED_INTO, after=_named(kept))
    return [*record(author, kept.user_id, taken), *record(author, merged.user_id, into)]


def _named(user: User) -> dict[str, str]:
    return {"user_id": user.user_id, "username": user.username}


def _shown(user: User) -> dict[str, Any]:
    identities = [{"provider": provider_of(place), "subject": subject} for place, subject in user.links.items()]
    return {**shown.account_body(user), "identities": identities}
