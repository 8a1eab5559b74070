"""Each account's item has what every account has."""

from collections.abc import Iterator, Mapping, Sequence

from local.audit.findings import Check, Finding
from symbolon.aws.dynamodb import Item
from symbolon.identities.users import user_key

_WHOLE = {"username": str, "links": Mapping, "create_time": str, "update_time": str}


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of users that break the promise."""
    for item in items:
        if lacking := [name for name, kind in _WHOLE.items() if not isinstance(item.get(name), kind)]:
            yield Finding(
                user_key(item["user_id"]),
                item["user_id"],
                f"the account's item lacks {', '.join(lacking)}",
                "Whatever the player does fails with 500.",
                by_hand="restore the item from a backup of the table",
            )


CHECK = Check("Each account's item has what every account has.", "USERS_TABLE", look)
