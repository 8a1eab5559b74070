"""match/invite: who belongs to a match lets others join it, which a private one takes."""

from symbolon.errors import FailedPrecondition, InvalidArgument, PermissionDenied, ResourceExhausted, Unavailable
from symbolon.matches import access, matches
from symbolon.matches.fields import read_match_id, read_uuids
from symbolon.matches.matches import Match
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
    """Let the users `user_ids` join the match, whoever it is for; a server may, and who belongs to the match.

    Raises NotFound, FailedPrecondition (not prepared), PermissionDenied, ResourceExhausted at MOST_INVITED.
    """
    inviter = call.session.user.user_id if call.session else SERVER
    match, user_ids = matches.find(read_match_id(call.body)), read_uuids(call.body, "user_ids")
    if not user_ids:
        raise InvalidArgument("User IDs are required.")
    for _ in range(_ATTEMPTS):
        if not match.session:
            raise FailedPrecondition("Match is not prepared.")
        if inviter != SERVER and not access.may_invite(match, inviter):
            raise PermissionDenied("Only who prepared the match, is named by it or is in it may invite.")
        new = [user_id for user_id in user_ids if user_id not in match.invited]
        if len(match.invited) + len(new) > MOST_INVITED:
            raise ResourceExhausted(f"At most {MOST_INVITED} users can be invited to a match.")
        if not new or _is_done(match, dict.fromkeys(new, inviter), inviter):
            return {}
        match = matches.find(match.match_id)
    raise Unavailable("The match is being changed by others.")


def _is_done(match: Match, new: dict[str, str], inviter: str) -> bool:
    by_right_of_a_player = inviter != SERVER and not access.belongs(match, inviter)
    condition = f"{_UNCHANGED} AND {_IS_IN}" if by_right_of_a_player else _UNCHANGED
    values = {"session": dict(match.session), "invited": dict(match.invited), "all": {**match.invited, **new}}
    return matches.change(match.match_id, "SET #invited = :all", condition, user=inviter, **values) is None
