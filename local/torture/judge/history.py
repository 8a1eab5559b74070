"""What was asked and answered, and what each answer says of things: accounts, identities, names, friendships, matches.

A thing has a state. An operation's effect on it is a step: from the state in which it found the thing to the one in
which it left it, or to none, where its answer contradicts that state. It took place at a moment between request and
answer. Of an operation that nobody answered, or whose answer was that something is down, nobody knows whether it did.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from itertools import count

State = Hashable
Step = Callable[[State], Collection[State]]
"""Gives the states that may follow, none where the step cannot have been taken."""


@dataclass(frozen=True)
class Effect:
    """A step of a thing, by the name of the thing; `certain` ones were taken, the others may have been."""

    thing: str
    step: Step
    says: str
    certain: bool = True
    writes: bool = True


@dataclass(frozen=True)
class Telling:
    """What an operation that was acknowledged must have made a bus hear: one of `types`, of the account.

    `about` is in the event. With `each` every such operation has one of its own; with `is_living` it says nothing of an
    account that goes, or becomes part of another.
    """

    types: tuple[str, ...]
    account_id: str
    about: str = ""
    each: bool = False
    is_living: bool = False

    @property
    def says(self) -> str:
        """Say it in a few words."""
        return f"{' or '.join(self.types)} {self.about}".strip()


Perhaps = Callable[[str], Iterable[Effect]]
"""Gives, by a thing's name, what may have been done to it."""


@dataclass
class Operation:
    """An operation of a player, from request to answer; times count what happens, in order."""

    player: int
    number: int
    name: str
    since: int = 0
    until: int = 0
    outcome: str = ""
    status: int = 0
    faults: list[str] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    tells: list[Telling] = field(default_factory=list)
    """What a bus must hear of it."""
    goes: str = ""
    """The account that the operation deletes, if it was done."""
    everywhere: dict[str, "Perhaps"] = field(default_factory=dict)
    """By the kind of a thing, its name's first word: what may have become of any such thing, whoever knew of it."""
    may_delete: bool = False
    """Whether somebody's account may have been deleted by it, which nobody knows."""


@dataclass(frozen=True)
class Moment:
    """One effect of one operation."""

    operation: Operation
    effect: Effect

    def __str__(self) -> str:
        """Say when who did what, in a line."""
        certainty = "" if self.effect.certain else ", if it was done"
        span = f"{self.operation.since}-{self.operation.until}"
        return f"{span:>9}  player {self.operation.player}  {self.operation.name}: {self.effect.says}{certainty}"


@dataclass
class History:
    """All operations of a run, in the order of their requests."""

    operations: list[Operation] = field(default_factory=list)
    inputs: int = 0
    stuck: list[str] = field(default_factory=list)
    """What did not get through, though nothing went wrong any more."""
    outages: bool = False
    """Whether anything has gone wrong at a provider, which is then left alone for a while."""
    _ticks: "count[int]" = field(default_factory=lambda: count(1))

    def begin(self, operation: Operation) -> Operation:
        """Note a request."""
        operation.since = operation.until = next(self._ticks)
        self.operations.append(operation)
        return operation

    def end(self, operation: Operation) -> None:
        """Note its answer, whose effects follow."""
        operation.until = next(self._ticks)

    def things(self) -> dict[str, list[Moment]]:
        """Return the effects on each thing."""
        found: dict[str, list[Moment]] = {}
        for operation in self.operations:
            for effect in operation.effects:
                found.setdefault(effect.thing, []).append(Moment(operation, effect))
        return found


def unsure(effects: Iterable[Effect]) -> list[Effect]:
    """Return the effects as those of an operation of which nobody knows whether it was done; what it saw is nothing."""
    return [Effect(one.thing, one.step, one.says, certain=False) for one in effects if one.writes]
