"""An account's standing: whom it lets in, until it is gone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from local.torture.judge.history import Effect, State

Change = Callable[["Standing"], "Standing"]

SESSION, REFRESH = "s:", "r:"
"""What a session's id has before it where its session token, or its refresh token, ended."""


@dataclass(frozen=True)
class Standing:
    """Whether an account is there and whom it lets in.

    One that was merged into another is gone, but for what operators still do to it.

    `generation` is that of its sessions, of an older one goes on only the one that is `spared`; `ended` are those that
    ended. `banned` is None where the ban ends at a time that may have come or not.
    """

    generation: int = 0
    ended: frozenset[str] = frozenset()
    banned: bool | None = False
    gone: bool = False
    spared: "Token | None" = None
    merged: bool = False

    def is_open(self) -> bool:
        """Tell whether it may let somebody in."""
        return not self.gone and self.banned is not True

    def admits(self, token: "Token") -> bool:
        """Tell whether a token can be in force."""
        return self.is_open() and self._holds(token)

    def refuses(self, token: "Token") -> bool:
        """Tell whether a token can be out of force."""
        return self.gone or self.banned is not False or not self._holds(token)

    def _holds(self, token: "Token") -> bool:
        is_spared = self.spared is not None and self.spared[1:] == token[1:]
        is_of_now = self.generation == token.generation or is_spared
        return is_of_now and f"{token.kind}{token.session_id}" not in self.ended


class Token(NamedTuple):
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
        return self._seen(lambda standing: standing.refuses(token), f"did not let {token} in")

    def signed_in(self, generation: int) -> Effect:
        """Say that it let its owner in, with a new session of that generation."""
        return self._seen(
            lambda standing: standing.is_open() and standing.generation == generation,
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

    def ended_all(self, caller: Token | None = None) -> Effect:
        """Say that all sessions were ended, by the caller, or by an operator."""
        return self._changed(
            lambda standing: replace(standing, generation=standing.generation + 1, spared=None),
            "ended all sessions",
            caller,
        )

    def ended_all_but(self, caller: Token) -> Effect:
        """Say that all sessions were ended but the caller's own."""
        return self._changed(
            lambda standing: replace(standing, generation=standing.generation + 1, spared=caller),
            "ended all other sessions",
            caller,
        )

    def came_back(self) -> Effect:
        """Say that it is an account again, which was merged into another."""

        def step(state: State) -> list[State]:
            there = _standing(state)
            back = replace(there, gone=False, merged=False, generation=there.generation + 2)
            return [back] if there.merged else []

        return Effect(self._thing, step, "is an account again")

    def ended_by_itself(self, session_id: str) -> Effect:
        """Say that a session ended because of a token that was used twice, or by an operator."""
        both = {SESSION + session_id, REFRESH + session_id}
        return self._changed(lambda standing: replace(standing, ended=standing.ended | both), f"ended {session_id}")

    def banned(self, ban: bool | None) -> Effect:  # noqa: FBT001 (three things it can be)
        """Say that an operator banned it: True for good, None until a time."""
        return self._changed(lambda standing: replace(standing, banned=ban), f"banned {'for good' if ban else 'until'}")

    def unbanned(self) -> Effect:
        """Say that an operator lifted its ban, which held."""
        return self._became("unbanned", lambda standing: standing.banned is not False, (False,))

    def not_banned(self) -> Effect:
        """Say that no ban held."""
        return self._seen(lambda standing: standing.banned is not True, "not banned")

    def ban_undone(self) -> Effect:
        """Say that an operator took a ban back, which held, in favour of the former one or of none."""
        return self._became("ban undone", lambda standing: standing.banned is not False, (False, True, None))

    def banned_again(self) -> Effect:
        """Say that an operator took back that a ban was lifted, since when there was none."""
        return self._became("banned again", lambda standing: standing.banned is not True, (True, None))

    def died(self) -> Effect:
        """Say that it was deleted, once."""
        return Effect(self._thing, lambda state: _dead(_standing(state)), "was deleted")

    def became_part(self) -> Effect:
        """Say that it was merged into another, perhaps before."""

        def step(state: State) -> list[State]:
            standing = _standing(state)
            return [replace(standing, gone=True, merged=True)] if standing.merged or not standing.gone else []

        return Effect(self._thing, step, "was merged into another")

    def _became(self, says: str, holds: Callable[[Standing], bool], bans: tuple[bool | None, ...]) -> Effect:
        def step(state: State) -> list[State]:
            standing = _standing(state)
            is_there = standing.merged or not standing.gone
            return [replace(standing, banned=ban) for ban in bans] if holds(standing) and is_there else []

        return Effect(self._thing, step, says)

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
            if standing.gone and not standing.merged:
                return [standing] if caller else []
            if caller and not standing.admits(caller):
                return []
            return [change(standing)]

        return Effect(self._thing, step, says + (f", asked by {caller}" if caller else ""))


def _standing(state: State) -> Standing:
    return state if isinstance(state, Standing) else Standing()


def _dead(standing: Standing) -> list[State]:
    is_there = standing.merged or not standing.gone
    return [replace(standing, gone=True, merged=False)] if is_there else []
