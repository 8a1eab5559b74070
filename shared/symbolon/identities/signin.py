"""From an identity that was verified to its account: found, moved or made, whatever others do at the same moment."""

from dataclasses import dataclass, replace

from symbolon.errors import InvalidArgument, NotFound, Unauthenticated, Unavailable
from symbolon.identities import links, users
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import IdentityTaken, LinkRule
from symbolon.identities.users import User

_RACES = 5
"""How often a sign-in that lost a race looks again; each loss means that somebody else made or dropped the account."""


@dataclass(frozen=True)
class Arrival:
    """The account that a sign-in led to, and whether it was made just now."""

    user: User
    created: bool


def sign_in(identity: ExternalIdentity, rule: LinkRule, username: str = "", *, create: bool = True) -> Arrival:
    """Return the identity's account; one that has none gets one, with `username` if that is given, unless not `create`.

    Raises Unauthenticated when the identity's secret is wrong or its credential was spent before, Banned when the
    account is, NotFound when there is none and none may be made, InvalidArgument when no new
    account may get the identity, AlreadyExists when the username is taken.
    """
    for _ in range(_RACES):
        user = users.find(identity) or _moved(identity, rule)
        if user:
            _admit(user, identity)
            return Arrival(user, created=False)
        if identity.username or not create:
            _prove(identity, "")
            raise NotFound("User account not found.")
        if identity.objection:
            raise InvalidArgument(identity.objection)
        try:
            return Arrival(links.create_account(identity, rule, username), created=True)
        except IdentityTaken:
            continue
    raise Unavailable("The account is being changed by others.")


def _moved(identity: ExternalIdentity, rule: LinkRule) -> User | None:
    """Return the account that has the identity under its former subject, after giving it the present one."""
    if not identity.former_subject:
        return None
    user = users.find(replace(identity, subject=identity.former_subject))
    if user:
        links.link(user, identity, rule)
    return user


def _admit(user: User, identity: ExternalIdentity) -> None:
    if not _prove(identity, user.password_hash):
        raise Unauthenticated("Invalid credentials.")
    user.require_admission()
    if identity.secret and identity.secret.is_outdated(user.password_hash):
        users.replace_password_hash(user, identity.secret.hash())
    if missing := users.missing(user, identity.profile):
        users.fill(user, missing)
    if identity.proof:  # last: what is refused for another reason leaves the credential for the next attempt
        identity.proof.spend(for_session=True)


def _prove(identity: ExternalIdentity, stored: str) -> bool:
    """Check the identity's secret, if it has one; an unknown account costs as much time as a known one."""
    return identity.secret is None or identity.secret.matches(stored)
