"""What providers say of their users: that they have removed the game, or want their data deleted, or were robbed."""

import json
from urllib.parse import urlencode

from local.torture.judge.accounts import Account
from local.torture.judge.friendships import Friendship
from local.torture.judge.history import Effect
from local.torture.judge.things import Field, Owned
from local.torture.play.accounts import UNDER_WAY
from local.torture.play.board import Identity
from local.torture.play.signing_in import Attempt, sign_in_with
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Call
from local.torture.world.proofs import apple_event, facebook_request, google_event

_DONE = range(200, 300)
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_FACEBOOK, _DELETION = "POST /v2/callback/facebook/deauthorize", "POST /v2/callback/facebook/deletion"
_APPLE, _GOOGLE = "POST /v2/callback/apple", "POST /v2/callback/google"


@plays(4)
def sign_in_at_caller(turn: Turn) -> None:
    """Sign in with an identity of those providers that call."""
    if known := _known(turn):
        sign_in_with(turn, Attempt(turn.draw.choice(known), "", "", create=True))


@plays(4)
def call_back(turn: Turn) -> None:
    """Have Apple, Facebook or Google say something of a user, as a rule something new; what they said acts once."""
    call = _call(turn)
    if call is None:
        return
    asked = turn.operation
    if call not in turn.board.acted_on:
        _note(turn, call)
    answer = turn.ask(call)
    if answer.status in _DONE:
        turn.board.acted_on.append(call)
    elif not turn.is_unsure(answer) and answer.status != UNDER_WAY:
        asked.everywhere.clear()
        asked.may_delete = False


def _call(turn: Turn) -> Call | None:
    if turn.board.callbacks and turn.happens(0.5):
        return turn.draw.choice(turn.board.callbacks[-2:])
    if call := _new(turn):
        turn.board.callbacks.append(call)
    return call


def _new(turn: Turn) -> Call | None:
    if not (known := _known(turn)):
        return None
    number, now = f"{turn.operation.player}.{turn.operation.number}", turn.around.now()
    identity = turn.draw.choice(known)
    turn.board.about[number] = identity
    if identity.provider == "apple":
        kind = turn.draw.choice(("consent-revoked", "account-deleted", "email-disabled"))
        return Call(_APPLE, body=json.dumps({"payload": apple_event(identity.subject, kind, number, now)}), name=number)
    if identity.provider == "google":
        kind = turn.draw.choice(("sessions-revoked", "account-purged"))
        return Call(_GOOGLE, body=google_event(identity.subject, kind, number, now), name=number)
    route = turn.draw.choice((_FACEBOOK, _FACEBOOK, _DELETION))
    body = urlencode({"signed_request": facebook_request(identity.subject, number, now)})
    return Call(route, "", _FORM, body, name=number)


def _known(turn: Turn) -> list[Identity]:
    return [one for one in turn.identities if one.provider in ("apple", "facebook", "google")]


def _note(turn: Turn, call: Call) -> None:
    """Note what it may mean, for whomever it concerns."""
    identity = f"identity {turn.board.about[call.name].key}"
    turn.operation.everywhere |= {
        "account": lambda thing: [Account(thing.split()[1]).ended_all()],
        "identity": lambda thing: [Owned(thing).dropped()] if thing == identity else [],
    }
    if call.route == _DELETION:
        turn.operation.may_delete = True
        turn.operation.everywhere |= {
            "account": lambda thing: [Account(thing.split()[1]).ended_all(), Account(thing.split()[1]).died()],
            "username": lambda thing: [Owned(thing).dropped()],
            "display_name": lambda thing: [Field(thing).forgotten()],
            "friendship": _parted,
        }


def _parted(thing: str) -> list[Effect]:
    one, other = thing.split()[1:]
    either = (Friendship(one, other), Friendship(other, one))
    return [effect for friendship in either for effect in (friendship.forgotten(), friendship.lost())]
