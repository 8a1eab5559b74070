"""Friends of a user's friends, page by page, each with the friend who knows them.

Friends are gone through by their ids, and each one's friends by theirs; whoever knows several is listed with each of
them, as in Nakama. How much one page looks at is bounded, so that a page can be short, or empty, and yet have a next.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, key
from symbolon.aws.queries import query
from symbolon.friends.edges import edge_key
from symbolon.friends.friendship import State
from symbolon.identities.users import User, user_key

MOST_WORK = 5000
"""Entries of friends' lists that one page looks at; to open a list is as much work as LIST_WORK of them."""

LIST_WORK = 50

BEFORE_ALL = "00000000-0000-0000-0000-000000000000"
"""What comes before everybody's id."""

Place = tuple[str, str]
"""A friend, and where in the list of that friend's own friends."""


@dataclass(frozen=True)
class Acquaintance:
    """A friend's friend: the friend's id, and the other user."""

    referrer: str
    user: User


def of_friends(user_id: str, after: Place | None, most: int) -> tuple[list[Acquaintance], Place | None]:
    """Return up to `most` (100 at most) friends of the user's friends from a place on, and after which the next follow.

    Left out are the user, the user's own friends, whom the user has blocked, and accounts that are gone.
    """
    states = {edge["friend_id"]: edge["state"] for edge in _edges(user_id, BEFORE_ALL, 1000)}
    hidden = {user_id} | {friend for friend, state in states.items() if state in {State.FRIEND, State.BLOCKED}}
    friends = sorted(friend for friend, state in states.items() if state == State.FRIEND)
    found, following = _search(_looked_at(friends, after), hidden, most)
    users = dynamodb.batch_get({user_key(other) for _, other in found})
    there = [place for place in found if user_key(place[1]) in users]
    return [Acquaintance(friend, User.from_item(users[user_key(other)])) for friend, other in there], following


def _search(
    looked_at: Iterator[tuple[Place, int, bool]], hidden: set[str], most: int
) -> tuple[list[Place], Place | None]:
    found: list[Place] = []
    work, last = 0, None
    for place, effort, is_friend in looked_at:
        if work >= MOST_WORK:
            return found, last
        if is_friend and place[1] not in hidden:
            if len(found) == most:
                return found, found[-1]
            found.append(place)
        work, last = work + effort, place
    return found, None


def _looked_at(friends: list[str], after: Place | None) -> Iterator[tuple[Place, int, bool]]:
    """Yield places in order, the work of each, and whether there is a friend of the friend."""
    for friend in friends:
        if after and friend < after[0]:
            continue
        start = after[1] if after and friend == after[0] else BEFORE_ALL
        yield (friend, start), LIST_WORK, False
        for edge in _edges(friend, start, 100):
            yield (friend, edge["friend_id"]), 1, edge["state"] == State.FRIEND


def _edges(user_id: str, after: str, at_once: int) -> Iterator[Item]:
    """Yield the user's own edges, by the ids that they lead to, from one on."""
    last = edge_key(user_id, after)
    while True:
        page = query(key("FRIENDS_TABLE", user_id=user_id), at_once, last)
        yield from page.items
        if page.last is None:
            return
        last = page.last
