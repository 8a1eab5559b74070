"""The three verbs of every provider: authenticate, link and unlink."""

from collections.abc import Iterator, Mapping

from local.contract import common
from local.contract.fields import flag, message, text, variables
from local.contract.operation import (
    JSON,
    Operation,
    Schema,
    forbidden,
    missing,
    ref,
    taken,
    too_many,
    unavailable,
)
from local.contract.ways import derived, own, providers
from local.contract.ways.kinds import Kind
from local.template.template import load_template
from symbolon.identities.names import MAX_USERNAME_BYTES

_SIGN_IN = "/v2/account/authenticate/"


def _kinds() -> dict[str, Kind]:
    """Give every provider that the template has a route for."""
    paths = [route.path for function in load_template().functions for route in function.routes]
    names = [path.removeprefix(_SIGN_IN) for path in paths if path.startswith(_SIGN_IN)]
    described = {**own.KINDS, **providers.KINDS}
    return {name: described[name] if name in described else derived.kind_of(name) for name in names}


KINDS: Mapping[str, Kind] = _kinds()
WITH_FRIENDS = ("facebook", "steam")
_QUERY: Mapping[str, Schema] = {
    "create": {"type": "boolean", "default": True, "description": "Make an account where none has the identity."},
    "username": text("The new account's username; ten random letters without it.", MAX_USERNAME_BYTES, type="string"),
}
_SYNC: Mapping[str, Schema] = {
    name: {"type": "boolean", "default": False, "description": "Make friends of the player's friends at the provider."}
    for name in ("sync", "import")
}
_ASKED = (*common.BODY, *common.QUERY, *common.FLAG, *common.CONTENTION)
_LAST = "Cannot unlink last account identifier. Check profile exists and is not last link."


def _authenticate(name: str, kind: Kind) -> Operation:
    return Operation(
        "sign-in",
        f"Sign in with {kind.title}.",
        ("serverKey",),
        (
            *common.SERVER_KEY,
            *_ASKED,
            *common.VARS,
            *common.USERNAME,
            *kind.problems,
            *missing("User account not found."),
            *common.BANNED,
            *common.HOOK,
            *taken("Username is already in use.", kind.in_use),
            *too_many("Too many new accounts from this network."),
            *unavailable("No free username was found.", "Players who have not moved yet cannot sign in at the moment."),
        ),
        query={**_QUERY, **(_SYNC if name in WITH_FRIENDS else {})},
        body={JSON: message({**kind.credential, "vars": variables()}, *kind.required)},
        answer={JSON: ref("Session")},
        event=f"{name}_authenticate",
    )


def _link(name: str, kind: Kind) -> Operation:
    """Describe a link; Nakama nests a ticket of Steam's, and not those of others."""
    nested = message({"account": message(kind.credential, *kind.required), "sync": flag()}, "account")
    plain = message({**kind.credential, "vars": variables()}, *kind.required)
    return Operation(
        "links",
        f"Link {kind.title} to the caller's account; a second one replaces the first, but for devices.",
        ("session",),
        (*common.SESSION, *_ASKED, *common.VARS, *kind.problems, *kind.link, *common.HOOK, *taken(kind.in_use)),
        query=_SYNC if name in WITH_FRIENDS else {},
        body={JSON: nested if kind.is_nested else plain},
        event=f"{name}_link",
    )


def _unlink(name: str, kind: Kind) -> Operation:
    return Operation(
        "links",
        f"Take {kind.title} from the caller's account; without a credential, whichever it has.",
        ("session",),
        (*common.SESSION, *_ASKED, *common.VARS, *kind.problems, *kind.unlink, *forbidden(_LAST)),
        body={JSON: message({**{field: text() for field in kind.credential}, "vars": variables()})},
        event=f"{name}_unlink",
    )


def _verbs() -> Iterator[tuple[str, Operation]]:
    for name, kind in KINDS.items():
        yield f"POST /v2/account/authenticate/{name}", _authenticate(name, kind)
        yield f"POST /v2/account/link/{name}", _link(name, kind)
        yield f"POST /v2/account/unlink/{name}", _unlink(name, kind)


OPERATIONS: Mapping[str, Operation] = dict(_verbs())
