"""What an account says of those that were merged into it is so, and what belongs to them has come along."""

from collections.abc import Iterator, Sequence
from functools import partial

from local.audit.checks.merges import end_of
from local.audit.findings import Check, Finding, attempt, read
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Write
from symbolon.friends import moving
from symbolon.friends.edges import edge_key
from symbolon.friends.friendship import State
from symbolon.identities.presence import THERE, still_there
from symbolon.identities.users import User, user_key


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of users that break the promise."""
    named = [name for item in items for name in item.get("absorbed", [])]
    sources = [item["incoming"]["from"] for item in items if item.get("incoming")]
    known = read([user_key(user_id) for user_id in {*named, *sources}])
    for item in items:
        for name in item.get("absorbed", []):
            listed = known.get(user_key(name))  # one that an operator has erased since is no hindrance to anything
            if listed and "merged_into" not in listed:
                yield _never_merged(item, name)
        source = known.get(user_key(item["incoming"]["from"])) if item.get("incoming") else None
        if source and "merged_into" not in source and not item["incoming"].get("back"):
            yield _robbed(item)


def look_at_edges(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of friends that lead to or from a merged account, and are not on their way.

    Somebody's block of an account that never had to do with that one stays with the old id: docs/merge.md.
    """
    users = read([user_key(item[end]) for item in items for end in ("user_id", "friend_id")])
    merged = {at: user for at, user in users.items() if "merged_into" in user}
    ends = {at: end_of(user, users) for at, user in merged.items()}
    concerned = [item for item in items if {user_key(item["user_id"]), user_key(item["friend_id"])} & merged.keys()]
    mirrored = read([edge_key(item["friend_id"], item["user_id"]) for item in concerned])
    for item in concerned:
        is_alone = edge_key(item["friend_id"], item["user_id"]) not in mirrored
        stays = item["state"] == State.BLOCKED and is_alone and user_key(item["user_id"]) not in merged
        for at in (user_key(item["user_id"]), user_key(item["friend_id"])):
            end = ends.get(at)
            if end and not stays and end.get("incoming", {}).get("from") != merged[at]["user_id"]:
                yield _left_behind(item, merged[at], end)


def _never_merged(item: Item, name: str) -> Finding:
    kept = [one for one in item["absorbed"] if one != name]
    change = "SET absorbed = :kept" if kept else "REMOVE absorbed"
    values = {":seen": item["absorbed"]} | ({":kept": kept} if kept else {})
    drop = Write("Update", user_key(item["user_id"]), "absorbed = :seen", change, values=values)
    return Finding(
        user_key(item["user_id"]),
        item["user_id"],
        f"the account lists {name} as merged into it, which is not so",
        "The player cannot have the account deleted.",
        partial(attempt, [Write("ConditionCheck", user_key(name), "attribute_not_exists(merged_into)"), drop]),
    )


def _robbed(item: Item) -> Finding:
    source = item["incoming"]["from"]
    values = {":seen": item["incoming"]}
    drop = Write("Update", user_key(item["user_id"]), "incoming = :seen", "REMOVE incoming", values=values)
    return Finding(
        user_key(item["user_id"]),
        item["user_id"],
        f"the account is about to take over the friends of {source}, who was not merged into it",
        "The next look at the list takes another player's friends away.",
        partial(attempt, [still_there(source), drop]),
        is_double=True,
    )


def _left_behind(item: Item, merged: Item, end: Item) -> Finding:
    return Finding(
        edge_key(item["user_id"], item["friend_id"]),
        end["user_id"],
        f"a friendship of {merged['user_id']}, who was merged into the account, did not come along",
        "The player misses a friend, who has somebody in the list that nobody is. Mended, it comes along.",
        partial(_bring, merged["user_id"], end["user_id"]),
    )


def _bring(source: str, target: str) -> None:
    """Have the account take over what is left of the merged one's friendships, as a merge has it."""
    moving.complete(User.from_item(dynamodb.get(user_key(target)) or {}))
    still = Write("ConditionCheck", user_key(source), "attribute_exists(merged_into)")
    condition = f"{THERE} AND attribute_not_exists(incoming)"
    values = {":incoming": {"from": source}}
    attempt([still, Write("Update", user_key(target), condition, "SET incoming = :incoming", values=values)])
    moving.complete(User.from_item(dynamodb.get(user_key(target)) or {}))


CHECKS = (
    Check("Whoever an account lists as merged into it was.", "USERS_TABLE", look),
    Check("Friendships come along when an account is merged into another.", "FRIENDS_TABLE", look_at_edges),
)
