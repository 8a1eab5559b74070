"""match/leave: players give their places back, or their match's server takes them out."""

from dataclasses import dataclass
from typing import Self

from symbolon.aws.dynamodb import Item
from symbolon.errors import InvalidArgument, NotFound, PermissionDenied
from symbolon.matches import matches
from symbolon.matches.fields import read_match_id, read_uuid
from symbolon.matches.owners import IS_OWN, NOT_OWN, owner_of
from symbolon.rpc import Caller, RpcCall, procedure

_IS_IN = f"{matches.LIVE} AND attribute_exists(#players.#user)"


@procedure("match/leave", caller=Caller.ANY)
def leave(call: RpcCall) -> object:
    """Give a place back: a user's own, or for the match's server that of the user `user_id`.

    Nothing happens to who has none. Raises NotFound, PermissionDenied for another server.
    """
    match_id, leaver = read_match_id(call.body), _Leaver.of(call)
    found = leaver.leave(match_id, "REMOVE #players.#user, #guests.#user", f"{_IS_IN} AND attribute_exists(#guests)")
    if found and "guests" not in found:  # prepared by a version that kept no places
        found = leaver.leave(match_id, "REMOVE #players.#user", _IS_IN)
    match = matches.from_found(found)
    if found is not None and match is None:
        raise NotFound("Match not found.")
    if match and leaver.owner and match.owner not in ("", leaver.owner):
        raise PermissionDenied(NOT_OWN)
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

    def leave(self, match_id: str, update: str, condition: str) -> Item | None:
        condition = f"{condition} AND {IS_OWN}" if self.owner else condition
        return matches.change(match_id, update, condition, user=self.user_id, owner=self.owner)
