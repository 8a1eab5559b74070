"""Which identities belong to which account. Every rule is a condition of the write itself.

An identity's item is there or not: that makes it unique. The user's item holds the same identities in its map `links`:
that tells the last one. Both change in one transaction or not at all.
"""

import secrets
import string
from dataclasses import dataclass
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import AlreadyExists, NotFound, PermissionDenied, ResourceExhausted, Unavailable
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.users import (
    User,
    identity_key,
    missing,
    new_user,
    new_user_id,
    timestamp,
    user_key,
    username_key,
)

MAX_LINKS = 64
"""Identities of one account: with its user and username they must fit one transaction of 100 items, to be deleted."""

LAST_LINK = "Cannot unlink last account identifier. Check profile exists and is not last link."

_ATTEMPTS = 6
_FREE = "attribute_not_exists(user_id)"


class IdentityTaken(Exception):
    """The identity got an owner while an account was being made for it."""


@dataclass(frozen=True)
class LinkRule:
    """How identities of one provider are linked.

    `in_use` is the message for an identity that another account has; `many` allows several of them to one account;
    `has_secret` says that the account keeps the hash of a secret for it.
    """

    in_use: str
    many: bool = False
    has_secret: bool = False

    def link_of(self, identity: ExternalIdentity) -> str:
        """Return the identity's place in the user's `links`."""
        return identity.key if self.many else identity.provider


def create_account(identity: ExternalIdentity, rule: LinkRule, username: str) -> User:
    """Make an account for an identity that has none; an empty `username` gets a generated one.

    Raises IdentityTaken when somebody was faster, AlreadyExists when the username is taken.
    """
    user_id = new_user_id()
    attributes = new_user("", identity, rule.link_of(identity))
    for _ in range(_ATTEMPTS):
        attributes["username"] = username or generate_username()
        try:
            dynamodb.transact(_creation(user_id, identity, attributes))
        except TransactionRefused as refused:
            if 0 in refused.found:
                raise IdentityTaken from refused
            if username:
                raise AlreadyExists("Username is already in use.") from refused
        else:
            return User.from_item({"user_id": user_id, **attributes})
    raise Unavailable("No free username was found.")


def generate_username() -> str:
    """Return ten random letters."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(10))


def link(user: User, identity: ExternalIdentity, rule: LinkRule) -> None:
    """Give the identity to the account; one of the same kind that it had is replaced, unless the rule allows many.

    Raises AlreadyExists when another account has it, NotFound when the account is gone, ResourceExhausted at MAX_LINKS.
    """
    for _ in range(_ATTEMPTS):
        place = rule.link_of(identity)
        if user.links.get(place) == identity.subject and not identity.secret:
            return
        if place not in user.links and len(user.links) >= MAX_LINKS:
            raise ResourceExhausted(f"An account can have at most {MAX_LINKS} identities.")
        try:
            dynamodb.transact(_linking(user, identity, place))
        except TransactionRefused as refused:
            owner = refused.found.get(1)
            if owner and owner["user_id"] != user.user_id:
                raise AlreadyExists(rule.in_use) from refused
            user = reload(user)
        else:
            return
    raise Unavailable("The account is being changed by others.")


def unlink(user: User, place: str, rule: LinkRule, subject: str = "") -> None:
    """Take the identity at `place` of the user's links from the account: only `subject`, when one is given.

    Raises PermissionDenied when it is not there or is the last one, NotFound when the account is gone.
    """
    for _ in range(_ATTEMPTS):
        linked = user.links.get(place)
        if not linked or (subject and linked != subject) or len(user.links) == 1:
            raise PermissionDenied(LAST_LINK)
        try:
            dynamodb.transact(_unlinking(user, place, rule))
        except TransactionRefused:
            user = reload(user)
        else:
            return
    raise Unavailable("The account is being changed by others.")


def reload(user: User) -> User:
    """Return the account as it is now; raises NotFound when it is gone."""
    item = dynamodb.get(user_key(user.user_id))
    if item is None:
        raise NotFound("Account not found.")
    return User.from_item(item)


def release(user: User, identity: str) -> Write:
    """Return the write that makes an identity of the account (`ExternalIdentity.key`) free again."""
    return Write("Delete", identity_key(identity), "user_id = :owner", values={":owner": user.user_id})


def _creation(user_id: str, identity: ExternalIdentity, attributes: dict[str, Any]) -> list[Write]:
    return [
        Write("Put", identity_key(identity.key), _FREE, item={"user_id": user_id}),
        Write("Put", username_key(attributes["username"]), _FREE, item={"user_id": user_id}),
        Write("Put", user_key(user_id), _FREE, item=attributes),
    ]


def _linking(user: User, identity: ExternalIdentity, place: str) -> list[Write]:
    previous = user.links.get(place)
    values = {":subject": identity.subject, ":now": timestamp()}
    update = "SET links.#place = :subject, update_time = :now"
    for name, value in missing(user, identity.profile).items():
        update += f", {name} = if_not_exists({name}, :{name})"
        values[f":{name}"] = value
    if identity.secret:
        update += ", password_hash = :hash"
        values[":hash"] = identity.secret.hash()
    condition = "attribute_not_exists(links.#place) AND size(links) < :most"
    if previous:
        condition = "links.#place = :previous"
    limit = {":previous": previous} if previous else {":most": MAX_LINKS}
    names = {"#place": place}
    writes = [Write("Update", user_key(user.user_id), condition, update, names, values | limit)]
    if previous != identity.subject:
        new = {"user_id": user.user_id}
        writes.append(Write("Put", identity_key(identity.key), _FREE, item=new))
        writes += [release(user, f"{identity.provider}#{previous}")] if previous else []
    return writes


def _unlinking(user: User, place: str, rule: LinkRule) -> list[Write]:
    provider = place.partition("#")[0]
    subject = user.links[place]
    update = "SET update_time = :now REMOVE links.#place" + (", password_hash" if rule.has_secret else "")
    values = {":now": timestamp(), ":subject": subject, ":one": 1}
    condition = "links.#place = :subject AND size(links) > :one"
    return [
        Write("Update", user_key(user.user_id), condition, update, {"#place": place}, values),
        release(user, f"{provider}#{subject}"),
    ]
