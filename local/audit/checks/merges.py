"""Whoever was merged into another account is known by that account, and by no other."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from local.audit.findings import Check, Finding, attempt, read
from symbolon.aws.dynamodb import Item, Key, Write
from symbolon.identities.presence import THERE
from symbolon.identities.users import user_key, username_key

_MOST_STEPS = 16


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of users that break the promise."""
    merged = [item for item in items if "merged_into" in item]
    known = read([user_key(item["merged_into"]) for item in merged])
    for item in merged:
        end = end_of(item, known)
        if end is None:
            yield _left_over(item)
        elif item["user_id"] not in end.get("absorbed", []):
            yield _unknown(item, end)


def end_of(item: Item, known: Mapping[Key, Item]) -> Item | None:
    """Return the account that all of it is in now, None where that is gone."""
    for _ in range(_MOST_STEPS):
        at = user_key(item["merged_into"])
        found = known.get(at) or read([at]).get(at)
        if found is None or "merged_into" not in found:
            return found
        item = found
    return None


def _left_over(item: Item) -> Finding:
    gone = Write("ConditionCheck", user_key(item["merged_into"]), "attribute_not_exists(user_id)")
    values = {":into": item["merged_into"], ":owner": item["user_id"]}
    drop = Write("Delete", user_key(item["user_id"]), "merged_into = :into", values={":into": values[":into"]})
    free = "attribute_not_exists(user_id) OR user_id = :owner"
    name = Write("Delete", username_key(item["username"]), free, values={":owner": values[":owner"]})
    return Finding(
        user_key(item["user_id"]),
        item["user_id"],
        "the account was merged into one that is gone",
        "Nobody can sign in to it, and nobody can have its username.",
        partial(attempt, [gone, drop, name]),
        is_residue=True,
    )


def _unknown(item: Item, end: Item) -> Finding:
    values = {":one": [item["user_id"]], ":none": []}
    change = "SET absorbed = list_append(if_not_exists(absorbed, :none), :one)"
    seen = {":seen": end["absorbed"]} if "absorbed" in end else {}
    condition = f"{THERE} AND absorbed = :seen" if seen else f"{THERE} AND attribute_not_exists(absorbed)"
    still = Write(
        "ConditionCheck", user_key(item["user_id"]), "merged_into = :into", values={":into": item["merged_into"]}
    )
    noted = Write("Update", user_key(end["user_id"]), condition, change, values=values | seen)
    return Finding(
        user_key(item["user_id"]),
        item["user_id"],
        "the account was merged into one that does not know of it",
        "Its data stays when the player has the account deleted.",
        partial(attempt, [still, noted]),
    )


CHECK = Check("Whoever was merged into an account is known by it.", "USERS_TABLE", look)
