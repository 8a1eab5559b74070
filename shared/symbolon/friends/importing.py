"""Friends of a provider's become friends here: asked for after a sign-in, and done.

A sign-in or link with `sync` only asks: an asynchronous invocation of the function `friendimport`, which does the work
later, so that no provider's delay is a player's. DECISIONS.md says what is lost when it fails.
"""

import json
import time
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from symbolon.api.request import Trace
from symbolon.api.telemetry import FRIEND_IMPORTS_FAILED, FRIEND_IMPORTS_SKIPPED
from symbolon.aws import dynamodb, invocations
from symbolon.errors import ResourceExhausted, SymbolonError
from symbolon.friends import friends
from symbolon.friends.capacity import Capacity
from symbolon.friends.edges import Wish
from symbolon.friends.friends import BATCH, ListFull, batches
from symbolon.friends.friendship import befriend, start_over
from symbolon.identities.users import identity_key
from symbolon.limits.budgets import MinuteBudget, Pause
from symbolon.settings.limits import Limits
from symbolon.values import concealing

PATIENCE_SECONDS = 10.0
"""For making friends; the most of an import take some two seconds where nobody's list is full."""

MAX_FRIENDS = 2000
"""Friends of one import that are looked up: as many as Steam allows, and more than Facebook's pages bring."""


class Import(NamedTuple):
    """An import of a user's friends from a provider; `proof` is what asking the provider for them takes."""

    user_id: str
    provider: str
    proof: Mapping[str, str]

    def __repr__(self) -> str:
        """Show what is no secret: an access token may be in the proof."""
        return concealing(self, "proof")


def request(wanted: Import, limits: Limits, trace: Trace) -> None:
    """Have the user's friends imported later, unless that was asked for lately, or too much is being imported.

    Takes about a second at most and never fails: a request that does not get through is an event of the trace, for
    the metrics, and the next sign-in with `sync` makes up for it.
    """
    pause = Pause("import", f"{wanted.user_id} {wanted.provider}", limits.import_pause_sec)
    try:
        if pause.begin():
            with pause.kept_unless_it_fails():
                MinuteBudget("imports", limits.imports_per_minute, "").take()
                event = {"user_id": wanted.user_id, "provider": wanted.provider, **wanted.proof}
                invocations.start("FRIEND_IMPORT_FUNCTION", event)
    except ResourceExhausted:
        trace.events.append(FRIEND_IMPORTS_SKIPPED)
    except SymbolonError:
        trace.events.append(FRIEND_IMPORTS_FAILED)


def make_friends(befriending: Wish, provider: str, subjects: Iterable[str], *, reset: bool = False) -> None:
    """Make the user a friend of those accounts which have one of the provider's subjects; blocks are respected.

    `befriending` is what `wish` gives. With `reset` first ends the user's other friendships and invites. Doing it again
    changes nothing. Otherwise as `make_friends_of`.
    """
    friend_ids = _owners(provider, subjects)
    if reset:
        friends.change_all(befriending._replace(rule=start_over, metadata=""))
    make_friends_of(befriending, friend_ids)


def make_friends_of(befriending: Wish, user_ids: Iterable[str]) -> None:
    """Make the user a friend of those of the users who are there.

    Where the user's list is full it ends, and a friend whose list is full is passed over, which makes each batch as
    many transactions as it has friends: after PATIENCE_SECONDS it ends, too, rather than be cut off.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    others = [user_id for user_id in dict.fromkeys(user_ids) if user_id != befriending.user_id]
    for some in batches(others, friends.MOST_AT_ONCE):
        try:
            friends.change(befriending, some)
        except ListFull as full:
            if full.is_own:
                return
        if time.monotonic() > until:
            return


def wish(user_id: str, provider: str, limits: Limits) -> Wish:
    """Return the wish to be friends of friends at the provider."""
    metadata = json.dumps({"provider": provider}, separators=(",", ":"))
    return Wish(user_id, befriend, metadata, mutual=True, capacity=Capacity.of(limits))


def _owners(provider: str, subjects: Iterable[str]) -> list[str]:
    keys = (identity_key(f"{provider}#{subject}") for subject in islice(dict.fromkeys(subjects), MAX_FRIENDS))
    return [item["user_id"] for some in batches(keys, BATCH) for item in dynamodb.batch_get(some).values()]
