"""Making one account of two, by the ticket of a link that was refused."""

from local.torture.judge.accounts import Account
from local.torture.judge.friendships import Friendship
from local.torture.judge.history import Effect, Telling, unsure
from local.torture.judge.things import Field, Owned
from local.torture.play.accounts import FIELDS
from local.torture.play.board import PARTNER_USERS, USERNAMES
from local.torture.play.signing_in import note_session
from local.torture.play.turn import GONE, Turn, plays
from local.torture.play.wire import claims_of, request

_OK = 200


@plays(6)
def merge(turn: Turn) -> None:
    """Use a ticket, lately given as a rule."""
    if not turn.board.tickets:
        return
    session, ticket = turn.draw.choice(turn.board.tickets[-2:] if turn.happens(0.7) else turn.board.tickets)
    keep = turn.draw.choice(("this", "other"))
    said = claims_of(ticket)
    kept, merged = (said["uid"], said["other"]) if keep == "this" else (said["other"], said["uid"])
    turn.board.has_merges = True
    answer = turn.ask_as(session, request("POST /v2/account/merge", {"ticket": ticket, "keep": keep}))
    if answer.status == _OK:
        kept, merged = answer.body["user_id"], answer.body["merged_user_id"]
        note_session(turn, answer)
        turn.board.merged.append((kept, merged))
        turn.tells(answer, Telling(("account.merged",), kept, merged), Telling(("account.merged",), merged, kept))
        for identity in turn.board.linked_to(merged):
            turn.board.link(kept, identity)
    effects = became_one(turn, kept, merged)
    turn.means(answer, effects)
    if answer.message == GONE:  # perhaps it was done, and the account went into another before it could be told
        turn.operation.effects += unsure(effects)


def became_one(turn: Turn, kept: str, merged: str) -> list[Effect]:
    """Return what it means that all of an account is in another now."""
    names = [identity.key for identity in turn.identities]
    names += [f"partner#{turn.around.partner[0]}#{user}" for user in PARTNER_USERS]
    pairs = [(one, other) for one in (kept, merged) for other in turn.board.user_ids if other != one]
    return [
        *(Owned(f"identity {name}").moved(merged, kept) for name in names),
        *(Owned(f"username {username}").hidden(merged) for username in USERNAMES),
        *(Field(f"{field} of {kept}").forgotten() for field in (*FIELDS, "password")),
        *(Friendship(one, other).unsettled() for one, other in pairs),
        Account(merged).became_part(),
    ]
