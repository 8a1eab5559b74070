"""Matches: game servers park them, players prepare them and take places."""

import json

from local.torture.judge.history import unsure
from local.torture.judge.matches import Match
from local.torture.play.board import Session
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, Call, request

MATCHES = ("11111111-1111-4111-8111-111111111111.symbolon", "22222222-2222-4222-8222-222222222222.symbolon")
LIMIT = 1
TTL_SECONDS = 600

_OK, _MISSING, _ALREADY = 200, 404, 409


@plays(6)
def play_match(turn: Turn) -> None:
    """Do what comes next with a match, as far as players know: park it, prepare it, take a place in it."""
    session, match_id = turn.anybody(), _match(turn)
    if session is None:
        return
    is_prepared = turn.board.prepared.get(match_id)
    if is_prepared is None or turn.happens(0.1):
        _register(turn, session, match_id)
    elif not is_prepared or turn.happens(0.1):
        _prepare(turn, turn.board.operators.get(match_id, session) if turn.happens(0.9) else session, match_id)
    else:
        _join(turn, session, match_id)


def _register(turn: Turn, session: Session, match_id: str) -> None:
    operator = turn.board.operators.setdefault(match_id, session).user_id
    body = {"id": match_id, "endpoint": "192.0.2.1:7000", "limit": LIMIT, "ttl_sec": TTL_SECONDS, "operator": operator}
    answer = _as_server(turn, "match/register", body)
    if turn.means(answer, [Match(match_id, LIMIT).registered()]):
        turn.board.prepared.setdefault(match_id, False)
    if answer.status == _MISSING:  # it was, and another ended it before it could be shown
        turn.operation.effects += unsure([Match(match_id, LIMIT).registered()])


def _prepare(turn: Turn, session: Session, match_id: str) -> None:
    answer = _as_player(turn, session, "match/prepare", {"id": match_id, "mode": "echo_arena"})
    if turn.means(answer, [Match(match_id, LIMIT).prepared()]):
        turn.board.prepared[match_id] = True
    _note_missing(turn, answer, match_id)


def _join(turn: Turn, session: Session, match_id: str) -> None:
    answer = _as_player(turn, session, "match/join", {"id": match_id})
    turn.means(answer, [Match(match_id, LIMIT).joined(session.user_id)])
    if answer.status == _ALREADY:
        turn.operation.effects.append(Match(match_id, LIMIT).had(session.user_id))
    _note_missing(turn, answer, match_id)


@plays(2)
def leave_match(turn: Turn) -> None:
    """Give a place back."""
    session, match_id = turn.session(), _match(turn)
    if session is None:
        return
    answer = _as_player(turn, session, "match/leave", {"id": match_id})
    turn.means(answer, [Match(match_id, LIMIT).left(session.user_id)])
    _note_missing(turn, answer, match_id)


@plays(1)
def unregister_match(turn: Turn) -> None:
    """Have a game server end a match."""
    match_id = _match(turn)
    answer = _as_server(turn, "match/unregister", {"id": match_id})
    turn.means(answer, [Match(match_id, LIMIT).ended()])
    _note_missing(turn, answer, match_id)


@plays(1)
def look_at_match(turn: Turn) -> None:
    """Look at a match as its server does."""
    look_at(turn, _match(turn))


def look_at(turn: Turn, match_id: str) -> Answer:
    """Look at it, and note who is in it."""
    answer = _as_server(turn, "match/label", {"id": match_id})
    if answer.status == _OK:
        players = frozenset(player["user_id"] for player in answer.body["label"].get("players", []))
        turn.operation.effects.append(Match(match_id, LIMIT).shown(players))
    _note_missing(turn, answer, match_id)
    return answer


def _match(turn: Turn) -> str:
    return MATCHES[0] if turn.happens(0.8) else MATCHES[1]


def _as_server(turn: Turn, procedure: str, body: dict[str, object]) -> Answer:
    query = f"unwrap&http_key={turn.around.http_key}"
    return turn.ask(Call(f"POST /v2/rpc/{procedure}", query, body=json.dumps(body)))


def _as_player(turn: Turn, session: Session, procedure: str, body: dict[str, object]) -> Answer:
    call = request(f"POST /v2/rpc/{procedure}", body)
    return turn.ask_as(session, Call(call.route, "unwrap", call.headers, call.body))


def _note_missing(turn: Turn, answer: Answer, match_id: str) -> None:
    if answer.status == _MISSING and answer.message == "Match not found.":
        turn.operation.effects.append(Match(match_id, LIMIT).missing())
        turn.board.prepared.pop(match_id, None)
