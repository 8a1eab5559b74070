"""Changes to an account's own fields, and looking users up."""

from collections.abc import Iterable, Mapping, Sequence

from symbolon import dynamodb
from symbolon.dynamodb import Item, Key, TransactionRefused, Write
from symbolon.errors import AlreadyExists, Unavailable
from symbolon.links import reload
from symbolon.users import User, timestamp, user_key, username_key

_ATTEMPTS = 6


def change(user: User, fields: Mapping[str, str], username: str | None) -> None:
    """Set profile fields of the account, "" removes one, and its username when one is given.

    Raises AlreadyExists when another account has the username, NotFound when the account is gone.
    """
    for _ in range(_ATTEMPTS):
        renamed = username if username != user.username else None
        try:
            dynamodb.transact(_changing(user, fields, renamed))
        except TransactionRefused as refused:
            owner = refused.found.get(1)
            if owner and owner["user_id"] != user.user_id:
                raise AlreadyExists("Username is already in use.") from refused
            user = reload(user)
        else:
            return
    raise Unavailable("The account is being changed by others.")


def owners(keys: Iterable[Key], items: Mapping[Key, Item]) -> list[Key]:
    """Return the keys of the users to whom the username and identity items at `keys` belong, where there are any."""
    return [user_key(items[at]["user_id"]) for at in keys if at in items]


def users_at(keys: Sequence[Key], items: Mapping[Key, Item]) -> list[User]:
    """Return the users at `keys`, each once, from the items that were read."""
    return [User.from_item(items[at]) for at in dict.fromkeys(keys) if at in items]


def _changing(user: User, fields: Mapping[str, str], renamed: str | None) -> list[Write]:
    kept = {name: value for name, value in fields.items() if value}
    dropped = [name for name, value in fields.items() if not value]
    assigned = kept | {"update_time": timestamp()} | ({"username": renamed} if renamed else {})
    # "location" and "timezone" are reserved words of DynamoDB's expressions, so each attribute goes by an alias.
    update = "SET " + ", ".join(f"#{name} = :{name}" for name in assigned)
    update += " REMOVE " + ", ".join(f"#{name}" for name in dropped) if dropped else ""
    names = {f"#{name}": name for name in [*assigned, *dropped, "username"]}
    values = {f":{name}": value for name, value in assigned.items()} | {":current": user.username}
    writes = [Write("Update", user_key(user.user_id), "#username = :current", update, names, values)]
    if renamed:
        owner = {"user_id": user.user_id}
        writes.append(Write("Put", username_key(renamed), "attribute_not_exists(user_id)", item=owner))
        condition, values = "user_id = :owner", {":owner": user.user_id}
        writes.append(Write("Delete", username_key(user.username), condition, values=values))
    return writes
