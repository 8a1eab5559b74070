"""Each account's username is its own."""

from collections.abc import Iterator, Sequence
from functools import partial

from local.audit.findings import Check, Finding, attempt, read
from symbolon.aws.dynamodb import Item, Write
from symbolon.identities.links import generate_username
from symbolon.identities.usernames import username_item
from symbolon.identities.users import user_key, username_key


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of users that break the promise."""
    named = [item for item in items if isinstance(item.get("username"), str)]
    owners = read([username_key(item["username"]) for item in named])
    for item in named:
        owner = owners.get(username_key(item["username"]), {}).get("user_id")
        if owner is None:
            yield _unregistered(item)
        elif owner != item["user_id"]:
            yield _of_another(item)


def _unregistered(item: Item) -> Finding:
    free = "attribute_not_exists(user_id)"
    put = Write("Put", username_key(item["username"]), free, item=username_item(item["username"], item["user_id"]))
    bears = Write("ConditionCheck", user_key(item["user_id"]), "username = :name", values={":name": item["username"]})
    return Finding(
        user_key(item["user_id"]),
        item["user_id"],
        "the account's username is not registered",
        "A search for the name does not find the player, and anybody may take it.",
        partial(attempt, [bears, put]),
    )


def _of_another(item: Item) -> Finding:
    return Finding(
        user_key(item["user_id"]),
        item["user_id"],
        "the account's username is another account's",
        "Two players show the same name, and a search finds the other one. Mended, this one gets a name made up.",
        partial(_rename, item),
        is_double=True,
    )


def _rename(item: Item) -> None:
    new = generate_username()
    values = {":old": item["username"], ":new": new}
    taken = Write("Put", username_key(new), "attribute_not_exists(user_id)", item=username_item(new, item["user_id"]))
    others = Write(
        "ConditionCheck",
        username_key(item["username"]),
        "attribute_exists(user_id) AND user_id <> :user",
        values={":user": item["user_id"]},
    )
    renamed = Write("Update", user_key(item["user_id"]), "username = :old", "SET username = :new", values=values)
    attempt([renamed, taken, others])


CHECK = Check("Each account's username is its own.", "USERS_TABLE", look)
