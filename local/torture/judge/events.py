"""What a bus was told of accounts, beside what was acknowledged and what the tables say: none lost, each in order."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from local.torture.judge.history import History, Telling
from local.torture.judge.verdict import DOUBLE, LOST, Violation

Json = Mapping[str, Any]
Rows = Mapping[str, Json]
"""Accounts as they are at the end, by their ids."""

_GONE = ("account.deleted", "account.merged")
"""After one of these what is asked of an account may be done already, and says nothing."""


@dataclass(frozen=True)
class Told:
    """An event that the bus took, for the first time."""

    type: str
    detail: Json

    @property
    def whose(self) -> tuple[str, str]:
        """What it is in order for: an account, or a session."""
        order = str(self.detail["order"])
        return order, str(self.detail["account_id" if order == "account" else "session_id"])


@dataclass
class Story:
    """What an account must be like, after its events."""

    providers: Counter[str] = field(default_factory=Counter)
    traits: set[str] = field(default_factory=set)

    def says(self) -> tuple[dict[str, int], list[str]]:
        """Give it in a form that can be compared."""
        return {name: number for name, number in self.providers.items() if number}, sorted(self.traits)


def first_told(entries: Iterable[Json]) -> list[Told]:
    """Return the events of entries that the bus took, without those that came again."""
    found: dict[str, Told] = {}
    for entry in entries:
        detail = json.loads(entry["Detail"])
        found.setdefault(detail["id"], Told(entry["DetailType"], detail))
    return list(found.values())


def untold(history: History, told: Sequence[Told], rows: Rows) -> Iterator[Violation]:
    """Yield what is wrong with what was told, in the order in which it was: whose changes, and `rows` as they are."""
    yield from _disorder(told)
    yield from _silence(history, told)
    stories, doubles = _stories(told)
    yield from doubles
    for user_id in sorted({*stories, *rows}):
        expected, story = _written(rows[user_id]) if user_id in rows else Story(), stories.get(user_id, Story())
        if expected.says() != story.says():
            says = f"account {user_id}: by its events it is {story.says()}, by the tables {expected.says()}"
            yield Violation(LOST, says)


def _disorder(told: Iterable[Told]) -> Iterator[Violation]:
    latest: dict[tuple[str, str], str] = {}
    for one in told:
        if one.detail["sequence"] <= latest.get(one.whose, ""):
            yield Violation(DOUBLE, f"{' '.join(one.whose)}: {one.type} was told after what came later")
        latest[one.whose] = one.detail["sequence"]


def _silence(history: History, told: Sequence[Told]) -> Iterator[Violation]:
    """Yield what was acknowledged and is in no event."""
    gone = {one.detail["account_id"] for one in told if one.type in _GONE}
    wanted = Counter(telling for operation in history.operations for telling in operation.tells)
    for telling, number in wanted.items():
        if telling.is_living and telling.account_id in gone:
            continue
        heard = sum(_is_of(one, telling) for one in told)
        if heard < (number if telling.each else 1):
            yield Violation(LOST, f"account {telling.account_id}: {telling.says} {number} times, told {heard} times")


def _is_of(one: Told, telling: Telling) -> bool:
    if one.type not in telling.types or one.detail["account_id"] != telling.account_id:
        return False
    return not telling.about or telling.about in json.dumps(one.detail)


def _stories(told: Sequence[Told]) -> tuple[dict[str, Story], list[Violation]]:
    stories: dict[str, Story] = defaultdict(Story)
    doubles = []
    for one in sorted((one for one in told if one.whose[0] == "account"), key=lambda one: str(one.detail["sequence"])):
        story = stories[one.whose[1]]
        if (one.type == "account.created") == ("there" in story.traits):
            doubles.append(Violation(DOUBLE, f"account {one.whose[1]}: {one.type}, while it is {story.says()}"))
        _STEPS.get(one.type, _nothing)(story, one.detail)
    return stories, doubles


def _written(row: Json) -> Story:
    providers = Counter(place.partition("#")[0] for place in row.get("links", {"M": {}})["M"])
    traits = {"disable_time": "banned", "merged_into": "merged"}
    return Story(providers, {"there", *(trait for name, trait in traits.items() if name in row)})


def _created(story: Story, detail: Json) -> None:
    story.providers.update(detail["providers"])
    story.traits.add("there")


def _linked(story: Story, detail: Json) -> None:
    story.providers[detail["provider"]] += 1


def _unlinked(story: Story, detail: Json) -> None:
    story.providers[detail["provider"]] -= 1


def _merged(story: Story, detail: Json) -> None:
    story.traits |= {"merged"} if detail["role"] == "merged" else set()


def _unmerged(story: Story, detail: Json) -> None:
    story.traits -= {"merged"} if detail["role"] == "merged" else set()


def _deleted(story: Story, _detail: Json) -> None:
    story.providers.clear()
    story.traits.clear()


def _nothing(_story: Story, _detail: Json) -> None:
    """Leave the story as it is."""


_STEPS: Mapping[str, Callable[[Story, Json], None]] = {
    "account.created": _created,
    "account.linked": _linked,
    "account.unlinked": _unlinked,
    "account.merged": _merged,
    "account.unmerged": _unmerged,
    "account.banned": lambda story, _detail: story.traits.add("banned"),
    "account.unbanned": lambda story, _detail: story.traits.discard("banned"),
    "account.deleted": _deleted,
}
