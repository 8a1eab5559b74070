"""What operators do to accounts."""

from local.torture.judge.accounts import Account
from local.torture.play.turn import Turn, plays


@plays(1)
def ban(turn: Turn) -> None:
    """Ban an account, or let it in again."""
    session = turn.session()
    if session is not None:
        set_ban(turn, session.user_id, is_banned=turn.happens(0.5))


def set_ban(turn: Turn, user_id: str, *, is_banned: bool) -> None:
    """Do it, which always works."""
    turn.around.history.begin(turn.operation)
    (turn.around.ban if is_banned else turn.around.unban)(user_id)
    turn.around.history.end(turn.operation)
    turn.operation.status = 200
    turn.operation.effects.append(Account(user_id).banned(is_banned=is_banned))
