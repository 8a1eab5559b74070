"""Finding players by whatever is known of them: each look-up is of one item, but for the beginning of a username."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from symbolon.api.validation import is_user_id
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, key
from symbolon.aws.queries import Span, query_span
from symbolon.identities.names import same_name
from symbolon.identities.usernames import SHELVES
from symbolon.identities.users import User, identity_key, user_key, username_key

_LAST_CHARACTER = "\U0010ffff"
_LONGEST_PREFIX = 512
"""In bytes: longer than any username, and within what a key may have."""


@dataclass(frozen=True)
class Found:
    """A player, and by what: "user_id", "username" or an identity's provider."""

    user: User
    by: str


@dataclass(frozen=True)
class Names:
    """A part of the usernames that begin alike: their players, and the last one's `sort_name`, "" at the end."""

    found: list[Found]
    last: str


def exactly(text: str, providers: Iterable[str]) -> list[Found]:
    """Return the players of whom the text is the id, the username, or the subject of an identity.

    Identities of all `providers` are looked up, or of the one that stands before the subject: "google:123".
    """
    by = {username_key(same_name(text)): "username"}
    if is_user_id(text):
        by[user_key(text.lower())] = "user_id"
    for provider in providers:
        for subject in {text, text.removeprefix(f"{provider}:")}:
            by[identity_key(f"{provider}#{_compared(provider, subject)}")] = provider
    items = dynamodb.batch_get(by)
    return _players({user_key(item["user_id"]): by[at] for at, item in items.items()}, items)


def beginning_with(prefix: str, after: str, most: int) -> Names:
    """Return up to `most` players whose username begins with the prefix, in any case, in alphabetical order.

    `after` is the `sort_name` of the last of those before them. The index follows with a short delay: who has been
    renamed or deleted meanwhile is left out.
    """
    least = same_name(prefix).casefold()
    if len(least.encode()) > _LONGEST_PREFIX:
        return Names([], "")
    names = _names(max(least, after), least + _LAST_CHARACTER, most + 2)
    names = [item for item in names if item["sort_name"] > after]
    shown = names[:most]
    current = {item["username"] for item in shown}
    owners = {user_key(item["user_id"]): "username" for item in shown}
    found = [player for player in _players(owners, {}) if player.user.username in current]
    return Names(found, shown[-1]["sort_name"] if len(names) > most else "")


def _names(least: str, greatest: str, most: int) -> list[Item]:
    shelves = (key("USERNAMES_TABLE", shelf=shelf) for shelf in SHELVES)
    lists = [query_span(Span(shelf, "sort_name", least, greatest, index_name="Prefix"), most) for shelf in shelves]
    return list(islice(heapq.merge(*lists, key=lambda item: str(item["sort_name"])), most))


def _players(by: Mapping[Key, str], known: Mapping[Key, Item]) -> list[Found]:
    """Return the players with these keys, in their order, from what was read already and what has to be."""
    items = {**known, **dynamodb.batch_get(at for at in by if at not in known)}
    return [Found(User.from_item(items[at]), by[at]) for at in by if at in items]


def _compared(provider: str, subject: str) -> str:
    """Return a subject in the form in which it is compared: addresses in lower case."""
    return subject.lower() if provider == "email" else subject
