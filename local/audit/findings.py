"""What a check promises and what it finds: nothing in it shows a credential, an address or an id that signs in."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, TransactionRefused, Write

_BATCH = 100

WHOLE: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "USERS_TABLE": {"username": str, "links": Mapping, "create_time": str, "update_time": str},
    "IDENTITIES_TABLE": {"user_id": str},
    "USERNAMES_TABLE": {"user_id": str},
    "FRIENDS_TABLE": {"state": int, "update_time": str},
    "PARTNERS_TABLE": {"name": str, "enabled": bool, "secrets": list},
    "REVOCATIONS_TABLE": {"client_id": str, "sealed": str, "since": int},
    "MATCHES_TABLE": {"limit": int, "expires_at": int},
}
"""What each row of a table has: what lacks it `checks.shapes` tells of, and no other check looks at it."""

Look = Callable[[Sequence[Item]], Iterable["Finding"]]


@dataclass(frozen=True)
class Check:
    """A promise about each item of the table that the variable `table` names, and what looks at some of them."""

    promise: str
    table: str
    look: Look
    of_any_shape: bool = False

    def found(self, items: Sequence[Item]) -> Iterator["Finding"]:
        """Yield what of these items breaks the promise, passing over those that are not whole."""
        yield from self.look([item for item in items if self.of_any_shape or not lacking(self.table, item)])


@dataclass(frozen=True)
class Finding:
    """An item that breaks a promise.

    `at` is where it is, `who` the account that it concerns, `means` what it means for the player. `mend` mends it, safe
    beside live traffic; without one, `by_hand` says what to do. `is_residue` says that an interruption leaves such,
    which harms nobody who is there; `is_double` that two have what one may have.
    """

    at: Key
    who: str
    says: str
    means: str
    mend: Callable[[], None] | None = None
    by_hand: str = ""
    is_residue: bool = False
    is_double: bool = False


def lacking(table: str, item: Item) -> list[str]:
    """Return which of the attributes that each row of the table has this one lacks, or has of another kind."""
    return [name for name, kind in WHOLE.get(table, {}).items() if not isinstance(item.get(name), kind)]


def attempt(writes: Sequence[Write]) -> None:
    """Perform a mending transaction; where its conditions fail, others changed the items, and it is not needed."""
    try:
        dynamodb.transact(writes)
    except TransactionRefused:
        return


def read(keys: Collection[Key]) -> dict[Key, Item]:
    """Return those items that exist, however many keys there are."""
    distinct = list(dict.fromkeys(keys))
    parts = [dynamodb.batch_get(distinct[at : at + _BATCH]) for at in range(0, len(distinct), _BATCH)]
    return dict(chain.from_iterable(part.items() for part in parts))


def split(identity: str) -> tuple[str, str]:
    """Return the provider and the subject of an identity's key."""
    provider, _, subject = identity.partition("#")
    return provider, subject


def looked_at_again(check: Check, finding: Finding) -> Iterator[Finding]:
    """Yield the finding as it is now, nothing when it is not there any more."""
    item = dynamodb.get(finding.at)
    found = check.found([item]) if item else ()
    yield from (now for now in found if (now.who, now.says) == (finding.who, finding.says))
