"""Friendships: what two accounts are to each other, which both see alike, and which ends when one goes."""

from dataclasses import dataclass

from local.torture.judge.history import Effect, State
from symbolon.friends.friendship import NOTHING, Pair, Rule
from symbolon.friends.friendship import State as Edge

_APART = (NOTHING, False)
"""The state of a friendship: the edges of the one whose id is less and of the other, and whether one is gone."""


_UNSETTLED = "unsettled"
"""The state after a merge of either account, which puts together what there was."""


@dataclass(frozen=True)
class Friendship:
    """The friendship of an account, whose owner acts, with another."""

    user_id: str
    other_id: str

    def wished(self, rule: Rule, name: str) -> Effect:
        """Say that the owner wished something of it; with somebody who is gone nothing comes of that."""

        def step(state: State) -> list[State]:
            pair, gone = _read(state)
            return [state if gone or state == _UNSETTLED else (self._turned(rule(self._turned(pair))), False)]

        return Effect(self.thing, step, f"{self.user_id} wishes: {name}")

    def seen(self, edge: Edge | None) -> Effect:
        """Say that the owner saw it in a list, or with None that it was not in it."""

        def step(state: State) -> list[State]:
            pair, gone = _read(state)
            is_so = state == _UNSETTLED or self._turned(pair).own == edge
            return [state] if is_so or (gone and edge is None) else []

        return Effect(self.thing, step, f"{self.user_id} sees {edge}", writes=False)

    def unsettled(self) -> Effect:
        """Say that one of them was merged with another account."""
        return Effect(self.thing, lambda _state: [_UNSETTLED], "is what a merge makes of it")

    def forgotten(self) -> Effect:
        """Say that it may have ended, since the owner is about to go."""
        return Effect(
            self.thing, lambda state: [(NOTHING, _read(state)[1])], f"forgotten for {self.user_id}", certain=False
        )

    def lost(self) -> Effect:
        """Say that the owner went."""
        return Effect(self.thing, lambda _state: [(NOTHING, True)], f"{self.user_id} goes")

    @property
    def thing(self) -> str:
        """The friendship's name, the same for both."""
        return f"friendship {min(self.user_id, self.other_id)} {max(self.user_id, self.other_id)}"

    def _turned(self, pair: Pair) -> Pair:
        """Return the edges with the owner's first, or back again."""
        return pair if self.user_id < self.other_id else Pair(pair.other, pair.own)


def _read(state: State) -> tuple[Pair, bool]:
    return state if isinstance(state, tuple) else _APART
