"""Undoing what an entry records: what was before is put back, where what is now is still what the entry left.

The undo is an entry itself, which names the one that it undoes, and can be undone like any other.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from symbolon.accounts.merging import MERGE, UNDO_SECONDS
from symbolon.accounts.notices import LINKED, tell
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Write
from symbolon.errors import FailedPrecondition, NotFound
from symbolon.friends import moving
from symbolon.identities import merges
from symbolon.identities.bans import Ban
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.link_writes import MAX_LINKS, linking
from symbolon.identities.users import User, identity_key, user_key, username_key
from symbolon.operators.acting import Plan, get_user, perform
from symbolon.operators.audit import get_entry
from symbolon.operators.bans import replacing
from symbolon.operators.editing import changing, fields_of
from symbolon.records.entries import Author, Deed, entry_key, seconds_of
from symbolon.records.forgetting import notes_of


def undo(name: str, author: Author) -> str:
    """Undo what the entry with this name records; return the name of the entry of that.

    Raises NotFound where there is no such entry, FailedPrecondition, which says why, where it cannot be undone.
    """
    item = get_entry(name)
    inverse = _INVERSES.get(item["action"])
    if inverse is None:
        raise FailedPrecondition(f"An entry of the kind {item['action']} cannot be undone.")
    is_forgotten = inverse is not _take_note_back and not {"before", "after"} & item.keys()
    try:
        if is_forgotten:
            get_user(item["user_id"])
            raise FailedPrecondition("The account is being deleted: what the entry said of it is forgotten.")
        done = perform(item["user_id"], author._replace(undoes=name), lambda user: inverse(_standing(user), item))
    except NotFound as error:
        raise FailedPrecondition("The account was deleted.") from error
    with suppress(NotFound):  # it was deleted since, which undoes nothing of what was done
        _follow(item)
    return done


def _follow(item: Item) -> None:
    """Do what follows an undo: tell the account's owner of an identity, give back an account's friends."""
    if item["action"] == "unlink":
        tell(LINKED, get_user(item["user_id"]), provider=item["before"]["provider"])
    if item["action"] == MERGE:
        moving.complete(get_user(item["before"]["user_id"]))


def _standing(user: User) -> User:
    if user.merged_into:
        raise FailedPrecondition("The account was merged into another: undo that first, by the other's entry.")
    return user


def _split(user: User, item: Item) -> Plan:
    """Make two accounts again of the one that took in another; all sessions of both end."""
    if seconds_of(item["entry"]) + UNDO_SECONDS < time.time():
        raise FailedPrecondition("A merge can be undone for 30 days.")
    merged = dynamodb.get(user_key(item["before"]["user_id"]))
    if merged is None:
        raise FailedPrecondition("The account that was merged has been deleted since.")
    if merged.get("merged_into") != user.user_id:
        raise FailedPrecondition("The merge was undone already.")
    moving.complete(user)
    writes = merges.splitting(user, User.from_item(merged), merged["former"])
    return Plan(writes, Deed("split", after=item["before"]))


def _ban_again_or_not(user: User, item: Item) -> Plan:
    """Put back the ban that there was, or none, if the account has the one that the entry left, or none."""
    current = user.ban.attributes() if user.ban and user.ban.holds else {}
    if current != item.get("after", {}):
        raise FailedPrecondition("The account has another ban by now." if current else "The ban holds no more.")
    before = Ban.from_item(item.get("before", {}))
    if before and not before.holds:
        before = None
    if before is None and not current:
        raise FailedPrecondition("The ban has passed.")
    return replacing(user, before, "ban" if before else "unban")


def _change_back(user: User, item: Item) -> Plan:
    """Give the fields that the entry changed their former texts, if none was changed since."""
    current, before = fields_of(user), item["before"]
    for name, text in item["after"].items():
        if current[name] != text:
            raise FailedPrecondition(f"The {name} was changed since.")
    if "username" in before and dynamodb.get(username_key(before["username"])):
        raise FailedPrecondition("The former username belongs to another account now.")
    return changing(user, before, "update")


def _link_again(user: User, item: Item) -> Plan:
    """Link the identity that was unlinked, with its password, if it is free and the account has room for it."""
    linked, place = item["before"], item["kept"]["place"]
    provider = linked["provider"]
    if place in user.links:
        raise FailedPrecondition(f"The account has another identity of {provider} by now.")
    if len(user.links) >= MAX_LINKS:
        raise FailedPrecondition(f"The account has {MAX_LINKS} identities by now.")
    if dynamodb.get(identity_key(f"{provider}#{linked['subject']}")):
        raise FailedPrecondition("The identity belongs to an account now.")
    secret = None
    if provider == "email":
        if "password_hash" not in item["kept"]:
            raise FailedPrecondition("The password was not kept: its owner has to link the address again.")
        secret = _Kept(item["kept"]["password_hash"])
    identity = ExternalIdentity(provider, linked["subject"], secret=secret)
    return Plan(linking(user, identity, place, None), Deed("link", after=linked))


def _take_note_back(_user: User, item: Item) -> Plan:
    at = entry_key(notes_of(item["user_id"]), item["entry"])
    if not dynamodb.get(at):
        raise FailedPrecondition("The note was taken back already.")
    return Plan([Write("Delete", at, "attribute_exists(entry)")], Deed("take_note_back"))


@dataclass(frozen=True)
class _Kept:
    """A password of which there is the hash alone. Implements `symbolon.identities.identity.Secret`."""

    stored: str = field(repr=False)

    def hash(self) -> str:
        return self.stored

    def rehash(self) -> str:
        return self.stored

    def matches(self, _stored: str) -> bool:
        return False

    def is_outdated(self, _stored: str) -> bool:
        return False


_INVERSES: Mapping[str, Callable[[User, Item], Plan]] = {
    "ban": _ban_again_or_not,
    "unban": _ban_again_or_not,
    "update": _change_back,
    "unlink": _link_again,
    "note": _take_note_back,
    MERGE: _split,
}
