"""Providers' friends made friends here, at once; and a ticket that is used when its time is over."""

from local.torture.judge.history import Effect
from local.torture.play.beyond.background import befriending
from local.torture.play.board import Identity, Session
from local.torture.play.proving import credential
from local.torture.play.signing_in import Attempt, sign_in_with
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, basic, request

_OK = 200
_LATER_SECONDS = 310
"""Longer than a ticket may come again after its first use, by two clocks that are wrong."""


@plays(3)
def import_friends(turn: Turn) -> None:
    """Ask for one's friends at Steam or Facebook, at times for nobody else."""
    session = turn.session()
    known = [one for one in turn.identities if one.provider in ("steam", "facebook")]
    if session is None or not known:
        return
    import_as(turn, session, turn.draw.choice(known), reset=turn.happens(0.2))


def import_as(turn: Turn, session: Session, identity: Identity, *, reset: bool = False) -> Answer:
    """Ask for the friends that this identity has at its provider."""
    turn.operation.everywhere["friendship"] = befriending(session.user_id, reset=reset)
    query = {"reset": "true"} if reset else None
    answer = turn.ask_as(
        session, request(f"POST /v2/friend/{identity.provider}", credential(turn, identity, ""), query)
    )
    if _OK < answer.status < 500:  # noqa: PLR2004 (HTTP's)
        turn.operation.everywhere.clear()
    return answer


@plays(2)
def sign_in_with_friends(turn: Turn) -> None:
    """Sign in with Steam or Facebook, and have friends imported later."""
    known = [one for one in turn.identities if one.provider in ("steam", "facebook")]
    if known:
        sign_in_with(turn, Attempt(turn.draw.choice(known), "", "", create=True, sync=True))


@plays(1)
def use_ticket_again(turn: Turn) -> None:
    """Use a Steam ticket again, long after: it is good for one sign-in. Time passes for all, so a run has this once."""
    if not turn.board.spent or turn.board.has_waited or turn.board.prepared:
        return
    turn.board.has_waited = True
    ticket = turn.draw.choice(turn.board.spent)
    turn.around.wait(_LATER_SECONDS)
    route = "POST /v2/account/authenticate/steam"
    answer = turn.ask(request(route, {"token": ticket}, {"create": "false"}, basic(turn.around.server_key)))
    if answer.status == _OK:
        number = bytes.fromhex(ticket).decode().rpartition(":")[2].strip()
        turn.operation.effects.append(Effect(f"ticket {number}", lambda _state: [], "was good again, long after"))
