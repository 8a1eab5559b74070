"""match/join: players take places; the first who joins starts the match."""

import uuid
from dataclasses import dataclass, replace
from typing import Any, Self

from symbolon.errors import (
    AlreadyExists,
    FailedPrecondition,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    SymbolonError,
    Unavailable,
)
from symbolon.identities.users import timestamp
from symbolon.matches import access, matches
from symbolon.matches.fields import ANY_TEAM, MODERATOR, read_match_id, read_team, read_words
from symbolon.matches.matches import Match
from symbolon.rpc import Caller, RpcCall, procedure

_ATTEMPTS = 6
# That the session is still the one whose required features and names were looked at is part of it.
_FREE_PLACE = (
    f"{matches.LIVE} AND #open = :open AND #session = :session AND attribute_not_exists(#players.#user) "
    "AND size(#players) < #limit"
)
_FREE_FOR_GUESTS = f"{_FREE_PLACE} AND size(#guests) < :places"
_TAKE = "SET #players.#user = :entry, #started_at = if_not_exists(#started_at, :joined_at)"
_TAKE_AS_GUEST = f"{_TAKE}, #guests.#user = :joined_at"


@dataclass(frozen=True)
class _Joiner:
    """Who wants to join, with what client, in which role."""

    user_id: str
    features: set[str]
    team: int

    @classmethod
    def of(cls, call: RpcCall) -> Self:
        role = call.body.text("role")
        team = read_team(role, "role") if role else ANY_TEAM
        return cls(call.caller.user.user_id, set(read_words(call.body, "features")), team)

    def entry(self, match: Match) -> dict[str, Any]:
        """Return what to write into the match: the team that it was prepared with, or else the one of choice."""
        return {"team": match.session["team_alignments"].get(self.user_id, self.team), "receipt": str(uuid.uuid4())}


@procedure("match/join", caller=Caller.SESSION)
def join(call: RpcCall) -> object:
    """Take a place in a match for the caller, whose client has `features`; return the match's id, the team, the label.

    Raises NotFound, FailedPrecondition (IncompatibleServer, not prepared, closed), PermissionDenied (private, or a
    moderator whom nobody named), AlreadyExists, ResourceExhausted.
    """
    joiner = _Joiner.of(call)
    match = matches.find(read_match_id(call.body))
    for _ in range(_ATTEMPTS):
        if refusal := _refusal(match, joiner):
            raise refusal
        entry = joiner.entry(match)
        match = _joined(match, joiner.user_id, entry)
        if match.players.get(joiner.user_id) == entry:
            return {"id": match.match_id, "team": entry["team"], "label": match.label(with_endpoint=True)}
    raise Unavailable("The match is being changed by others.")


def _joined(match: Match, user_id: str, entry: dict[str, Any]) -> Match:
    """Take the place, and return the match with the entry, or without when it was not any more as it was looked at.

    The entry is there too when the request was sent twice, since the first answer was lost.
    """
    now = timestamp()
    values = {"open": True, "session": dict(match.session), "entry": entry, "joined_at": now}
    values["places"] = access.places_for_guests(match)
    is_guest = match.guests is not None and user_id not in access.named(match)
    update, condition = (_TAKE_AS_GUEST, _FREE_FOR_GUESTS) if is_guest else (_TAKE, _FREE_PLACE)
    found = matches.change(match.match_id, update, condition, user=user_id, **values)
    if found is None:
        return replace(match, started_at=match.started_at or now, players={**match.players, user_id: entry})
    current = matches.from_found(found)
    if current is None:
        raise NotFound("Match not found.")
    return current


def _refusal(match: Match, joiner: _Joiner) -> SymbolonError | None:
    """Return why the user cannot join, None when there is nothing against it."""
    if not match.session:
        return FailedPrecondition("Match is not prepared.")
    if joiner.user_id in match.players:
        return AlreadyExists("User is already in the match.")
    if not access.may_join(match, joiner.user_id):
        return PermissionDenied("Match is private.")
    if joiner.team == MODERATOR and joiner.user_id not in access.named(match):
        return PermissionDenied("Only role_alignments make a moderator.")
    if not joiner.features.issuperset(match.session["required_features"]):
        return FailedPrecondition("IncompatibleServer")
    return _no_room(match, joiner.user_id)


def _no_room(match: Match, user_id: str) -> SymbolonError | None:
    is_guest = user_id not in access.named(match)
    if not match.is_open:
        return FailedPrecondition("Match is closed.")
    if len(match.players) >= match.limit or (is_guest and len(match.guests or {}) >= access.places_for_guests(match)):
        return ResourceExhausted("Match is full.")
    return None
