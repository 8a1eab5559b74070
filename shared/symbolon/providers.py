"""The three verbs of every provider, written once: authenticate, link and unlink.

A provider is a description (`Provider`) and one function, `verify`, which takes the request and the settings and
returns whose credential it is. From there on nothing depends on the provider: resolve the link, mint a session.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from symbolon import links, sessions, users
from symbolon.application import Handle, LambdaHandler, Route, application
from symbolon.auth import require_server_key
from symbolon.errors import InvalidArgument, NotFound, PermissionDenied, Unauthenticated, Unavailable
from symbolon.identity import ExternalIdentity
from symbolon.links import IdentityTaken, LinkRule
from symbolon.request import Request
from symbolon.settings import Settings
from symbolon.telemetry import ACCOUNT_CREATED
from symbolon.users import User
from symbolon.validation import checked_username

Verify = Callable[[Request, Settings], ExternalIdentity]

_RACES = 5
"""How often a sign-in that lost a race looks again; each loss means that somebody else made or dropped the account."""


@dataclass(frozen=True)
class Provider:
    """A provider's description.

    `credential` names the fields of its credential: when an unlink has none of them, the provider's link is dropped
    without one, unless `unlink_requires` is set, which is the message for that case.
    """

    name: str
    credential: tuple[str, ...]
    rule: LinkRule
    unlink_requires: str = ""


def provider_app(provider: Provider, verify: Verify) -> LambdaHandler:
    """Return the Lambda handler of a provider's three routes.

    `verify` raises InvalidArgument for a credential that is malformed, Unauthenticated for one that is wrong,
    Unavailable when the provider cannot be asked, FailedPrecondition when the settings have no section for it.
    """

    def authenticate(request: Request, settings: Settings) -> Mapping[str, Any]:
        require_server_key(request, settings)
        wish = _Wish.of(request)
        identity = verify(request, settings)
        user, created = _account_of(identity, provider.rule, wish)
        request.trace.user_id = user.user_id
        request.trace.events += [ACCOUNT_CREATED] if created else []
        tokens = sessions.issue(user, wish.variables, settings)
        return {"created": True, **tokens} if created else tokens

    def link(request: Request, settings: Settings) -> Mapping[str, Any]:
        user = sessions.current_session(request, settings).user
        links.link(user, verify(request, settings), provider.rule)
        return {}

    def unlink(request: Request, settings: Settings) -> Mapping[str, Any]:
        user = sessions.current_session(request, settings).user
        if any(map(request.body.has, provider.credential)):
            identity = verify(request, settings)
            links.unlink(user, provider.rule.link_of(identity), provider.rule, identity.subject)
        elif provider.unlink_requires:
            raise InvalidArgument(provider.unlink_requires)
        else:
            links.unlink(user, provider.name, provider.rule)
        return {}

    verbs: dict[str, Handle] = {"authenticate": authenticate, "link": link, "unlink": unlink}
    routes = {f"POST /v2/account/{verb}/{provider.name}": Route(verb, handle) for verb, handle in verbs.items()}
    return application(provider.name, routes, provider.name)


@dataclass(frozen=True)
class _Wish:
    """What a client asks for at sign-in besides showing its credential."""

    create: bool
    username: str
    variables: Mapping[str, str]

    @classmethod
    def of(cls, request: Request) -> Self:
        return cls(
            create=request.query_flag("create", default=True),
            username=checked_username(request.query_text("username")),
            variables=request.body.variables(),
        )


def _account_of(identity: ExternalIdentity, rule: LinkRule, wish: _Wish) -> tuple[User, bool]:
    """Return the identity's account, and whether it was made just now."""
    for _ in range(_RACES):
        user = users.find(identity) or _moved(identity, rule)
        if user:
            _admit(user, identity)
            return user, False
        if identity.username or not wish.create:
            _prove(identity, "")
            raise NotFound("User account not found.")
        try:
            return links.create_account(identity, rule, wish.username), True
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
    if user.is_banned:
        raise PermissionDenied("User account banned.")
    if identity.secret and identity.secret.is_outdated(user.password_hash):
        users.replace_password_hash(user, identity.secret.hash())
    if missing := users.missing(user, identity.profile):
        users.fill(user, missing)


def _prove(identity: ExternalIdentity, stored: str) -> bool:
    """Check the identity's secret, if it has one; an unknown account costs as much time as a known one."""
    return identity.secret is None or identity.secret.matches(stored)
