"""Credentials that work once, shown again: tickets when their time is over, codes at once and by several."""

from local.torture.judge.history import Effect
from local.torture.play.board import Identity
from local.torture.play.signing_in import TICKETS, Attempt, sign_in_with
from local.torture.play.turn import Turn, plays
from local.torture.play.wire import basic, request

_OK = 200
_LATER_SECONDS = 310
"""Longer than a ticket may come again after its first use, by two clocks that are wrong; not as long as it is valid."""


@plays(3)
def sign_in_once(turn: Turn) -> None:
    """Sign in at a provider whose credentials work once."""
    if known := _known(turn):
        sign_in_with(turn, Attempt(turn.draw.choice(known), "", "", create=turn.happens(0.8)))


@plays(4)
def show_code_again(turn: Turn) -> None:
    """Show a code that was shown before, as a rule the last one: if it has not led to a session, it still may."""
    codes = turn.board.codes
    if codes:
        identity, sent = codes[-1] if turn.happens(0.8) else turn.draw.choice(codes)
        sign_in_with(turn, Attempt(identity, "", "", create=turn.happens(0.8), shown=sent))


@plays(1)
def use_ticket_again(turn: Turn) -> None:
    """Use a ticket again, long after: it is good for one sign-in. Time passes for all, so a run has this once."""
    if not turn.board.spent or turn.board.has_waited or turn.board.prepared:
        return
    turn.board.has_waited = True
    identity, sent = turn.draw.choice(turn.board.spent)
    turn.around.wait(_LATER_SECONDS)
    route = f"POST /v2/account/authenticate/{identity.provider}"
    answer = turn.ask(request(route, sent, {"create": "false"}, basic(turn.around.server_key)))
    if answer.status == _OK:
        turn.operation.effects.append(Effect(f"ticket {sent}", lambda _state: [], "was good again, long after"))


def _known(turn: Turn) -> list[Identity]:
    return [one for one in turn.identities if one.provider in (*TICKETS, "discord")]
