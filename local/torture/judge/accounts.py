"""An account's standing: whom it lets in, until it is gone."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from local.torture.judge.history import Effect, State

Change = Callable[["Standing"], "Standing"]

SESSION, REFRESH = "s:", "r:"
"""What a session's id has before it where its session token, or its refresh token, ended."""


@dataclass(frozen=True)
class Standing:
    """Whether an account is there and whom it lets in: generation of its sessions, those that ended, banned, gone."""

    generation: int = 0
    ended: frozenset[str] = frozenset()
    banned: bool = False
    gone: bool = False

    def admits(self, token: "Token") -> bool:
        """Tell whether a token is in force."""
        lets_in = not (self.gone or self.banned) and self.generation == token.generation
        return lets_in and f"{token.kind}{token.session_id}" not in self.ended


@dataclass(frozen=True)
class Token:
    """What is known of a token: SESSION or REFRESH, its session's id, the generation that it is of."""

    kind: str
    session_id: str
    generation: int

    def __str__(self) -> str:
        """Name it, as short as can be told apart."""
        return f"{self.kind}{self.session_id[:8]} of generation {self.generation}"


@dataclass(frozen=True)
class Account:
    """An account, from when it is known."""

    user_id: str

    def admitted(self, token: Token) -> Effect:
        """Say that it let the token in."""
        return self._seen(lambda standing: standing.admits(token), f"let {token} in")

    def refused(self, token: Token) -> Effect:
        """Say that it did not let the token in."""
        return self._seen(lambda standing: not standing.admits(token), f"did not let {token} in")

    def signed_in(self, generation: int) -> Effect:
        """Say that it let its owner in, with a new session of that generation."""
        return self._seen(
            lambda standing: not (standing.gone or standing.banned) and standing.generation == generation,
            f"let its owner in, generation {generation}",
        )

    def missing(self) -> Effect:
        """Say that it was not there any more."""
        return self._seen(lambda standing: standing.gone, "is gone")

    def ended(self, caller: Token, *tokens: str) -> Effect:
        """Say that the caller ended tokens, each by its session's id after its kind."""
        return self._changed(
            lambda standing: replace(standing, ended=standing.ended | set(tokens)), f"ended {', '.join(tokens)}", caller
        )

    def ended_all(self, caller: Token) -> Effect:
        """Say that the caller ended all sessions."""
        return self._changed(
            lambda standing: replace(standing, generation=standing.generation + 1), "ended all sessions", caller
        )

    def ended_by_itself(self, session_id: str) -> Effect:
        """Say that a session ended because of a token that was used twice."""
        both = {SESSION + session_id, REFRESH + session_id}
        return self._changed(lambda standing: replace(standing, ended=standing.ended | both), f"ended {session_id}")

    def banned(self, *, is_banned: bool) -> Effect:
        """Say that an operator banned it, or does not any more."""
        return self._changed(lambda standing: replace(standing, banned=is_banned), f"banned: {is_banned}")

    def died(self) -> Effect:
        """Say that it was deleted, once."""
        return Effect(self._thing, lambda state: _dead(_standing(state)), "was deleted")

    @property
    def _thing(self) -> str:
        return f"account {self.user_id}"

    def _seen(self, holds: Callable[[Standing], bool], says: str) -> Effect:
        return Effect(self._thing, lambda state: [state] if holds(_standing(state)) else [], says, writes=False)

    def _changed(self, change: Change, says: str, caller: Token | None = None) -> Effect:
        """Return a change; of one that a caller asks for it is a condition that the caller is let in.

        What is asked of an account that is gone is done already.
        """

        def step(state: State) -> list[State]:
            standing = _standing(state)
            if caller and not standing.gone and not standing.admits(caller):
                return []
            return [change(standing)]

        return Effect(self._thing, step, says + (f", asked by {caller}" if caller else ""))


def _standing(state: State) -> Standing:
    return state if isinstance(state, Standing) else Standing()


def _dead(standing: Standing) -> list[State]:
    return [] if standing.gone else [replace(standing, gone=True)]
