"""What operators do to accounts: bans, identities, sessions, usernames, the end of an account, and undoing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from local.torture.judge.accounts import Account
from local.torture.judge.history import Effect, Telling
from local.torture.judge.things import Field, Owned
from local.torture.play.accounts import UNDER_WAY, changes, deletion
from local.torture.play.board import USERNAMES, Entry, Identity
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, request

_MISSING = "User not found."
_USER = "/admin/v1/users/"


@plays(2)
def ban(turn: Turn) -> None:
    """Ban an account, for good or for a while, or let it in again."""
    if not (user_id := _somebody(turn)):
        return
    if turn.happens(0.4):
        lift_ban(turn, user_id)
        return
    until = {"until": turn.time_in(turn.draw.choice((30, 3600)))} if turn.happens(0.3) else {}
    answer = _act(turn, f"POST {_USER}{user_id}/ban", {"reason": "cheats", **until})
    turn.tells(answer, Telling(("account.banned",), user_id))
    _done(turn, answer, Entry("", "ban", user_id), [Account(user_id).banned(None if until else True)])


def lift_ban(turn: Turn, user_id: str) -> Answer:
    """Lift the ban of an account; of one that has none the answer says so."""
    answer = _act(turn, f"POST {_USER}{user_id}/unban", {})
    turn.tells(answer, Telling(("account.unbanned",), user_id))
    _done(turn, answer, Entry("", "unban", user_id), [Account(user_id).unbanned()])
    if answer.status == HTTPStatus.BAD_REQUEST:
        turn.operation.effects.append(Account(user_id).not_banned())
    return answer


@plays(2)
def take_identity(turn: Turn) -> None:
    """Take an identity from an account."""
    if not (user_id := _somebody(turn)):
        return
    linked = turn.board.linked_to(user_id)
    identity = turn.draw.choice(linked) if linked and turn.happens(0.8) else turn.identity()
    body = {"provider": identity.provider, "subject": identity.subject}
    answer = _act(turn, f"POST {_USER}{user_id}/unlink", body)
    effects = [Owned(f"identity {identity.key}").taken(user_id)]
    turn.tells(answer, Telling(("account.unlinked",), user_id, identity.provider, each=True))
    if _done(turn, answer, Entry("", "unlink", user_id, identity), effects):
        turn.board.unlink(user_id, identity)


@plays(1)
def end_sessions(turn: Turn) -> None:
    """End one session of an account, or all of them."""
    session = turn.session()
    if session is None:
        return
    account = Account(session.user_id)
    if turn.happens(0.5):
        answer = _act(turn, f"POST {_USER}{session.user_id}/signout", {})
        effect = account.ended_all()
        turn.tells(answer, Telling(("session.ended",), session.user_id, '"all"', each=True))
    else:
        answer = _act(turn, f"DELETE {_USER}{session.user_id}/sessions/{session.session_id}", {})
        effect = account.ended_by_itself(session.session_id)
        turn.tells(answer, Telling(("session.ended",), session.user_id, session.session_id))
    _done(turn, answer, Entry("", "sessions", session.user_id), [effect])


@plays(1)
def rename(turn: Turn) -> None:
    """Give an account another username."""
    if not (user_id := _somebody(turn)):
        return
    username = turn.draw.choice(USERNAMES)
    answer = _act(turn, f"PATCH {_USER}{user_id}", {"username": username})
    if answer.status == HTTPStatus.CONFLICT:
        turn.operation.effects.append(Owned(f"username {username}").of_another(user_id))
    _done(turn, answer, Entry("", "update", user_id, username=username), changes(user_id, {"username": username}))


@plays(1)
def erase(turn: Turn) -> None:
    """Erase an account."""
    if not turn.happens(0.4) or not (user_id := _somebody(turn)):
        return
    turn.operation.goes = user_id
    answer = _act(turn, f"DELETE {_USER}{user_id}", {})
    turn.tells(answer, Telling(("account.deleted",), user_id))
    if _done(turn, answer, Entry("", "delete", user_id), deletion(turn, user_id)):
        turn.board.deleted.add(user_id)
    elif HTTPStatus.OK < answer.status < HTTPStatus.INTERNAL_SERVER_ERROR and answer.status != UNDER_WAY:
        turn.operation.goes = ""


@plays(3)
def undo(turn: Turn) -> None:
    """Undo what an operator did, as a rule something that was done lately."""
    known = [entry for entry in turn.board.entries if entry.kind in _UNDONE]
    if not known:
        return
    entry = turn.draw.choice(known[-2:] if turn.happens(0.7) else known)
    answer = _act(turn, f"POST /admin/v1/audit/{entry.name}/undo", {})
    effects = _UNDONE[entry.kind](entry)
    if _done(turn, answer, replace(entry, kind=_INVERSE.get(entry.kind, "undo")), effects) and entry.identity:
        turn.board.link(entry.user_id, entry.identity)


def note_entries(turn: Turn, user_id: str) -> Answer:
    """Look at what is on record about an account; what was acknowledged must be there."""
    answer = _act(turn, "GET /admin/v1/audit", None, {"user": user_id, "limit": 100})
    if answer.status == HTTPStatus.OK:
        there = {entry["entry"] for entry in answer.body.get("entries", [])}
        lacking = [one for one in turn.board.entries if one.user_id == user_id and one.name not in there]
        turn.around.history.stuck += [f"{one.kind} of {user_id}: {one.name} is not on record" for one in lacking]
    return answer


def _unbanned(entry: Entry) -> list[Effect]:
    return [Account(entry.user_id).ban_undone()]


def _banned_again(entry: Entry) -> list[Effect]:
    return [Account(entry.user_id).banned_again()]


def _linked_again(entry: Entry) -> list[Effect]:
    identity = entry.identity or Identity("", "")
    password = [Field(f"password of {entry.user_id}").forgotten()] if identity.provider == "email" else []
    return [Owned(f"identity {identity.key}").created(entry.user_id), *password]


def _renamed_back(entry: Entry) -> list[Effect]:
    others = [Owned(f"username {other}").perhaps_given(entry.user_id) for other in USERNAMES if other != entry.username]
    return [Owned(f"username {entry.username}").taken(entry.user_id), *others]


_UNDONE: Mapping[str, Callable[[Entry], list[Effect]]] = {
    "ban": _unbanned,
    "unban": _banned_again,
    "unlink": _linked_again,
    "update": _renamed_back,
}
_INVERSE = {"ban": "undo", "unban": "ban", "unlink": "link", "update": "undo"}
"""The kinds of the entries of undoing; what can be undone again only where it is clear what that means."""


def _somebody(turn: Turn) -> str:
    session = turn.session()
    return session.user_id if session else ""


def _act(turn: Turn, route: str, body: object, query: Mapping[str, object] | None = None) -> Answer:
    return turn.ask(replace(request(route, body, query), is_signed=True))


def _done(turn: Turn, answer: Answer, entry: Entry, effects: list[Effect]) -> bool:
    """Note what was done and its entry, and tell whether it was done for sure."""
    if answer.message == _MISSING:
        turn.operation.effects.append(Account(entry.user_id).missing())
    is_done = turn.means(answer, effects)
    if is_done and answer.body.get("entry"):
        turn.board.entries.append(replace(entry, name=answer.body["entry"]))
    return is_done
