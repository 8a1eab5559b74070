"""Signing in, with every credential that can be made up without a provider; also a partner's users."""

import json
from dataclasses import dataclass
from typing import Any

from local.torture.judge.accounts import Account
from local.torture.judge.history import Effect, Telling
from local.torture.judge.things import Field, Once, Owned
from local.torture.play.board import PARTNER_USERS, PASSWORDS, USERNAMES, Identity, Session
from local.torture.play.proving import credential
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, Call, basic, request

_OK, _UNAUTHENTICATED, _BANNED, _ABSENT, _TAKEN = 200, 401, 403, 404, 409
TICKETS = ("steam", "facebookinstantgame")
"""Providers whose credentials work once, as long as they are valid."""


@dataclass(frozen=True)
class Attempt:
    """What a sign-in shows, a new credential or one that was shown before, and what it asks for."""

    identity: Identity
    password: str
    username: str
    create: bool
    sync: bool = False
    shown: dict[str, Any] | None = None


@plays(3)
def sign_in(turn: Turn) -> None:
    """Sign in with an identity, as a rule making an account, at times with a username."""
    draw = turn.draw
    username = draw.choice(USERNAMES) if turn.happens(0.2) else ""
    sign_in_with(turn, Attempt(turn.identity(), draw.choice(PASSWORDS), username, create=turn.happens(0.8)))


def sign_in_with(turn: Turn, attempt: Attempt) -> Answer:
    """Sign in, and note what the answer says."""
    identity, username = attempt.identity, attempt.username
    query = {"create": str(attempt.create).lower()} | ({"username": username} if username else {})
    query |= {"sync": "true"} if attempt.sync else {}
    sent = attempt.shown or credential(turn, identity, attempt.password)
    if code := sent.get("code"):  # of which one session is made
        turn.board.codes.append((identity, sent))  # before it is shown, so that others show it at the same moment
    route = f"POST /v2/account/authenticate/{identity.provider}"
    answer = turn.ask(request(route, sent, query, basic(turn.around.server_key)))
    owned = Owned(f"identity {identity.key}")
    turn.operation.effects += _refused(answer, owned, username)
    if code:
        turn.means(answer, [Once(f"code {code}").spent()])
    if answer.status == _OK:
        session, created = note_session(turn, answer), bool(answer.body.get("created"))
        turn.operation.effects += _arrived(session.user_id, owned, username, created=created)
        turn.operation.tells += [Telling(("account.created",), session.user_id)] if created else []
        turn.board.link(session.user_id, identity)
        turn.board.spent += [(identity, sent)] if identity.provider in TICKETS else []
        if identity.provider == "email":
            kept = Field(f"password of {session.user_id}")
            turn.operation.effects += [kept.written(attempt.password) if created else kept.matched(attempt.password)]
    elif attempt.create:
        turn.means(answer, _arrived(turn.somebody, owned, username, created=True))
    return answer


@plays(1)
def start_partner_session(turn: Turn) -> None:
    """Have a partner's server start a session for one of its users."""
    start_session_of(turn, turn.draw.choice(PARTNER_USERS))


def start_session_of(turn: Turn, user: str) -> Answer:
    """Start it, and note what the answer says."""
    client_id, secret = turn.around.partner
    headers = {"x-client-id": client_id, "x-client-secret": secret}
    answer = turn.ask(Call("POST /s2s/session", headers=headers, body=json.dumps({"user_id": user})))
    owned = Owned(f"identity partner#{client_id}#{user}")
    if answer.status == _OK:
        session = Session(answer.body["access_token"], answer.body["refresh_token"])
        turn.board.sessions.append(session)
        turn.operation.effects += [Account(session.user_id).signed_in(session.generation)]
        created = answer.body["is_new_user"]
        turn.operation.effects += _arrived(session.user_id, owned, "", created=created)
        turn.operation.tells += [Telling(("account.created",), session.user_id, "partner")] if created else []
    else:
        turn.means(answer, [owned.created(turn.somebody)])
    return answer


def note_session(turn: Turn, answer: Answer) -> Session:
    """Remember the session that an answer gives, for everybody to use."""
    session = Session(answer.body["token"], answer.body["refresh_token"])
    turn.board.sessions.append(session)
    turn.operation.effects += [Account(session.user_id).signed_in(session.generation)]
    return session


def _arrived(user_id: str, owned: Owned, username: str, *, created: bool) -> list[Effect]:
    if not created:
        return [owned.found(user_id)]
    return [owned.created(user_id)] + ([Owned(f"username {username}").created(user_id)] if username else [])


def _refused(answer: Answer, owned: Owned, username: str) -> list[Effect]:
    is_wrong = answer.status == _UNAUTHENTICATED and owned.name.startswith("identity email#")
    if is_wrong or answer.status == _BANNED:
        return [owned.present()]
    if answer.status == _ABSENT:
        return [owned.absent()]
    return [Owned(f"username {username}").present()] if answer.status == _TAKEN and username else []
