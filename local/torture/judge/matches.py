"""Matches: parked, prepared once, entered and left; gone when the server says so or falls silent."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from local.torture.judge.history import Effect, State


@dataclass(frozen=True)
class Board:
    """What a match is like: whether it is there, whether it was prepared, who is in it."""

    is_there: bool = False
    is_prepared: bool = False
    players: frozenset[str] = frozenset()


Change = Callable[[Board], Board | None]
"""Gives None where that cannot have happened."""


@dataclass(frozen=True)
class Match:
    """A match, by its id, and how many places it has."""

    match_id: str
    limit: int

    def registered(self) -> Effect:
        """Say that its server parked it, or kept it alive."""
        return self._effect("is registered", lambda board: board if board.is_there else Board(is_there=True))

    def prepared(self) -> Effect:
        """Say that somebody prepared it, which nobody had."""
        return self._effect(
            "is prepared",
            lambda board: replace(board, is_prepared=True) if board.is_there and not board.is_prepared else None,
        )

    def joined(self, user_id: str) -> Effect:
        """Say that a player who was not in it took a place that was free."""
        return self._effect(
            f"{user_id} joins",
            lambda board: (
                replace(board, players=board.players | {user_id})
                if board.is_prepared and user_id not in board.players and len(board.players) < self.limit
                else None
            ),
        )

    def had(self, user_id: str) -> Effect:
        """Say that the player was in it already."""
        return self._effect(
            f"{user_id} is in it", lambda board: board if user_id in board.players else None, writes=False
        )

    def left(self, user_id: str) -> Effect:
        """Say that the player is not in it, whether that was so before or not."""
        return self._effect(
            f"{user_id} leaves",
            lambda board: replace(board, players=board.players - {user_id}) if board.is_there else None,
        )

    def shown(self, players: frozenset[str]) -> Effect:
        """Say that these are in it."""
        return self._effect(
            f"shows {sorted(players)}",
            lambda board: board if board.is_there and board.players == players else None,
            writes=False,
        )

    def missing(self) -> Effect:
        """Say that it is not there."""
        return self._effect("is not there", lambda board: None if board.is_there else board, writes=False)

    def ended(self) -> Effect:
        """Say that its server took it back."""
        return self._effect("is unregistered", lambda board: Board() if board.is_there else None)

    def lapsed(self) -> Effect:
        """Say that its server fell silent."""
        return self._effect("has lapsed", lambda _board: Board())

    def _effect(self, says: str, change: Change, *, writes: bool = True) -> Effect:
        def step(state: State) -> list[State]:
            board = change(_board(state))
            return [] if board is None else [board]

        return Effect(f"match {self.match_id}", step, says, writes=writes)


def _board(state: State) -> Board:
    return state if isinstance(state, Board) else Board()
