"""Sessions: exchanged for new tokens, and ended, one or all."""

from local.torture.judge.accounts import REFRESH, SESSION, Account
from local.torture.judge.history import Effect, Telling, unsure
from local.torture.judge.things import Once
from local.torture.play.board import Session
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, basic, claims_of, request

_OK, _UNAUTHENTICATED, _GONE = 200, 401, 404


@plays(4)
def refresh(turn: Turn) -> None:
    """Exchange a refresh token, which at times was exchanged before."""
    session = turn.session()
    if session is not None:
        refresh_session(turn, session)


def refresh_session(turn: Turn, session: Session) -> Answer:
    """Exchange it, and note what the answer says."""
    body = {"token": session.refresh_token}
    answer = turn.ask(request("POST /v2/account/session/refresh", body, authorization=basic(turn.around.server_key)))
    account, effects = Account(session.user_id), turn.operation.effects
    if answer.status == _OK:
        turn.board.sessions.append(Session(answer.body["token"], answer.body["refresh_token"]))
        effects += [account.admitted(session.as_refresh_token), _succession(answer.body["refresh_token"])]
    elif answer.status == _GONE:
        effects.append(account.missing())
    else:  # a token that is used twice may end its session
        effects += unsure([account.ended_by_itself(session.session_id)])
    return answer


def _succession(refresh_token: str) -> Effect:
    """Say that a session has one token of each rotation: whoever exchanges its predecessor gets it, however often."""
    said = claims_of(refresh_token)
    return Once(f"rotation {said['rot']} of {said['tid']}").became(f"the token of {said['iat']}")


@plays(1)
def log_out(turn: Turn) -> None:
    """End a session, or with some of the tokens of two."""
    caller, other = turn.session(), turn.session()
    if caller is None or other is None:
        return
    end_session(turn, caller, other, turn.draw.choice([("token",), ("refresh_token",), ("token", "refresh_token")]))


def end_session(turn: Turn, caller: Session, other: Session, named: tuple[str, ...] = ("token",)) -> Answer:
    """End some of the tokens of another session or the caller's own, and note what the answer says."""
    answer = _ask_to_end(turn, caller, {name: getattr(other, name) for name in named})
    kinds = {"token": SESSION, "refresh_token": REFRESH}
    ended = Account(caller.user_id).ended(caller.as_token, *(kinds[name] + other.session_id for name in named))
    turn.means(answer, [ended])
    turn.tells(answer, Telling(("session.ended",), caller.user_id, other.session_id, is_living=True))
    return answer


@plays(1)
def log_out_everywhere(turn: Turn) -> None:
    """End all sessions of an account."""
    caller = turn.session()
    if caller is None:
        return
    answer = _ask_to_end(turn, caller, {})
    turn.means(answer, [Account(caller.user_id).ended_all(caller.as_token)])
    turn.tells(answer, Telling(("session.ended",), caller.user_id, '"all"', each=True, is_living=True))


def _ask_to_end(turn: Turn, caller: Session, body: dict[str, str]) -> Answer:
    call = request("POST /v2/session/logout", body, authorization=f"Bearer {caller.token}")
    answer = turn.ask(call)
    if answer.status == _UNAUTHENTICATED and turn.is_fresh(caller.claims["exp"]):
        turn.operation.effects.append(Account(caller.user_id).refused(caller.as_token))
    return answer
