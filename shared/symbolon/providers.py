"""The three verbs of every provider, written once: authenticate, link and unlink.

A provider is a description (`Provider`) and one function, `verify`, which takes the request and the settings and
returns whose credential it is. From there on nothing depends on the provider: resolve the link, mint a session.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from symbolon.api.application import Handle, LambdaHandler, Route, application
from symbolon.api.auth import require_server_key
from symbolon.api.authors import player
from symbolon.api.request import Request, Trace
from symbolon.api.telemetry import ACCOUNT_CREATED
from symbolon.errors import AlreadyExists, InvalidArgument, Unauthenticated
from symbolon.hooks.wanted import ask_before_link, hook_before_sign_in
from symbolon.identities import links
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import LinkRule
from symbolon.identities.names import checked_username
from symbolon.identities.signin import Arrival, Terms, check_former, sign_in
from symbolon.identities.users import User
from symbolon.sessions import sessions
from symbolon.sessions.sessions import Session
from symbolon.settings.settings import Settings

if TYPE_CHECKING:
    from symbolon.limits.forgeries import Asking
    from symbolon.limits.gate import Gate

Verify = Callable[[Request, Settings], ExternalIdentity]


class Provider(NamedTuple):
    """A provider's description.

    `credential` names the fields of its credential: when an unlink has none of them, the provider's link is dropped
    without one, unless `unlink_requires` is set, which is the message for that case. `private` are variables that are
    meant for the provider and have no place in a session.
    """

    name: str
    credential: tuple[str, ...]
    rule: LinkRule
    unlink_requires: str = ""
    private: tuple[str, ...] = ()


def provider_app(provider: Provider, verify: Verify) -> LambdaHandler:
    """Return the Lambda handler of a provider's three routes.

    `verify` raises InvalidArgument for a credential that is malformed, Unauthenticated for one that is wrong,
    Unavailable when the provider cannot be asked, FailedPrecondition when the settings have no section for it.
    """

    def authenticate(request: Request, settings: Settings) -> Mapping[str, Any]:
        require_server_key(request, settings)
        wish = _Wish.of(request, provider.private)
        identity = _verified(verify, request, settings)
        hook = hook_before_sign_in(request, settings, wish.username, wish.variables)
        arrival = sign_in(identity, provider.rule, _terms(wish, provider, request, settings)._replace(hook=hook.ask))
        _welcome(arrival, identity, request.trace, settings)
        tokens = sessions.issue(arrival.user, hook.variables, request, settings)
        return {"created": True, **tokens} if arrival.created else tokens

    def link(request: Request, settings: Settings) -> Mapping[str, Any]:
        session = sessions.current_session(request, settings)
        user, identity = session.user, _verified(verify, request, settings)
        with (
            _offering(session, identity, lambda: _gate(request, settings), settings),
            _linking(user, identity, lambda: _gate(request, settings)),
        ):
            ask_before_link(identity, user, request, settings)
            check_former(user, identity, provider.rule)
            links.link(user, identity, provider.rule, player(request, settings))
        _use_the_rest(user, identity, settings, request.trace)
        _tell("linked", user, identity)
        return {}

    def unlink(request: Request, settings: Settings) -> Mapping[str, Any]:
        user = sessions.current_session(request, settings).user
        identity = verify(request, settings) if _shows_any(provider, request) else ExternalIdentity(provider.name, "")
        links.unlink(user, identity, provider.rule, player(request, settings))
        _tell("unlinked", user, identity)
        return {}

    verbs: dict[str, Handle] = {"authenticate": authenticate, "link": link, "unlink": unlink}
    routes = {f"POST /v2/account/{verb}/{provider.name}": Route(verb, handle) for verb, handle in verbs.items()}
    return application(provider.name, routes, provider.name)


def asking_for(request: Request, title: str, section: Mapping[str, Any], settings: Settings) -> "Asking":
    """Return what a request's provider is asked through: `title` is for clients to read, `section` are its settings."""
    from symbolon.limits.forgeries import Asking  # noqa: PLC0415 (most providers' functions ask nobody)
    from symbolon.settings.limits import Limits, calls_per_minute  # noqa: PLC0415 (as above)

    trace = request.trace
    calls = calls_per_minute(trace.provider, section)
    return Asking(trace.provider, title, calls, request.source_ip, Limits.of(settings.document), trace.events)


class _Wish(NamedTuple):
    """What a client asks for at sign-in besides showing its credential."""

    create: bool
    username: str
    variables: Mapping[str, str]

    @classmethod
    def of(cls, request: Request, private: Collection[str]) -> Self:
        return cls(
            create=request.query_flag("create", default=True),
            username=checked_username(request.query_text("username")),
            variables={name: text for name, text in request.body.variables().items() if name not in private},
        )


def _verified(verify: Verify, request: Request, settings: Settings) -> ExternalIdentity:
    """Return the verified identity, with what an import of friends takes only where the client asks for one."""
    identity = verify(request, settings)
    if identity.friends is None or any(_asks_for(name, request) for name in ("sync", "import")):
        return identity
    return identity._replace(friends=None)


def _shows_any(provider: Provider, request: Request) -> bool:
    """Tell whether an unlink names an identity; raises InvalidArgument when it must."""
    shows = any(map(request.body.has, provider.credential))
    if not shows and provider.unlink_requires:
        raise InvalidArgument(provider.unlink_requires)
    return shows


def _asks_for(name: str, request: Request) -> bool:
    """Tell whether the request has the flag `name`, in the query or in the body."""
    return request.query_flag(name, default=False) or request.body.flag(name) is True


def _gate(request: Request, settings: Settings) -> "Gate":
    from symbolon.limits.gate import Gate  # noqa: PLC0415 (most sign-ins guess nothing and make nothing)
    from symbolon.settings.limits import Limits  # noqa: PLC0415 (as above)

    trace = request.trace
    return Gate(request.source_ip, Limits.of(settings.document), trace.events, tried=trace.concerns)


def _terms(wish: _Wish, provider: Provider, request: Request, settings: Settings) -> Terms:
    terms = Terms(wish.username, wish.create, lambda: _gate(request, settings))
    if not settings.document.get("legacy"):
        return terms
    from symbolon.legacy.asking import Question  # noqa: PLC0415 (only while players move here from another server)

    credential = request.body.sent((*provider.credential, "password"))
    question = Question(credential, request, settings, lambda: _gate(request, settings), wish.create)
    return terms._replace(elsewhere=question.ask)


@contextmanager
def _linking(user: User, identity: ExternalIdentity, gate: Callable[[], "Gate"]) -> Iterator[None]:
    """Count attempts to link what can be guessed: whether somebody else has it is what the answer tells."""
    if identity.secret is None:
        yield
        return
    permit = gate().link(user)
    if user.password_hash and identity.former_secret and not identity.former_secret.matches(user.password_hash):
        permit.failed()
        raise Unauthenticated("Invalid credentials.")
    try:
        yield
    except AlreadyExists:
        permit.failed()
        raise
    permit.succeeded()


@contextmanager
def _offering(
    session: Session, identity: ExternalIdentity, gate: Callable[[], "Gate"], settings: Settings
) -> Iterator[None]:
    """Give a ticket to whoever is refused an identity that another account has, see `symbolon.accounts.offers`."""
    try:
        yield
    except AlreadyExists as refusal:
        from symbolon.accounts.offers import offer  # noqa: PLC0415 (few links are refused)

        refusal.extra = {**refusal.extra, **offer(session, identity, gate, settings)}
        raise


def _tell(kind: str, user: User, identity: ExternalIdentity) -> None:
    """Tell the account's verified address, if it has one, what became of an identity."""
    if user.verify_time:
        from symbolon.accounts import notices  # noqa: PLC0415 (few accounts have one)

        notices.tell_of_way(kind, user, identity.provider, identity.subject)


def _welcome(arrival: Arrival, identity: ExternalIdentity, trace: Trace, settings: Settings) -> None:
    trace.user_id, trace.identity = arrival.user.user_id, identity.key
    trace.events += [ACCOUNT_CREATED] if arrival.created else []
    _use_the_rest(arrival.user, identity, settings, trace)


def _use_the_rest(user: User, identity: ExternalIdentity, settings: Settings, trace: Trace) -> None:
    """Have others do what came with the credential besides: friends to import, a grant to keep. Nobody waits for it."""
    if identity.friends is not None:
        from symbolon.friends import importing  # noqa: PLC0415 (what few sign-ins need must not slow down the others)
        from symbolon.settings.limits import Limits  # noqa: PLC0415 (as above)

        wanted = importing.Import(user.user_id, identity.provider, identity.friends)
        importing.request(wanted, Limits.of(settings.document), trace)
    if identity.grant is not None:
        from symbolon.accounts import revocations  # noqa: PLC0415 (as above)

        revocations.keep(identity.key, identity.grant, trace)
