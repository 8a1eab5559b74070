"""Sessions in any order: a model of which token is good for what agrees with the service after each step."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.helpers.players.client import Answer, Client, claims_of
from tests.helpers.service.clock import Clock

SOME = st.integers(0, 5)
MOMENT, LONG = 1, 210
"""Seconds: so many of the former as a run has steps are within the window for lost answers, the latter is beyond it."""
_runs: Iterator[int] = itertools.count()


@dataclass
class Model:
    """A session: its pairs of tokens in order, and when each but the last was exchanged.

    `noted` is the pair that a client got late, and which one was the latest then.
    """

    name: str
    pairs: list[Answer]
    generation: int
    exchanged: list[int] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    noted: tuple[int, int] = (-1, -1)

    def next_of(self, at: int, now: int) -> int | None:
        """Give the place of the pair that comes for this one, None where it has to be a thief's."""
        last = len(self.pairs) - 1
        if at >= last - 1:
            return at + 1
        if now - self.exchanged[at] >= LONG:
            return last if self.noted == (at, last) else None
        if at + 1 < last - 1:
            self.noted = (at + 1, last)
        return at + 1


class Sessions(RuleBasedStateMachine):
    """Two players and all that they do about sessions."""

    client: Client
    clock: Clock

    def __init__(self) -> None:
        """Begin with nobody."""
        super().__init__()
        self.run, self.now = next(_runs), 0
        self.sessions: list[Model] = []
        self.generations: dict[str, int] = {}

    @rule(number=st.integers(0, 1))
    def sign_in(self, number: int) -> None:
        """Begin a session."""
        name = f"player-{number}-of-{self.run}"
        answer = self.client.sign_in(name)
        self.sessions.append(Model(name, [answer], self.generations.setdefault(name, 0)))

    @precondition(lambda self: self.sessions)
    @rule(number=SOME, which=SOME)
    def refresh(self, number: int, which: int) -> None:
        """Exchange a refresh token, perhaps again: soon for the same next one, long after others went on as a thief."""
        session, pair = self._pair(number, which)
        at, is_good = session.pairs.index(pair), self._is_good(session, "refresh_token", pair)
        answer = self.client.refresh(pair.refresh_token)

        expected = session.next_of(at, self.now) if is_good else None
        if expected is None:
            assert answer.status == 401
            session.ended |= {"token", "refresh_token"} if is_good else set()
        else:
            assert answer.status == 200
            if expected == len(session.pairs):
                session.exchanged.append(self.now)
                session.pairs.append(answer)
            assert answer.refresh_token == session.pairs[expected].refresh_token

    @precondition(lambda self: self.sessions)
    @rule(number=SOME, which=SOME, other=SOME, kinds=st.sampled_from([("token",), ("refresh_token",), ()]))
    def log_out(self, number: int, which: int, other: int, kinds: tuple[str, ...]) -> None:
        """End some tokens of an own session, or with none named all sessions."""
        session, pair = self._pair(number, which)
        ended, named = self._pair(other, which)
        answer = self.client.logout(pair, **{kind: named.body[kind] for kind in kinds})

        is_own = ended.name == session.name and all(self._is_alive(kind, named) for kind in kinds)
        if not self._is_alive("token", pair):
            assert answer.status == 401
        elif kinds and not is_own:
            assert answer.status == 400
        elif not self._is_good(session, "token", pair):
            assert answer.status == 401
        else:
            assert (answer.status, answer.body) == (200, {})
            ended.ended |= set(kinds)
            self.generations[session.name] += not kinds

    @rule(seconds=st.sampled_from([MOMENT, MOMENT, LONG]))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.now += seconds
        self.clock.advance(seconds)

    @invariant()
    def tokens_are_good_for_what_the_model_says(self) -> None:
        """The first and the latest session token of each session let in, or do not."""
        for session in self.sessions:
            for pair in (session.pairs[0], session.pairs[-1]):
                is_in = self._is_good(session, "token", pair)
                assert self.client.get_account(pair).status == (200 if is_in else 401)

    def _pair(self, number: int, which: int) -> tuple[Model, Answer]:
        session = self.sessions[number % len(self.sessions)]
        return session, session.pairs[which % len(session.pairs)]

    def _is_alive(self, kind: str, pair: Answer) -> bool:
        """Tell whether a token has not expired."""
        return bool(claims_of(pair.body[kind])["exp"] > self.clock.now())

    def _is_good(self, session: Model, kind: str, pair: Answer) -> bool:
        is_of_now = session.generation == self.generations[session.name]
        return is_of_now and kind not in session.ended and self._is_alive(kind, pair)


@pytest.mark.long
def test_sessions_in_any_order(client: Client, clock: Clock) -> None:
    """Whatever is begun, exchanged, shown again and ended, no token is good that was ended, and none ends by itself."""
    machine: type[RuleBasedStateMachine] = type("OfThisClient", (Sessions,), {"client": client, "clock": clock})

    run_state_machine_as_test(machine, settings=settings(max_examples=12, stateful_step_count=20, deadline=None))
