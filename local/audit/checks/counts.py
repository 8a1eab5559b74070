"""Each account counts its friends right."""

from collections.abc import Iterator, Sequence
from functools import partial

from local.audit.findings import Check, Finding, attempt
from symbolon.aws.dynamodb import Item, Write, key
from symbolon.aws.queries import query
from symbolon.friends.edges import edge_key
from symbolon.friends.friendship import State
from symbolon.identities.users import user_key

_PAGE = 1000
_MOST_HELD = 99
"""Friends whose edges fit one transaction with the account, so that none can come or go meanwhile."""


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of users that break the promise."""
    for item in items:
        if "merged_into" in item:  # its friendships are on their way, and nobody sees how many they are
            continue
        friends = _friends(item["user_id"])
        if len(friends) != item.get("edge_count", 0):
            yield Finding(
                user_key(item["user_id"]),
                item["user_id"],
                "the account's number of friends is wrong",
                "The player's profile shows another number than the list has.",
                partial(_count, item, friends),
            )


def _friends(user_id: str) -> list[str]:
    found, last = list[Item](), None
    while True:
        page = query(key("FRIENDS_TABLE", user_id=user_id), _PAGE, last)
        found += page.items
        last = page.last
        if last is None:
            return [edge["friend_id"] for edge in found if edge["state"] == State.FRIEND]


def _count(item: Item, friends: Sequence[str]) -> None:
    """Set the number, on the condition that it is as it was and, where they fit, that all of the friends still are."""
    known = "edge_count = :seen" if "edge_count" in item else "attribute_not_exists(edge_count)"
    values = {":count": len(friends)} | ({":seen": item["edge_count"]} if "edge_count" in item else {})
    condition = f"attribute_exists(user_id) AND {known}"
    setting = Write("Update", user_key(item["user_id"]), condition, "SET edge_count = :count", values=values)
    is_friend = {":friend": int(State.FRIEND)}
    held = [
        Write(
            "ConditionCheck", edge_key(item["user_id"], friend), "#state = :friend", "", {"#state": "state"}, is_friend
        )
        for friend in friends[:_MOST_HELD]
    ]
    attempt([setting, *held])


CHECK = Check("Each account counts its friends right.", "USERS_TABLE", look)
