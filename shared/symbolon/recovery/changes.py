"""Proving an address, and having another one.

Whoever proves an address takes it from an account that never did. Were it that account's last identity, it keeps a
placeholder instead, so that its sessions go on and can link something else: nobody signs in with a placeholder.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import AlreadyExists, NotFound, Unauthenticated, Unavailable
from symbolon.identities.link_writes import release
from symbolon.identities.presence import THERE
from symbolon.identities.users import User, find_owner, identity_key, timestamp, user_key
from symbolon.records.entries import Author, Deed, record
from symbolon.recovery.codes import VERIFY, Waiting
from symbolon.recovery.passwords import WRONG_CODE, Proof, reload_of

PLACEHOLDER = "displaced"

_ATTEMPTS = 4


@dataclass(frozen=True)
class Verified:
    """What a code did: the account, and the address that it had before, "" where that did not change."""

    user: User
    former: str = ""


def verify(proof: Proof, author: Author) -> Verified:
    """Do what the code is for: note that the account's address is proved, or give it the new address.

    Raises Unauthenticated for a wrong code, AlreadyExists when another account has proved the address before.
    """
    waiting = proof.waiting()
    for _ in range(_ATTEMPTS):
        try:
            user = reload_of(waiting.user_id)
        except NotFound as error:
            raise Unauthenticated(WRONG_CODE) from error
        writes = _proving(user, waiting) if waiting.purpose == VERIFY else _changing(user, waiting, author)
        try:
            dynamodb.transact(writes)
        except TransactionRefused as refused:
            if 0 in refused.found or waiting.purpose == VERIFY:
                raise Unauthenticated(WRONG_CODE) from refused
        else:
            return Verified(user, "" if waiting.purpose == VERIFY else user.links.get("email", ""))
    raise Unavailable("The account is being changed by others.")


def _proving(user: User, waiting: Waiting) -> list[Write]:
    values = {":email": waiting.address, ":now": timestamp()}
    change = "SET verify_time = if_not_exists(verify_time, :now)"
    return [
        waiting.spending(),
        Write("Update", user_key(user.user_id), "links.email = :email", change, values=values),
    ]


def _changing(user: User, waiting: Waiting, author: Author) -> list[Write]:
    """Return the transaction that gives the account the address, and takes it from whoever never proved it."""
    new, old = waiting.address, user.links.get("email", "")
    values: dict[str, Any] = {":new": new, ":now": timestamp()}
    change = "SET links.email = :new, verify_time = :now, update_time = :now"
    if hashed := waiting.item.get("password_hash"):
        change += ", password_hash = :hash"
        values[":hash"] = hashed
    condition = "links.email = :old" if old else "attribute_not_exists(links.email)"
    values |= {":old": old} if old else {}
    deed = Deed("link", {"provider": "email", "subject": old} if old else {}, {"provider": "email", "subject": new})
    return [
        waiting.spending(),
        Write("Update", user_key(user.user_id), f"{THERE} AND {condition}", change, values=values),
        *([release(user, f"email#{old}")] if old and old != new else []),
        *taking(user, new),
        *record(author, user.user_id, deed),
    ]


def taking(user: User, address: str) -> list[Write]:
    """Return the writes that give the account the address, be it that of one which never proved it.

    Raises AlreadyExists when another account has proved it.
    """
    at = identity_key(f"email#{address}")
    other = find_owner(at)
    item = {"user_id": user.user_id, "link_time": timestamp()}
    if other is None or other.user_id == user.user_id:
        free = "attribute_not_exists(user_id) OR user_id = :me"
        return [Write("Put", at, free, values={":me": user.user_id}, item=item)]
    if other.verify_time:
        raise AlreadyExists("Email is already in use.")
    taken = Write("Put", at, "user_id = :other", values={":other": other.user_id}, item=item)
    return [taken, *_displaced(other, address)]


def _displaced(other: User, address: str) -> list[Write]:
    """Return the writes that take the address from an account which has not proved it."""
    values: dict[str, Any] = {":email": address, ":now": timestamp(), ":one": 1}
    condition = "links.email = :email AND attribute_not_exists(verify_time) AND size(links) "
    if len(other.links) > 1:
        change = "SET update_time = :now REMOVE links.email, password_hash"
        return [Write("Update", user_key(other.user_id), condition + "> :one", change, values=values)]
    values[":subject"] = str(uuid.uuid4())
    change = f"SET update_time = :now, links.{PLACEHOLDER} = :subject REMOVE links.email, password_hash"
    place = identity_key(f"{PLACEHOLDER}#{values[':subject']}")
    return [
        Write("Update", user_key(other.user_id), condition + "= :one", change, values=values),
        Write("Put", place, "attribute_not_exists(user_id)", item={"user_id": other.user_id, "link_time": timestamp()}),
    ]
