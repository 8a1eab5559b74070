"""match/register, match/open and match/unregister: game servers offer themselves, and stay as long as they report.

A server registers a match, parked, and sends the same again before its time is up; docs/matches.md has the fields.
"""

import time
import uuid
from typing import Any

from symbolon.api.body import Body
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    Unavailable,
)
from symbolon.matches import matches, rights
from symbolon.matches.fields import (
    VISIBLE,
    new_match_id,
    optional_match_id,
    read_bounded,
    read_match_id,
    read_uuid,
    read_uuids,
    read_word,
    read_words,
)
from symbolon.matches.owners import IS_OWN, NOT_OWN, owner_of
from symbolon.rpc import Caller, RpcCall, procedure

TTL_SECONDS = range(15, 601)
DEFAULT_TTL_SECONDS = 60
LIMITS = range(1, 65)
DEFAULT_LIMIT = 12

_ATTEMPTS = 3
_KEPT = ("expires_at", "owner")
_NOT_PREPARED = "Match is not prepared."
_GONE = "attribute_not_exists(#match_id) OR #expires_at <= :now"
_PARK = (
    "SET #listing = :listing, #expires_at = :expires_at, #broadcaster = :broadcaster, #app_id = :app_id, "
    "#limit = :limit, #open = :open, #players = :players, #owner = :owner "
    "REMOVE #session, #receipt, #started_at, #guests, #invited"
)


@procedure("match/register", caller=Caller.SERVER)
def register(call: RpcCall) -> object:
    """Park a match of the calling server, or keep the one that it has; return its id, time to live and label.

    Raises AlreadyExists when the match is another server's, PermissionDenied where this one must not register.
    """
    match_id = optional_match_id(call.body) or new_match_id()
    ttl = read_bounded(call.body, "ttl_sec", TTL_SECONDS, DEFAULT_TTL_SECONDS)
    attributes = _attributes(call.body, _operator(call)) | {"expires_at": int(time.time()) + ttl, "owner": _owner(call)}
    for _ in range(_ATTEMPTS):
        if _is_kept(match_id, attributes) or matches.change(match_id, _PARK, _GONE, **attributes) is None:
            return {"id": match_id, "ttl_sec": ttl, "label": matches.find(match_id).label(with_endpoint=True)}
    raise Unavailable("The match is being changed by others.")


@procedure("match/open", caller=Caller.SERVER)
def open_match(call: RpcCall) -> object:
    """Let players in or, with `open` false, no more of them; return the label."""
    match_id, owner = read_match_id(call.body), _owner(call)
    is_open = call.body.flag("open") is not False
    condition = f"{matches.LIVE} AND attribute_exists(#session) AND {IS_OWN}"
    found = matches.change(match_id, "SET #open = :open", condition, open=is_open, owner=owner)
    if match := matches.from_found(found):
        raise PermissionDenied(NOT_OWN) if match.owner not in ("", owner) else FailedPrecondition(_NOT_PREPARED)
    return {"id": match_id, "label": matches.find(match_id).label(with_endpoint=True)}


@procedure("match/unregister", caller=Caller.SERVER)
def unregister(call: RpcCall) -> object:
    """End a match: nobody finds it any more."""
    key = matches.match_key(read_match_id(call.body))
    condition, names = f"attribute_exists(match_id) AND {IS_OWN}", {"#owner": "owner"}
    try:
        dynamodb.transact([Write("Delete", key, condition, names=names, values={":owner": _owner(call)})])
    except TransactionRefused as refused:
        raise PermissionDenied(NOT_OWN) if refused.found.get(0) else NotFound("Match not found.") from refused
    return {}


def _owner(call: RpcCall) -> str:
    return owner_of(call.server_id, call.body, call.request.source_ip)


def _operator(call: RpcCall) -> str:
    """Return the operator for whom a server registers; raises PermissionDenied where it must not."""
    operator, allowed = read_uuid(call.body, "operator"), call.server.operators if call.server else ()
    if call.server_id:
        if operator and operator not in allowed:
            raise PermissionDenied("The game server may not register for this operator.")
        return operator or (allowed[0] if allowed else "")
    if rights.admits_known_servers_only(call.settings):
        raise PermissionDenied("Game servers need keys of their own.")
    return operator


def _is_kept(match_id: str, attributes: dict[str, Any]) -> bool:
    """Let the match live on; False when it is gone, or never was."""
    condition = f"{matches.LIVE} AND #broadcaster.#endpoint = :endpoint AND {IS_OWN}"
    own = {"endpoint": attributes["broadcaster"]["endpoint"]} | {name: attributes[name] for name in _KEPT}
    found = matches.change(match_id, "SET #expires_at = :expires_at, #owner = :owner", condition, **own)
    if found is not None and matches.from_found(found):
        raise AlreadyExists("Match belongs to another game server.")
    return found is None


def _attributes(body: Body, operator: str) -> dict[str, Any]:
    """Return what a parked match consists of, but for its time to live."""
    endpoint = read_word(body, "endpoint", VISIBLE)
    if not endpoint:
        raise InvalidArgument("Endpoint is required.")
    broadcaster = {
        "sid": read_uuid(body, "sid") or str(uuid.uuid4()),
        "oper": operator,
        "group_ids": read_uuids(body, "group_ids"),
        "endpoint": endpoint,
        "version_lock": body.unsigned("version_lock"),
        "regions": read_words(body, "regions"),
        "server_id": body.unsigned("server_id"),
        "features": read_words(body, "features"),
    }
    return {
        "listing": "live",
        "broadcaster": broadcaster,
        "app_id": read_word(body, "app_id"),
        "limit": read_bounded(body, "limit", LIMITS, DEFAULT_LIMIT),
        "open": False,
        "players": {},
    }
