"""An account has a password if and only if it has an address to sign in with."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from local.audit.findings import Check, Finding, attempt
from symbolon.aws.dynamodb import Item, Write
from symbolon.identities.users import user_key

_PASSWORD = (
    "the account has a password and no address",
    "Its former password still opens the account where a game server asks for it by username.",
)
_PROVED = (
    "the account's address counts as proved, and there is none",
    "The profile says that an address is verified which the player has given up.",
)


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of users that break the promise."""
    for item in items:
        links, has_password = item.get("links"), bool(item.get("password_hash"))
        is_proved = item.get("verify_time") and not item.get("contact_email")  # which an import may have verified
        if isinstance(links, Mapping) and is_proved and "email" not in links:
            yield _left_over(item, "verify_time", *_PROVED)
        if not isinstance(links, Mapping) or has_password == ("email" in links):
            continue
        if has_password:
            yield _left_over(item, "password_hash", *_PASSWORD)
        elif not item.get("verify_time"):  # to a proved address a code for a new password is mailed
            yield _lacking(item)


def _left_over(item: Item, name: str, says: str, means: str) -> Finding:
    """Give the finding of an attribute that is of an address, where there is none."""
    condition, values = f"attribute_not_exists(links.email) AND {name} = :found", {":found": item[name]}
    write = Write("Update", user_key(item["user_id"]), condition, f"REMOVE {name}", values=values)
    return Finding(user_key(item["user_id"]), item["user_id"], says, means, partial(attempt, [write]))


def _lacking(item: Item) -> Finding:
    return Finding(
        user_key(item["user_id"]),
        item["user_id"],
        "the account has an address and no password",
        "The player cannot sign in with the address.",
        by_hand="have the player sign in otherwise and link the address again, with a password",
    )


CHECK = Check("An account has a password if and only if it has an address.", "USERS_TABLE", look)
