"""Which identities belong to which account. Every rule is a condition of the write itself.

An identity's item is there or not: that makes it unique. The user's item holds the same identities in its map `links`:
that tells the last one. Both change in one transaction or not at all.
"""

import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import AlreadyExists, InvalidArgument, NotFound, PermissionDenied, ResourceExhausted, Unavailable
from symbolon.identities import usernames
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.link_writes import MAX_LINKS, creation, linking, unlinking
from symbolon.identities.users import User, new_user, new_user_id, user_key
from symbolon.records.entries import Author

LAST_LINK = "Cannot unlink last account identifier. Check profile exists and is not last link."

_ATTEMPTS = 6


class IdentityTaken(Exception):
    """The identity got an owner while an account was being made for it."""


class LinkRule(NamedTuple):
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


def create_account(
    identity: ExternalIdentity, rule: LinkRule, username: str, more: Callable[[str], Mapping[str, Any]] | None = None
) -> User:
    """Make an account for an identity that has none; an empty `username` gets a generated one.

    `more` gives, for the account's id, what its item has besides. A generated username is claimed before, as no
    part of the transaction, which would double its price: docs/cost.md.

    Raises IdentityTaken when somebody was faster, AlreadyExists when the username is taken, Unauthenticated when the
    credential was spent before.
    """
    user_id = new_user_id()
    attributes = {**new_user("", identity, rule.link_of(identity)), **(more(user_id) if more else {})}
    for _ in range(_ATTEMPTS):
        attributes["username"] = username or generate_username()
        if not username and not usernames.claim(attributes["username"], user_id):
            continue
        try:
            _create(user_id, identity, attributes, claimed=not username)
        except AlreadyExists:
            if username:
                raise
        else:
            return User.from_item({"user_id": user_id, **attributes})
    raise Unavailable("No free username was found.")


def _create(user_id: str, identity: ExternalIdentity, attributes: dict[str, Any], *, claimed: bool) -> None:
    writes = creation(user_id, identity, attributes, claimed=claimed)
    try:
        dynamodb.transact(writes)
    except TransactionRefused as refused:
        if claimed:
            usernames.release(attributes["username"], user_id)
        if 0 in refused.found:
            raise IdentityTaken from refused
        _check_proof(identity, writes, refused)
        raise AlreadyExists("Username is already in use.") from refused


def generate_username() -> str:
    """Return ten random letters."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(10))


def link(user: User, identity: ExternalIdentity, rule: LinkRule, author: Author | None = None) -> None:
    """Give the identity to the account; one of the same kind that it had is replaced, unless the rule allows many.

    It is put on record for the author, if there is one. Raises AlreadyExists when another account has it, NotFound when
    the account is gone, InvalidArgument for what no account may get, ResourceExhausted at MAX_LINKS, Unauthenticated
    when the credential was spent before.
    """
    for _ in range(_ATTEMPTS):
        place = place_of(user, identity, rule)
        if user.links.get(place) == identity.subject and not identity.secret:
            if identity.proof:
                identity.proof.spend(for_session=False)
            return
        _require_place(user, identity, place)
        writes = linking(user, identity, place, author)
        try:
            dynamodb.transact(writes)
        except TransactionRefused as refused:
            _check_proof(identity, writes, refused)
            owner = refused.found.get(1)
            if owner and owner["user_id"] != user.user_id:
                raise AlreadyExists(rule.in_use) from refused
            user = reload(user)
        else:
            return
    raise Unavailable("The account is being changed by others.")


def _require_place(user: User, identity: ExternalIdentity, place: str) -> None:
    if user.links.get(place) != identity.subject and (message := identity.objects()):
        raise InvalidArgument(message)
    if place not in user.links and len(user.links) >= MAX_LINKS:
        raise ResourceExhausted(f"An account can have at most {MAX_LINKS} identities.")


def unlink(user: User, identity: ExternalIdentity, rule: LinkRule, author: Author | None = None) -> None:
    """Take the identity from the account; without a subject, the one of its kind that the account has.

    It is put on record for the author, if there is one. Raises PermissionDenied when it is not there or is the last
    one, NotFound when the account is gone.
    """
    for _ in range(_ATTEMPTS):
        place = place_of(user, identity, rule)
        linked = user.links.get(place)
        if not linked or (identity.subject and linked != identity.subject) or len(user.links) == 1:
            raise PermissionDenied(LAST_LINK)
        try:
            dynamodb.transact(unlinking(user, place, author, has_secret=rule.has_secret))
        except TransactionRefused:
            user = reload(user)
        else:
            return
    raise Unavailable("The account is being changed by others.")


def reload(user: User) -> User:
    """Return the account as it is now; raises NotFound when it is gone, or was merged into another."""
    item = dynamodb.get(user_key(user.user_id))
    if item is None or "merged_into" in item:
        raise NotFound("Account not found.")
    return User.from_item(item)


def place_of(user: User, identity: ExternalIdentity, rule: LinkRule) -> str:
    """Return the identity's place in the user's links, or the one that it would have.

    A merge may have left two of a kind of which there is one as a rule: the second stands under its own key.
    """
    usual = rule.link_of(identity)
    if identity.subject:
        return identity.key if identity.key in user.links else usual
    second = next((place for place in user.links if place.startswith(f"{identity.provider}#")), usual)
    return usual if usual in user.links or rule.many else second


def _check_proof(identity: ExternalIdentity, writes: list[Write], refused: TransactionRefused) -> None:
    """Raise Unauthenticated when what was refused is the last write, which spends the credential."""
    if identity.proof and len(writes) - 1 in refused.found:
        raise identity.proof.refusal() from refused
