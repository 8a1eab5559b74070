"""A turn: one operation of a player, and the register of all that there are.

An operation is a function with the decorator `plays`: it draws what it needs, asks once, and says what the answer
acknowledges. Nothing else has to know of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from random import Random
from typing import Any

from local.torture.judge.accounts import Account
from local.torture.judge.history import Effect, Operation, Telling, unsure
from local.torture.play.board import IDENTITIES, Board, Identity, Session
from local.torture.play.surroundings import Surroundings
from local.torture.play.wire import UNANSWERED, Answer, Call

AT_A_PROVIDER = "at a provider"
"""Said of a fault, where it was one."""

GONE = "Account not found."
ENDED = "Auth token invalid"
_CLOCKS_DIFFER_SECONDS = 600
"""By more than two processes' clocks do: a token that ends so soon may be refused for its age."""


@dataclass
class Turn:
    """One operation of a player."""

    operation: Operation
    draw: Random
    around: Surroundings

    @property
    def board(self) -> Board:
        """What players know."""
        return self.around.board

    @property
    def somebody(self) -> str:
        """The account that the operation makes, while nobody knows its id."""
        return f"?{self.operation.player}.{self.operation.number}"

    @property
    def identities(self) -> Sequence[Identity]:
        """All identities that players have."""
        return self.around.identities

    def identity(self) -> Identity:
        """Draw one, as a rule one that needs no provider."""
        return self.draw.choice(IDENTITIES if self.happens(0.7) else self.identities)

    def happens(self, chance: float) -> bool:
        """Draw whether something happens that has this chance."""
        return self.draw.random() < chance

    def session(self) -> Session | None:
        """Draw a session, a recent one as a rule, and as often as the run has it one of the same account."""
        known = self.board.sessions
        if self.happens(self.around.focus):
            known = self.board.sessions_of_one() or known
        return self._one_of(known)

    def anybody(self) -> Session | None:
        """Draw a session, whoever it is of."""
        return self._one_of(list({session.user_id: session for session in self.board.sessions}.values()))

    def _one_of(self, known: Sequence[Session]) -> Session | None:
        if not known:
            return None
        return self.draw.choice(known[-4:] if self.happens(0.7) else known)

    def ask(self, call: Call) -> Answer:
        """Make the operation's request."""
        self.around.history.begin(self.operation)
        answer = self.around.send(self, call)
        self.operation.status, self.operation.outcome = answer.status, answer.message
        self.operation.faults = list(answer.faults)
        self.around.history.outages |= any(AT_A_PROVIDER in fault for fault in answer.faults)
        self.around.history.end(self.operation)
        return answer

    def ask_as(self, session: Session, call: Call) -> Answer:
        """Make it with a session, which the answer says something about."""
        answer = self.ask(Call(call.route, call.query, {"authorization": f"Bearer {session.token}"}, call.body))
        self.operation.effects += self._admission(session, answer)
        return answer

    def unnoted(self, call: Call) -> Answer:
        """Make a request that is no part of what is judged."""
        return self.around.send(self, call)

    def serve_waiting(self, note: Callable[["Turn", Mapping[str, Any]], None]) -> None:
        """Have an invocation that waits be served, and note before what it may do."""
        if not self.around.waiting():
            return
        event = self.draw.choice(self.around.waiting())
        note(self, event[1])
        self.around.history.begin(self.operation)
        self.around.serve(self, event)
        self.around.history.end(self.operation)

    def follow(self) -> bool:
        """Have some of what was written told to the bus, and tell whether it was."""
        self.around.history.begin(self.operation)
        is_told = self.around.follow(self)
        self.around.history.end(self.operation)
        return is_told

    def tells(self, answer: Answer, *tellings: Telling) -> None:
        """Note what a bus must hear where it was done."""
        if answer.status == HTTPStatus.OK:
            self.operation.tells += tellings

    def is_unsure(self, answer: Answer) -> bool:
        """Tell whether nobody knows if it was done."""
        return answer.status == UNANSWERED or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def means(self, answer: Answer, effects: Iterable[Effect]) -> bool:
        """Note what it means when it was done, and tell whether it was: for sure, or perhaps."""
        if answer.status == HTTPStatus.OK:
            self.operation.effects += effects
        elif self.is_unsure(answer):
            self.operation.effects += unsure(effects)
        return answer.status == HTTPStatus.OK

    def time_in(self, seconds: float) -> str:
        """Return the time that it will be then, as RFC 3339 has it."""
        return datetime.fromtimestamp(self.around.now() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def is_fresh(self, expires_at: int) -> bool:
        """Tell whether a token cannot be too old, whatever a process's clock says."""
        return self.around.now() + _CLOCKS_DIFFER_SECONDS < expires_at

    def _admission(self, session: Session, answer: Answer) -> list[Effect]:
        account = Account(session.user_id)
        if answer.message == GONE:
            return [account.missing()]
        if answer.message == ENDED:
            return [account.refused(session.as_token)] if self.is_fresh(session.claims["exp"]) else []
        is_in = answer.status in (HTTPStatus.OK, HTTPStatus.UNAUTHORIZED, HTTPStatus.CONFLICT)
        return [account.admitted(session.as_token)] if is_in else []


Play = Callable[[Turn], None]

PLAYS: dict[str, Play] = {}
"""All operations, by their names."""

WEIGHTS: dict[str, int] = {}
"""How often each is drawn."""


def plays(weight: int) -> Callable[[Play], Play]:
    """Register the decorated function as an operation that is drawn so often among all."""

    def register(play: Play) -> Play:
        PLAYS[play.__name__] = play
        WEIGHTS[play.__name__] = weight
        return play

    return register


def perform(name: str, turn: Turn) -> None:
    """Perform an operation."""
    PLAYS[name](turn)
