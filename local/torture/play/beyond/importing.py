"""Providers' friends made friends here, at once."""

from local.torture.play.beyond.background import befriending
from local.torture.play.board import Identity, Session
from local.torture.play.proving import credential
from local.torture.play.signing_in import Attempt, sign_in_with
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, request

_OK = 200


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
