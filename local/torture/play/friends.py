"""Friends: wishes about other accounts, and lists."""

from local.torture.judge.friendships import Friendship
from local.torture.play.board import Session
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, request
from symbolon.friends import friendship
from symbolon.friends.friendship import Rule, State

_OK = 200
_WISHES: dict[str, Rule] = {
    "POST /v2/friend": friendship.invite,
    "DELETE /v2/friend": friendship.remove,
    "POST /v2/friend/block": friendship.block,
}


@plays(4)
def wish(turn: Turn) -> None:
    """Invite, accept, remove or block one or two others."""
    session = turn.session()
    if session is None:
        return
    others = [user_id for user_id in turn.board.user_ids if user_id != session.user_id]
    if not others:
        return
    route = turn.draw.choice([*_WISHES, "POST /v2/friend"])
    named = turn.draw.sample(others, min(len(others), turn.draw.randint(1, 2)))
    answer = turn.ask_as(session, request(route, query={"ids": named}))
    turn.means(answer, [Friendship(session.user_id, other).wished(_WISHES[route], route) for other in named])


@plays(2)
def list_friends(turn: Turn) -> None:
    """Look at a session's list."""
    session = turn.session()
    if session is not None:
        look_at_friends(turn, session)


def look_at_friends(turn: Turn, session: Session) -> Answer:
    """Look at it, and note who is in it and who is not."""
    others = [user_id for user_id in turn.board.user_ids if user_id != session.user_id]
    answer = turn.ask_as(session, request("GET /v2/friend"))
    if answer.status == _OK:
        shown = {entry["user"]["id"]: State(entry["state"]) for entry in answer.body.get("friends", [])}
        turn.operation.effects += [Friendship(session.user_id, other).seen(shown.get(other)) for other in others]
    return answer
