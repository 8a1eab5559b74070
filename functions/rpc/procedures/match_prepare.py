"""match/prepare: somebody who may says what a parked server shall play; it starts when the first player joins."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from symbolon.errors import FailedPrecondition, PermissionDenied, ResourceExhausted
from symbolon.matches import matches, rights
from symbolon.matches.fields import optional_match_id
from symbolon.matches.matches import Match
from symbolon.matches.wish import Wish
from symbolon.rpc import Caller, RpcCall, procedure

MOST_LOOKED_AT = 5000
"""Matches among which a free server is looked for."""

# That the server is still the one that was looked at is part of it.
_PARKED = f"{matches.LIVE} AND attribute_not_exists(#session) AND #broadcaster = :broadcaster"
_PREPARE = "SET #session = :session, #receipt = :receipt, #open = :open, #guests = :none, #invited = :none"


@procedure("match/prepare", caller=Caller.SESSION)
def prepare(call: RpcCall) -> object:
    """Prepare the match `id`, or without one that of a free server which fits; return its id, signal and label.

    Raises PermissionDenied for who neither operates the server nor is an allocator, FailedPrecondition for a server
    that does not fit or is not parked any more, ResourceExhausted when none is free.
    """
    user_id = call.caller.user.user_id
    is_allocator = rights.is_allocator(user_id, call.settings)
    if match_id := optional_match_id(call.body):
        match = matches.find(match_id)
        if not is_allocator and match.broadcaster["oper"] != user_id:
            raise PermissionDenied("Only its operator and allocators may prepare a game server's match.")
        return _prepare_this(match, Wish.read(call.body, user_id))
    return _prepare_any(Wish.read(call.body, user_id), "" if is_allocator else user_id)


def _prepare_this(match: Match, wish: Wish) -> object:
    if reason := wish.unmet(match):
        raise FailedPrecondition(reason)
    prepared = _prepared(match, wish)
    if prepared is None:
        raise FailedPrecondition("Match is not free any more.")
    return _answer(prepared, wish)


def _prepare_any(wish: Wish, operator: str) -> object:
    for match in _free(wish, operator):
        if prepared := _prepared(match, wish):
            return _answer(prepared, wish)
    raise ResourceExhausted("No game server that fits is free.")


def _prepared(match: Match, wish: Wish) -> Match | None:
    """Write the session, and return the match with it; None when somebody else was faster."""
    session, receipt = wish.session_on(match), str(uuid.uuid4())
    values = {"session": session, "receipt": receipt, "open": True, "broadcaster": dict(match.broadcaster), "none": {}}
    found = matches.change(match.match_id, _PREPARE, _PARKED, **values)
    if found is not None and found.get("receipt") != receipt:  # ours is there when the request was sent twice
        return None
    return replace(match, session=session, is_open=True)


def _free(wish: Wish, operator: str) -> Iterator[Match]:
    """Yield free servers that fit, the operator's or, when it is "", everybody's.

    In no order, so that callers who look at the same time rarely want the same one.
    """
    fitting = [
        match
        for match in islice(matches.listed(), MOST_LOOKED_AT)
        if not match.session and operator in ("", match.broadcaster["oper"]) and not wish.unmet(match)
    ]
    random.shuffle(fitting)
    yield from fitting


def _answer(match: Match, wish: Wish) -> object:
    return {"id": match.match_id, "signal_payload": wish.signal(match), "label": match.label(with_endpoint=True)}
