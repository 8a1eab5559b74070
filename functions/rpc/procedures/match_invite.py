"""match/invite: who belongs to a match lets others join it, which a private one takes."""

from dataclasses import dataclass
from typing import Self

from symbolon.errors import FailedPrecondition, InvalidArgument, PermissionDenied, ResourceExhausted, Unavailable
from symbolon.matches import access, matches
from symbolon.matches.fields import read_match_id, read_uuids
from symbolon.matches.matches import Match
from symbolon.matches.owners import IS_OWN, NOT_OWN, owner_of
from symbolon.rpc import Caller, RpcCall, procedure

MOST_INVITED = 256
"""Users whom one match remembers to be invited."""

SERVER = "server"
"""Who invited, where no user did."""

_ATTEMPTS = 3
# That nobody else was invited meanwhile is part of it, and that the inviter is in the match where that is the right.
_UNCHANGED = f"{matches.LIVE} AND #session = :session AND (#invited = :invited OR attribute_not_exists(#invited))"
_IS_IN = "attribute_exists(#players.#user)"


@procedure("match/invite", caller=Caller.ANY)
def invite(call: RpcCall) -> object:
    """Let the users `user_ids` join the match, whoever it is for; its server may, and who belongs to the match.

    Raises NotFound, FailedPrecondition (not prepared), PermissionDenied, ResourceExhausted at MOST_INVITED.
    """
    inviter = _Inviter.of(call)
    match, user_ids = matches.find(read_match_id(call.body)), read_uuids(call.body, "user_ids")
    if not user_ids:
        raise InvalidArgument("User IDs are required.")
    for _ in range(_ATTEMPTS):
        if not match.session:
            raise FailedPrecondition("Match is not prepared.")
        inviter.require_right(match)
        new = [user_id for user_id in user_ids if user_id not in match.invited]
        if len(match.invited) + len(new) > MOST_INVITED:
            raise ResourceExhausted(f"At most {MOST_INVITED} users can be invited to a match.")
        if not new or _is_done(match, dict.fromkeys(new, inviter.name), inviter):
            return {}
        match = matches.find(match.match_id)
    raise Unavailable("The match is being changed by others.")


@dataclass(frozen=True)
class _Inviter:
    """Who invites: a user, or the game server that is `owner`."""

    name: str
    owner: str

    @classmethod
    def of(cls, call: RpcCall) -> Self:
        if call.session:
            return cls(call.session.user.user_id, "")
        return cls(SERVER, owner_of(call.server_id, call.body, call.request.source_ip))

    def require_right(self, match: Match) -> None:
        if self.owner and match.owner not in ("", self.owner):
            raise PermissionDenied(NOT_OWN)
        if not self.owner and not access.may_invite(match, self.name):
            raise PermissionDenied("Only who prepared the match, is named by it or is in it may invite.")

    def condition(self, match: Match) -> str:
        """Return what must still hold when the invitation is written."""
        if self.owner:
            return f"{_UNCHANGED} AND {IS_OWN}"
        return _UNCHANGED if access.belongs(match, self.name) else f"{_UNCHANGED} AND {_IS_IN}"


def _is_done(match: Match, new: dict[str, str], inviter: _Inviter) -> bool:
    values = {"session": dict(match.session), "invited": dict(match.invited), "all": {**match.invited, **new}}
    who = {"user": inviter.name, "owner": inviter.owner}
    return matches.change(match.match_id, "SET #invited = :all", inviter.condition(match), **who, **values) is None
