"""Two accounts again of one: an operator undoes a merge, by its entry on the records."""

from dataclasses import replace

from local.torture.judge.accounts import Account
from local.torture.judge.friendships import Friendship
from local.torture.judge.history import Effect, Telling
from local.torture.judge.things import Field, Owned
from local.torture.play.accounts import FIELDS
from local.torture.play.board import PARTNER_USERS, USERNAMES
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import Answer, request

_OK = 200


@plays(4)
def split(turn: Turn) -> None:
    """Undo a merge, which at times was undone before."""
    if not turn.board.merged:
        return
    kept, merged = turn.draw.choice(turn.board.merged[-2:])
    listed = turn.unnoted(replace(request("GET /admin/v1/audit", None, {"user": kept, "limit": 100}), is_signed=True))
    entries = [one["entry"] for one in listed.body.get("entries", []) if _is_of(one, merged)]
    if not entries:
        return
    answer = turn.ask(replace(request(f"POST /admin/v1/audit/{turn.draw.choice(entries)}/undo", {}), is_signed=True))
    note_split(turn, answer, kept, merged)


def note_split(turn: Turn, answer: Answer, kept: str, merged: str) -> None:
    """Note what the answer says: identities that came are back, all sessions of both have ended."""
    names = [one.key for one in turn.identities]
    names += [f"partner#{turn.around.partner[0]}#{user}" for user in PARTNER_USERS]
    effects: list[Effect] = [
        *(Owned(f"identity {name}").perhaps_moved(kept, merged) for name in names),
        *(Owned(f"username {username}").shown_again(merged) for username in USERNAMES),
        *(Field(f"{field} of {one}").forgotten() for field in (*FIELDS, "password") for one in (kept, merged)),
        Account(kept).ended_all(),
        Account(merged).came_back(),
    ]
    turn.tells(answer, Telling(("account.unmerged",), kept, merged), Telling(("account.unmerged",), merged, kept))
    if turn.means(answer, effects) or turn.is_unsure(answer):
        turn.operation.everywhere["friendship"] = lambda thing: _unsettled(thing, {kept, merged})


def _unsettled(thing: str, both: set[str]) -> list[Effect]:
    one, other = thing.split()[1:]
    return [Friendship(one, other).unsettled()] if {one, other} & both else []


def _is_of(entry: dict[str, object], merged: str) -> bool:
    before = entry.get("before")
    return entry.get("action") == "merge" and isinstance(before, dict) and before.get("user_id") == merged
