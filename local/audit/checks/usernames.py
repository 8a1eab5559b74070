"""Each username that is taken is borne by the account that took it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from local.audit.findings import Check, Finding, attempt, read
from symbolon.aws.dynamodb import Item, Write
from symbolon.identities.usernames import username_item
from symbolon.identities.users import user_key, username_key


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of usernames that break the promise."""
    users = read([user_key(item["user_id"]) for item in items])
    for item in items:
        user = users.get(user_key(item["user_id"]))
        if user is None:
            gone = _found(item, "a username is taken by an account that is gone", "attribute_not_exists(user_id)")
            yield replace(gone, is_residue=True)  # of a generated one whose account never came
        elif user.get("username") != item["username"]:
            yield _found(item, "a username is taken by an account that bears another", "username <> :name")
        elif "shelf" in item and any(item.get(name) != text for name, text in _indexed(item).items()):
            yield _misplaced(item)


def _indexed(item: Item) -> dict[str, str]:
    return username_item(item["username"], item["user_id"])


def _misplaced(item: Item) -> Finding:
    values = {f":{name}": text for name, text in _indexed(item).items()} | {":was": item["shelf"]}
    change = "SET shelf = :shelf, sort_name = :sort_name"
    write = Write(
        "Update", username_key(item["username"]), "user_id = :user_id AND shelf = :was", change, values=values
    )
    return Finding(
        username_key(item["username"]),
        item["user_id"],
        "a username stands in the wrong place of the index",
        "None. Operators do not find the player by the beginning of the name.",
        partial(attempt, [write]),
    )


def _found(item: Item, says: str, condition: str) -> Finding:
    user, named = user_key(item["user_id"]), {":name": item["username"]} if ":name" in condition else {}
    writes = [
        Write("ConditionCheck", user, condition, values=named),
        Write("Delete", username_key(item["username"]), "user_id = :owner", values={":owner": item["user_id"]}),
    ]
    means = "Nobody can take the name, and a search for it finds nobody or somebody of another name."
    return Finding(username_key(item["username"]), item["user_id"], says, means, partial(attempt, writes))


CHECK = Check("Each username that is taken is borne by the account that took it.", "USERNAMES_TABLE", look)
