"""An account as its owner sees and changes it, and its end."""

from collections.abc import Mapping
from typing import Any

from local.torture.judge.accounts import Account
from local.torture.judge.history import Effect, Telling
from local.torture.judge.things import Field, Owned
from local.torture.play.board import PARTNER_USERS, USERNAMES, Identity
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, request

_OK, _TAKEN = 200, 409
UNDER_WAY = 429
"""The status of a deletion that has forgotten a part, and goes on with the next request."""
FIELDS = ("display_name", "location")
_WORDS = ("red", "green", "blue")


@plays(3)
def read_account(turn: Turn) -> None:
    """Look at a session's account."""
    session = turn.session()
    if session is None:
        return
    answer = turn.ask_as(session, request("GET /v2/account"))
    note_account(turn, answer, session.user_id)


def note_account(turn: Turn, answer: Answer, user_id: str) -> None:
    """Note all that an account shows, and all that it does not."""
    if answer.status != _OK:
        return
    user, effects = answer.body["user"], turn.operation.effects
    for identity in turn.identities:
        owned = Owned(f"identity {identity.key}")
        if identity.provider == "discord":  # for which Nakama's account has no place
            continue
        if _shows(answer.body, identity):
            effects.append(owned.found(user_id))
        elif identity.provider == "device" or not turn.board.has_merges:  # of two of a kind one is shown
            effects.append(owned.not_of(user_id))
    for username in USERNAMES:
        name = Owned(f"username {username}")
        effects.append(name.found(user_id) if user["username"] == username else name.not_of(user_id))
    effects += [Field(f"{field} of {user_id}").read(user.get(field, "")) for field in FIELDS]


@plays(2)
def change_account(turn: Turn) -> None:
    """Change some of: a field, another, the username."""
    session = turn.session()
    if session is None:
        return
    sent = {field: turn.draw.choice(_WORDS) for field in FIELDS if turn.happens(0.5)}
    if not sent or turn.happens(0.5):
        sent["username"] = turn.draw.choice(USERNAMES)
    answer = turn.ask_as(session, request("PUT /v2/account", sent))
    turn.means(answer, changes(session.user_id, sent))
    if answer.status == _TAKEN:
        turn.operation.effects.append(Owned(f"username {sent['username']}").of_another(session.user_id))


@plays(1)
def delete_account(turn: Turn) -> None:
    """Delete a session's account."""
    session = turn.session()
    if session is None:
        return
    turn.operation.goes = session.user_id
    answer = turn.ask_as(session, request("DELETE /v2/account"))
    turn.tells(answer, Telling(("account.deleted",), session.user_id))
    if turn.means(answer, deletion(turn, session.user_id)):
        turn.board.deleted.add(session.user_id)
    if _OK < answer.status < 500 and answer.status != UNDER_WAY:  # noqa: PLR2004 (HTTP's)
        turn.operation.goes = ""


def deletion(turn: Turn, user_id: str) -> list[Effect]:
    """Return what it means that an account was deleted."""
    identities = [f"identity {identity.key}" for identity in turn.identities]
    identities += [f"identity partner#{turn.around.partner[0]}#{user}" for user in PARTNER_USERS]
    owned = [*identities, *(f"username {username}" for username in USERNAMES)]
    merged = [Owned(f"username {username}").perhaps_freed(user_id) for username in USERNAMES if turn.board.has_merges]
    return [*(Owned(name).released(user_id) for name in owned), *merged, Account(user_id).died()]


def changes(user_id: str, sent: Mapping[str, str]) -> list[Effect]:
    """Return what it means that an account was given these fields."""
    effects = [Field(f"{field} of {user_id}").written(text) for field, text in sent.items() if field in FIELDS]
    if username := sent.get("username"):
        others = [Owned(f"username {other}").released(user_id) for other in USERNAMES if other != username]
        effects += [Owned(f"username {username}").given(user_id), *others]
    return effects


def _shows(account: Mapping[str, Any], identity: Identity) -> bool:
    match identity.provider:
        case "device":
            return {"id": identity.subject} in account.get("devices", [])
        case "custom":
            return bool(account.get("custom_id") == identity.subject)
        case "steam" | "facebook" | "google" | "apple":
            return bool(account["user"].get(f"{identity.provider}_id") == identity.subject)
        case "facebookinstantgame":
            return bool(account["user"].get("facebook_instant_game_id") == identity.subject)
    return bool(account.get("email") == identity.subject)
