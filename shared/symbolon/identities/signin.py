"""From an identity that was verified to its account: found, moved or made, whatever others do at the same moment."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from symbolon.errors import (
    AlreadyExists,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from symbolon.identities import links, transfers, users
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import IdentityTaken, LinkRule
from symbolon.identities.users import User

_RACES = 5
"""How often a sign-in that lost a race looks again; each loss means that somebody else made or dropped the account."""


class Permit(Protocol):
    """The permission to look at one guess at a secret."""

    def failed(self) -> None:
        """Hear that the guess was wrong; raises ResourceExhausted when that must not be told."""

    def succeeded(self) -> None:
        """Hear that it was right."""


class Gate(Protocol):
    """What keeps guesses and new accounts within limits, see `symbolon.limits.gate`."""

    def guess(self, user: User | None, name: str) -> Permit:
        """Admit a guess at an account's secret, or at nobody's, asked for by this name; raises ResourceExhausted."""

    def new_account(self) -> None:
        """Count a new account; raises ResourceExhausted."""

    def welcome(self, user_id: str) -> Mapping[str, Any]:
        """Return what a new account's item has besides."""


class Terms(NamedTuple):
    """On what terms somebody signs in: the username that a new account gets, whether one may be made, the gate.

    `gate` is asked for only where something is guessed or made; without one, nothing is limited. `elsewhere` is asked
    about an identity that is unknown here, and tells whether its account has just come from somewhere else. `hook` is
    asked about who is about to be let in, with the account, or None where one is about to be made, of which it returns
    the username; it raises what the client is to hear who is not let in, and then nothing has been written.
    """

    username: str = ""
    create: bool = True
    gate: Callable[[], Gate] | None = None
    elsewhere: Callable[[ExternalIdentity], bool] | None = None
    hook: Callable[[ExternalIdentity, User | None], str] | None = None


_ANY = Terms()


class Arrival(NamedTuple):
    """The account that a sign-in led to, and whether it was made just now."""

    user: User
    created: bool


def sign_in(identity: ExternalIdentity, rule: LinkRule, terms: Terms = _ANY) -> Arrival:
    """Return the identity's account; one that has none gets one, if the terms allow it.

    Raises Unauthenticated when the identity's secret is wrong or its credential was spent before, Banned when the
    account is, NotFound when there is none and none may be made, InvalidArgument when no new account may get the
    identity, AlreadyExists when the username is taken, ResourceExhausted after too many guesses or new accounts, and
    what the hook raises.
    """
    gate = None
    user = _found(identity, rule, terms)
    for _ in range(_RACES):
        if user:
            _admit(user, identity, terms)
            return Arrival(user, created=False)
        if identity.username or not terms.create:
            if terms.elsewhere is None:  # where it was looked at, too
                _prove(None, identity, terms)
            raise NotFound("User account not found.")
        if message := identity.objects():
            raise InvalidArgument(message)
        if gate is None and terms.gate:
            gate = _opened(terms.gate(), identity)
        try:
            username = terms.hook(identity, None) if terms.hook else terms.username
            account = links.create_account(identity, rule, username, gate.welcome if gate else None)
        except IdentityTaken:
            user = users.find(identity) or _moved(identity, rule)
            continue
        return Arrival(account, created=True)
    raise Unavailable("The account is being changed by others.")


def _opened(gate: Gate, identity: ExternalIdentity) -> Gate:
    """Count a new account, and return the gate; nobody is refused who got the account a moment ago."""
    try:
        gate.new_account()
    except ResourceExhausted:
        if users.find(identity) is None:
            raise
    return gate


def check_former(user: User, identity: ExternalIdentity, rule: LinkRule) -> None:
    """Raise AlreadyExists when an account other than the user's has the identity that is to be linked, as it was."""
    owner = None if user.links.get(rule.link_of(identity)) == identity.subject else _former_owner(identity)
    if owner and owner.user_id != user.user_id:
        raise AlreadyExists(rule.in_use)


def holder(identity: ExternalIdentity) -> tuple[User, str] | None:
    """Return the account that has the identity, if only under its former subject, and the key under which it has it."""
    if user := users.find(identity):
        return user, identity.key
    former = _former(identity)
    user = users.find(former) if former else None
    return (user, former.key) if user and former else None


def _found(identity: ExternalIdentity, rule: LinkRule, terms: Terms) -> User | None:
    # Who is to get an account in any case need not be looked for twice: making it fails where there is one.
    makes = terms.create and not (terms.elsewhere or identity.username)
    user = users.find(identity, is_fresh=not makes) or _moved(identity, rule)
    if user:
        return user
    # Nothing is made of an identity to which there is an objection: the first look may have been too early.
    is_worth_a_second_look = terms.elsewhere(identity) if terms.elsewhere else makes and identity.objects()
    return users.find(identity) if is_worth_a_second_look else None


def _moved(identity: ExternalIdentity, rule: LinkRule) -> User | None:
    """Return the account that has the identity under its former subject, after giving it the present one."""
    user = _former_owner(identity)
    if user:
        is_second = not rule.many and any(place.startswith(f"{identity.provider}#") for place in user.links)
        links.link(user, identity, rule._replace(many=True) if is_second else rule)
    return user


def _former_owner(identity: ExternalIdentity) -> User | None:
    former = _former(identity)
    return users.find(former) if former else None


def _former(identity: ExternalIdentity) -> ExternalIdentity | None:
    former = identity.former_subject or transfers.former_subject(identity)
    return identity._replace(subject=former) if former else None


def _admit(user: User, identity: ExternalIdentity, terms: Terms) -> None:
    if not _prove(user, identity, terms):
        raise Unauthenticated("Invalid credentials.")
    user.require_admission()
    if identity.must_be_verified and not user.verify_time:
        raise PermissionDenied("Email address is not verified.")
    if terms.hook:
        terms.hook(identity, user)
    if identity.secret and identity.secret.is_outdated(user.password_hash):
        users.replace_password_hash(user, identity.secret.rehash())
    if missing := users.missing(user, identity.profile):
        users.fill(user, missing)
    if identity.proof:  # last: what is refused for another reason leaves the credential for the next attempt
        identity.proof.spend(for_session=True)


def _prove(user: User | None, identity: ExternalIdentity, terms: Terms) -> bool:
    """Check the identity's secret, if it has one; an unknown account costs as much time as a known one."""
    if identity.secret is None:
        return True
    permit = terms.gate().guess(user, identity.username or identity.key) if terms.gate else None
    is_right = identity.secret.matches(user.password_hash if user else "")
    if permit and is_right:
        permit.succeeded()
    elif permit:
        permit.failed()
    return is_right
