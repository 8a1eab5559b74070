"""The things that operations change, and the steps that each answer means for one of them.

States are plain values. "" stands for nobody, and a text with "?" before it for an account that was made, if at all,
by an operation that nobody answered, so that its id is not known yet. A username of an account that was merged into
another has "~" before that: nobody finds it, and nobody can take it.
"""

from dataclasses import dataclass

from local.torture.judge.history import Effect, State, Step

NOBODY = ""


@dataclass(frozen=True)
class Owned:
    """An identity or a username: it belongs to one account, or to nobody."""

    name: str

    def found(self, user_id: str) -> Effect:
        """Say that it led to the account."""
        return self._seen(lambda state: [user_id] if _may_be(state, user_id) else [], f"is of {user_id}")

    def absent(self) -> Effect:
        """Say that it was nobody's."""
        return self._seen(lambda state: [state] if state == NOBODY or _is_hidden(state) else [], "is free")

    def present(self) -> Effect:
        """Say that it was somebody's."""
        return self._seen(lambda state: [] if state == NOBODY else [state], "is somebody's")

    def of_another(self, user_id: str) -> Effect:
        """Say that it was another account's."""
        return self._seen(lambda state: [] if state in (NOBODY, user_id) else [state], f"is of another than {user_id}")

    def not_of(self, user_id: str) -> Effect:
        """Say that it was not the account's."""
        return self._seen(lambda state: [] if state == user_id else [state], f"is not of {user_id}")

    def created(self, user_id: str) -> Effect:
        """Say that it was nobody's, and the account was made for it."""
        return Effect(self.name, lambda state: [user_id] if state == NOBODY else [], f"was free, now of {user_id}")

    def given(self, user_id: str) -> Effect:
        """Say that it is the account's now, and was nobody else's."""

        def step(state: State) -> list[State]:
            return [user_id] if state == NOBODY or _may_be(state, user_id) else []

        return Effect(self.name, step, f"was free or of {user_id}, now of {user_id}")

    def taken(self, user_id: str) -> Effect:
        """Say that it was the account's, and is nobody's now."""
        says = f"was of {user_id}, now free"
        return Effect(self.name, lambda state: [NOBODY] if _may_be(state, user_id) else [], says)

    def perhaps_given(self, user_id: str) -> Effect:
        """Say that it is the account's now, if it was nobody's, or stayed what it was."""
        says = f"perhaps of {user_id}, if it was free"
        return Effect(self.name, lambda state: [user_id, state] if state == NOBODY else [state], says)

    def released(self, user_id: str) -> Effect:
        """Say that it is not the account's any more, if it was."""

        def step(state: State) -> list[State]:
            if state == user_id:
                return [NOBODY]
            return [NOBODY, state] if _may_be(state, user_id) else [state]

        return Effect(self.name, step, f"free if it was of {user_id}")

    def seized(self, user_id: str) -> Effect:
        """Say that it is the account's now, whoever had it."""
        return Effect(self.name, lambda _state: [user_id], f"now of {user_id}, whosever it was")

    def dropped(self) -> Effect:
        """Say that whoever had it does not have it any more."""
        return Effect(self.name, lambda _state: [NOBODY], "free, whosever it was")

    def shown_again(self, user_id: str) -> Effect:
        """Say that it is that account's, if it was hidden for it."""
        says = f"of {user_id} if it was hidden"
        return Effect(self.name, lambda state: [user_id if state == f"~{user_id}" else state], says)

    def perhaps_moved(self, giver: str, taker: str) -> Effect:
        """Say that it may be the second account's, if it was the first one's."""
        says = f"perhaps of {taker} if it was of {giver}"
        return Effect(self.name, lambda state: [state, taker] if _may_be(state, giver) else [state], says)

    def moved(self, giver: str, taker: str) -> Effect:
        """Say that it is the second account's, if it was the first one's."""
        return self._of_merged(giver, taker, f"of {taker} if it was of {giver}")

    def hidden(self, user_id: str) -> Effect:
        """Say that nobody finds it, and nobody can have it, if it was that account's."""
        return self._of_merged(user_id, f"~{user_id}", f"hidden if it was of {user_id}")

    def perhaps_freed(self, user_id: str) -> Effect:
        """Say that it may be free now, if it was the account's or hidden."""

        def step(state: State) -> list[State]:
            return [NOBODY, state] if _may_be(state, user_id) or _is_hidden(state) else [state]

        return Effect(self.name, step, f"perhaps free if it was of {user_id}")

    def _of_merged(self, giver: str, becomes: str, says: str) -> Effect:
        def step(state: State) -> list[State]:
            if state == giver:
                return [becomes]
            return [becomes, state] if _may_be(state, giver) else [state]

        return Effect(self.name, step, says)

    def _seen(self, step: Step, says: str) -> Effect:
        return Effect(self.name, step, says, writes=False)


@dataclass(frozen=True)
class Field:
    """Something that an account says of itself: what was written last is read."""

    name: str

    def written(self, value: str) -> Effect:
        """Say that it was set."""
        return Effect(self.name, lambda _state: [value], f"set to {value!r}")

    def forgotten(self) -> Effect:
        """Say that it may be anything now."""
        return Effect(self.name, lambda _state: [None], "is not known")

    def matched(self, value: str) -> Effect:
        """Say that it was right, whether or not it is known that it was set."""
        return Effect(
            self.name, lambda state: [value] if state in ("", None, value) else [], f"is {value!r}", writes=False
        )

    def replaced(self, former: str, value: str) -> Effect:
        """Say that it was set by somebody who knew what it was."""
        says = f"was {former!r}, set to {value!r}"
        return Effect(self.name, lambda state: [value] if state in ("", None, former) else [], says)

    def read(self, value: str) -> Effect:
        """Say that it was seen."""
        return Effect(self.name, lambda state: [value] if state in (None, value) else [], f"is {value!r}", writes=False)


@dataclass(frozen=True)
class Once:
    """Something that is good once, such as a code: what came of it, "" while nothing has."""

    name: str

    def became(self, what: str) -> Effect:
        """Say what came of it, perhaps again: the same, or there would be two."""
        return Effect(self.name, lambda state: [what] if state in ("", what) else [], f"became {what}")

    def spent(self) -> Effect:
        """Say that it was used, for the first time."""
        return Effect(self.name, lambda state: ["spent"] if state == NOBODY else [], "is spent")

    def waits(self) -> Effect:
        """Say that nothing had come of it."""
        return Effect(self.name, lambda state: [state] if state == NOBODY else [], "waits", writes=False)


def _is_hidden(state: State) -> bool:
    return str(state).startswith("~")


def _may_be(state: State, user_id: str) -> bool:
    return state == user_id or str(state).startswith("?")
