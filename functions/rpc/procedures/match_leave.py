"""match/leave: players give their places back, or their match's server takes them out."""

from dataclasses import dataclass
from typing import Self

from symbolon.errors import InvalidArgument, NotFound, PermissionDenied
from symbolon.matches import matches
from symbolon.matches.fields import read_match_id, read_uuid
from symbolon.matches.matches import Match
from symbolon.matches.owners import IS_OWN, NOT_OWN, owner_of
from symbolon.rpc import Caller, RpcCall, procedure

_IS_AS_SEEN = f"{matches.LIVE} AND #players.#user = :entry"
"""Of the entry that was seen, since a request that is sent twice must not take a place that was taken in between."""


@procedure("match/leave", caller=Caller.ANY)
def leave(call: RpcCall) -> object:
    """Give a place back: a user's own, or for the match's server that of the user `user_id`.

    Nothing happens to who has none. Raises NotFound, PermissionDenied for another server.
    """
    match_id, leaver = read_match_id(call.body), _Leaver.of(call)
    match = matches.find(match_id)
    if leaver.owner and match.owner not in ("", leaver.owner):
        raise PermissionDenied(NOT_OWN)
    if leaver.user_id in match.players:
        leaver.leave(match)
    return {}


@dataclass(frozen=True)
class _Leaver:
    """Who leaves: a user, or one whom the server takes out that is `owner`."""

    user_id: str
    owner: str

    @classmethod
    def of(cls, call: RpcCall) -> Self:
        if call.session is not None:
            return cls(call.session.user.user_id, "")
        if not (user_id := read_uuid(call.body, "user_id")):
            raise InvalidArgument("User ID is required.")
        return cls(user_id, owner_of(call.server_id, call.body, call.request.source_ip))

    def leave(self, match: Match) -> None:
        condition = f"{_IS_AS_SEEN} AND {IS_OWN}" if self.owner else _IS_AS_SEEN
        # A match that was prepared by a version that kept no places for guests has none.
        update = "REMOVE #players.#user" + ("" if match.guests is None else ", #guests.#user")
        entry = dict(match.players[self.user_id])
        found = matches.change(match.match_id, update, condition, user=self.user_id, owner=self.owner, entry=entry)
        if found is not None and matches.from_found(found) is None:
            raise NotFound("Match not found.")
