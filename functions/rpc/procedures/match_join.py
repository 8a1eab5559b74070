"""match/join and match/leave: players take places and give them back; the first who joins starts the match."""

import uuid
from dataclasses import replace
from typing import Any

from symbolon.errors import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    SymbolonError,
    Unavailable,
)
from symbolon.identities.users import timestamp
from symbolon.matches import matches
from symbolon.matches.fields import ANY_TEAM, read_match_id, read_team, read_uuid, read_words
from symbolon.matches.matches import Match
from symbolon.rpc import Caller, RpcCall, procedure

_ATTEMPTS = 6
# That the session is still the one whose required features were looked at is part of it.
_FREE_PLACE = (
    f"{matches.LIVE} AND #open = :open AND #session = :session AND attribute_not_exists(#players.#user) "
    "AND size(#players) < #limit"
)
_TAKE = "SET #players.#user = :entry, #started_at = if_not_exists(#started_at, :joined_at)"


@procedure("match/join", caller=Caller.SESSION)
def join(call: RpcCall) -> object:
    """Take a place in a match for the caller, whose client has `features`; return the match's id, the team, the label.

    Raises NotFound, FailedPrecondition (IncompatibleServer, not prepared, closed), AlreadyExists, ResourceExhausted.
    """
    user_id, role = call.caller.user.user_id, call.body.text("role")
    features = set(read_words(call.body, "features"))
    chosen = read_team(role, "role") if role else ANY_TEAM
    match = matches.find(read_match_id(call.body))
    for _ in range(_ATTEMPTS):
        if refusal := _refusal(match, user_id, features):
            raise refusal
        team = match.session["team_alignments"].get(user_id, chosen)
        entry = {"team": team, "receipt": str(uuid.uuid4())}
        match = _joined(match, user_id, entry)
        if match.players.get(user_id) == entry:
            return {"id": match.match_id, "team": team, "label": match.label(with_endpoint=True)}
    raise Unavailable("The match is being changed by others.")


@procedure("match/leave", caller=Caller.ANY)
def leave(call: RpcCall) -> object:
    """Give a place back: a user's own, or for a server that of the user `user_id`; nothing happens to who has none."""
    match_id, user_id = read_match_id(call.body), _leaver(call)
    condition = f"{matches.LIVE} AND attribute_exists(#players.#user)"
    found = matches.change(match_id, "REMOVE #players.#user", condition, user=user_id)
    if found is not None and matches.from_found(found) is None:
        raise NotFound("Match not found.")
    return {}


def _joined(match: Match, user_id: str, entry: dict[str, Any]) -> Match:
    """Take the place, and return the match with the entry, or without when it was not any more as it was looked at.

    The entry is there too when the request was sent twice, since the first answer was lost.
    """
    now = timestamp()
    values = {"open": True, "session": dict(match.session), "entry": entry, "joined_at": now}
    found = matches.change(match.match_id, _TAKE, _FREE_PLACE, user=user_id, **values)
    if found is None:
        return replace(match, started_at=match.started_at or now, players={**match.players, user_id: entry})
    current = matches.from_found(found)
    if current is None:
        raise NotFound("Match not found.")
    return current


def _refusal(match: Match, user_id: str, features: set[str]) -> SymbolonError | None:
    """Return why the user cannot join, None when there is nothing against it."""
    if not match.session:
        return FailedPrecondition("Match is not prepared.")
    if user_id in match.players:
        return AlreadyExists("User is already in the match.")
    if not features.issuperset(match.session["required_features"]):
        return FailedPrecondition("IncompatibleServer")
    if not match.is_open:
        return FailedPrecondition("Match is closed.")
    if len(match.players) >= match.limit:
        return ResourceExhausted("Match is full.")
    return None


def _leaver(call: RpcCall) -> str:
    if call.session is not None:
        return call.session.user.user_id
    if not (user_id := read_uuid(call.body, "user_id")):
        raise InvalidArgument("User ID is required.")
    return user_id
