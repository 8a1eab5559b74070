"""An account has a password if and only if it has an address to sign in with."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from local.audit.findings import Check, Finding, attempt
from symbolon.aws.dynamodb import Item, Write
from symbolon.identities.users import user_key


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of users that break the promise."""
    for item in items:
        links, has_password = item.get("links"), bool(item.get("password_hash"))
        if not isinstance(links, Mapping) or has_password == ("email" in links):
            continue
        yield _left_over(item) if has_password else _lacking(item)


def _left_over(item: Item) -> Finding:
    condition = "attribute_not_exists(links.email) AND password_hash = :hash"
    values = {":hash": item["password_hash"]}
    write = Write("Update", user_key(item["user_id"]), condition, "REMOVE password_hash", values=values)
    return Finding(
        user_key(item["user_id"]),
        item["user_id"],
        "the account has a password and no address",
        "Its former password still opens the account where a game server asks for it by username.",
        partial(attempt, [write]),
    )


def _lacking(item: Item) -> Finding:
    return Finding(
        user_key(item["user_id"]),
        item["user_id"],
        "the account has an address and no password",
        "The player cannot sign in with the address.",
        by_hand="have the player sign in otherwise and link the address again, with a password",
    )


CHECK = Check("An account has a password if and only if it has an address.", "USERS_TABLE", look)
