"""Each account counts right what its list of friends has."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from local.audit.findings import Check, Finding, attempt
from symbolon.aws.dynamodb import Item, Write, key
from symbolon.aws.queries import query
from symbolon.friends.capacity import COUNTED
from symbolon.friends.edges import edge_key
from symbolon.identities.presence import THERE
from symbolon.identities.users import user_key

_PAGE = 1000
_MOST_HELD = 99
"""Edges that fit one transaction with the account, so that none can change meanwhile."""

_SAID: Mapping[str, tuple[str, str]] = {
    "edge_count": (
        "the account's number of friends is wrong",
        "The player's profile shows another number than the list has.",
    ),
    "entries": (
        "the account's number of friends, invites and blocks is wrong",
        "The player is told that the list is full when it is not, or can fill it beyond its limit.",
    ),
    "invites_sent": (
        "the account's number of invites that wait for others is wrong",
        "The player can invite nobody any more, or more than the limit has it.",
    ),
    "invites_received": (
        "the account's number of invites to be answered is wrong",
        "Nobody can invite the player any more, or more can than the limit has it.",
    ),
}


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of users that break the promise."""
    for item in items:
        if "merged_into" in item:  # its friendships are on their way, and nobody sees how many they are
            continue
        edges = _edges(item["user_id"])
        counts = {name: sum(state in states for state in edges.values()) for name, states in COUNTED.items()}
        for name, (says, means) in _SAID.items():
            if counts[name] != item.get(name, 0):
                mend = partial(_count, item, counts, edges)
                yield Finding(user_key(item["user_id"]), item["user_id"], says, means, mend)


def _edges(user_id: str) -> dict[str, int]:
    """Return the states of the account's edges, by the other user."""
    found, last = list[Item](), None
    while True:
        page = query(key("FRIENDS_TABLE", user_id=user_id), _PAGE, last)
        found += page.items
        last = page.last
        if last is None:
            return {edge["friend_id"]: edge["state"] for edge in found if "state" in edge}


def _count(item: Item, counts: Mapping[str, int], edges: Mapping[str, int]) -> None:
    """Set all counts, on the condition that they are as they were and, where they fit, that all of the edges still are.

    Whoever comes or goes changes a count.
    """
    known = [f"{name} = :seen_{name}" if name in item else f"attribute_not_exists({name})" for name in counts]
    values = {f":{name}": number for name, number in counts.items()}
    values |= {f":seen_{name}": item[name] for name in counts if name in item}
    condition = " AND ".join([THERE, *known])
    update = "SET " + ", ".join(f"{name} = :{name}" for name in counts)
    setting = Write("Update", user_key(item["user_id"]), condition, update, values=values)
    names = {"#state": "state"}
    held = [
        Write("ConditionCheck", edge_key(item["user_id"], other), "#state = :was", "", names, {":was": state})
        for other, state in edges.items()
    ]
    attempt([setting, *(held if len(held) <= _MOST_HELD else [])])


CHECK = Check("Each account counts right what its list of friends has.", "USERS_TABLE", look)
