"""Ways back into an account, by the codes that letters bring: passwords, proved addresses, other addresses."""

from collections.abc import Iterable
from urllib.parse import urlencode

from local.torture.judge.accounts import Account
from local.torture.judge.history import Effect
from local.torture.judge.things import Field, Once, Owned
from local.torture.play.board import PASSWORDS, Identity
from local.torture.play.signing_in import Attempt, note_session, sign_in_with
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, Call, basic, request

_OK = 200
_SUBJECTS = {"reset": "Your code", "verify": "Is this your", "change": "New address", "undo": "has another address now"}
"""By what a letter is told apart: part of its subject."""


@plays(4)
def sign_in_by_address(turn: Turn) -> None:
    """Sign in with an address and a password, as a rule making an account."""
    sign_in_with(turn, Attempt(turn.draw.choice(_addresses(turn)), turn.draw.choice(PASSWORDS), "", create=True))


@plays(3)
def forget_password(turn: Turn) -> None:
    """Ask for a code, by an address."""
    address = turn.draw.choice(_addresses(turn)).subject
    body = {"email": address}
    turn.ask(request("POST /v2/account/password/forgot", body, authorization=basic(turn.around.server_key)))


@plays(6)
def reset_password(turn: Turn) -> None:
    """Set a new password by a code that was mailed, which at times was used before."""
    if not (letter := _letter(turn, "reset")):
        return
    address, code = letter
    password = turn.draw.choice(PASSWORDS)
    body = {"email": address, "code": code, "password": password}
    answer = turn.ask(request("POST /v2/account/password/reset", body, authorization=basic(turn.around.server_key)))
    if answer.status == _OK:
        session = note_session(turn, answer)
        done = [Field(f"password of {session.user_id}").written(password), Account(session.user_id).ended_all()]
        turn.operation.effects += [*done, Owned(f"identity email#{address}").found(session.user_id)]
    elif turn.is_unsure(answer):
        turn.operation.everywhere |= {"account": _ended, "password": _forgotten}
    turn.means(answer, [Once(f"code {code}").spent()])


@plays(2)
def change_password(turn: Turn) -> None:
    """Replace a password by another, knowing the old one; all other sessions end."""
    session = turn.session()
    if session is None:
        return
    current, new = turn.draw.choice(PASSWORDS), turn.draw.choice(PASSWORDS)
    body = {"current": current, "password": new}
    answer = turn.ask_as(session, request("POST /v2/account/password/change", body))
    password = Field(f"password of {session.user_id}")
    turn.means(answer, [password.replaced(current, new), Account(session.user_id).ended_all_but(session.as_token)])


@plays(2)
def ask_to_verify(turn: Turn) -> None:
    """Ask for a code that proves the account's address."""
    if session := turn.session():
        turn.ask_as(session, request("POST /v2/account/email/verify/request", {}))


@plays(3)
def change_address(turn: Turn) -> None:
    """Ask for another address, by a code that is mailed to it."""
    session = turn.session()
    if session is None:
        return
    address = turn.draw.choice(_addresses(turn)).subject
    body = {"email": address, "password": turn.draw.choice(PASSWORDS)}
    turn.board.askers.setdefault(address, set()).add(session.user_id)
    turn.ask_as(session, request("POST /v2/account/email/change", body))


@plays(6)
def verify_address(turn: Turn) -> None:
    """Prove an address by a code, which gives the account that address where that was asked for."""
    kind = turn.draw.choice(("verify", "change", "change"))
    if not (letter := _letter(turn, kind)):
        return
    address, code = letter
    body = {"email": address, "code": code}
    answer = turn.ask(request("POST /v2/account/email/verify", body, authorization=basic(turn.around.server_key)))
    turn.means(answer, [Once(f"code {code}").spent()])
    if kind == "change":
        _moved(turn, answer, address)


@plays(2)
def undo_change(turn: Turn) -> None:
    """Give an account its former address back, by the code in the letter that tells of the change."""
    if not (letter := _letter(turn, "undo")):
        return
    address, code = letter
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = turn.ask(Call("POST /undo", "", form, urlencode({"email": address, "code": code})))
    turn.means(answer, [Once(f"code {code}").spent()])
    if answer.status == _OK or turn.is_unsure(answer):
        names = {f"identity {one.key}" for one in _addresses(turn)}
        turn.operation.everywhere |= {
            "account": _ended,
            "password": _forgotten,
            "identity": lambda thing: [Owned(thing).dropped(), *_seized(turn, thing)] if thing in names else [],
        }


def _moved(turn: Turn, answer: Answer, address: str) -> None:
    """Note that an account has an address now, whoever had it and never proved it, and none other."""
    own, askers = Owned(f"identity email#{address}"), turn.board.askers.get(address, set())
    others = [Owned(f"identity {one.key}") for one in _addresses(turn) if one.subject != address]
    if answer.status == _OK and len(askers) == 1:
        [user_id] = askers
        turn.operation.effects += [own.seized(user_id), *(other.released(user_id) for other in others)]
        turn.operation.everywhere["password"] = _forgotten
    elif answer.status == _OK or turn.is_unsure(answer):
        names = {owned.name for owned in others}

        def effects(thing: str) -> Iterable[Effect]:
            if thing == own.name:
                return [own.seized(user_id) for user_id in sorted(askers)]
            return [Owned(thing).released(user_id) for user_id in sorted(askers)] if thing in names else []

        turn.operation.everywhere |= {"identity": effects, "password": _forgotten}


def _seized(turn: Turn, thing: str) -> list[Effect]:
    askers = set().union(*turn.board.askers.values())
    return [Owned(thing).seized(user_id) for user_id in sorted(askers)]


def _ended(thing: str) -> list[Effect]:
    return [Account(thing.split()[1]).ended_all()]


def _forgotten(thing: str) -> list[Effect]:
    return [Field(thing).forgotten()]


def _addresses(turn: Turn) -> list[Identity]:
    return [one for one in turn.identities if one.provider == "email"]


def _letter(turn: Turn, kind: str) -> tuple[str, str] | None:
    """Return the address and the code of a letter of a kind, the latest as a rule."""
    letters = [one for one in turn.around.letters() if _SUBJECTS[kind] in one.subject and one.code]
    if not letters:
        return None
    letter = letters[-1] if turn.happens(0.7) else turn.draw.choice(letters)
    return letter.address, letter.code
