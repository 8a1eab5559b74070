"""A device without a keyboard shows a code, a player answers it, the device asks until then and gets one session."""

from urllib.parse import urlencode

from local.torture.judge.accounts import Account
from local.torture.judge.things import Once
from local.torture.play.board import Grant, Session
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, Call, request

_OK = 200
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"


@plays(2)
def ask_for_codes(turn: Turn) -> None:
    """Have a device ask for its codes."""
    answer = turn.ask(Call("POST /oauth2/device_authorization", "", _FORM, urlencode({"device_name": "A console"})))
    if answer.status == _OK:
        turn.board.grants.append(Grant(answer.body["user_code"], answer.body["device_code"]))


@plays(4)
def answer_device(turn: Turn) -> None:
    """Let a device in, or refuse it."""
    session, grant = turn.anybody(), _grant(turn)
    if session is None or grant is None:
        return
    is_no = turn.happens(0.2)
    body = {"user_code": grant.user_code, **({"deny": True} if is_no else {})}
    answer = turn.ask_as(session, request("POST /v2/account/device/approve", body))
    turn.means(answer, [Once(f"answer {grant.user_code}").became("denied" if is_no else session.user_id)])


@plays(5)
def ask_for_tokens(turn: Turn) -> None:
    """Have a device ask whether it was let in."""
    if grant := _grant(turn):
        tokens_of(turn, grant)


def tokens_of(turn: Turn, grant: Grant) -> Answer:
    """Ask, and note what the answer says."""
    form = {"grant_type": _GRANT_TYPE, "device_code": grant.device_code}
    answer = turn.ask(Call("POST /oauth2/token", "", _FORM, urlencode(form)))
    said = Once(f"answer {grant.user_code}")
    if answer.status == _OK:
        session = Session(answer.body["access_token"], answer.body["refresh_token"])
        turn.board.sessions.append(session)
        turn.operation.effects += [
            said.became(session.user_id),
            Once(f"session {grant.user_code}").became(session.session_id),
            Account(session.user_id).signed_in(session.generation),
        ]
    elif answer.body.get("error") == "authorization_pending":
        turn.operation.effects.append(said.waits())
    return answer


def _grant(turn: Turn) -> Grant | None:
    grants = turn.board.grants
    return turn.draw.choice(grants[-2:] if turn.happens(0.8) else grants) if grants else None
