"""Of an account that is gone, records keep nothing personal."""

from collections.abc import Iterator, Sequence
from functools import partial

from local.audit.findings import Check, Finding, read
from symbolon.aws.dynamodb import Item
from symbolon.identities.users import user_key
from symbolon.records.entries import entry_key
from symbolon.records.forgetting import PERSONAL, forget_entries, notes_of


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of records that break the promise."""
    notes = notes_of("")
    owners = {item["user_id"]: item["user_id"].removesuffix(notes) for item in items}
    users = read([user_key(user_id) for user_id in owners.values()])
    for item in items:
        user_id = owners[item["user_id"]]
        is_personal = item["user_id"].endswith(notes) or any(name in item for name in PERSONAL)
        if user_key(user_id) not in users and is_personal:
            yield Finding(
                entry_key(item["user_id"], item["entry"]),
                user_id,
                "a record of an account that is gone says something personal",
                "Somebody who asked to be forgotten is not, until the record's term ends.",
                partial(_forget, user_id),
                is_residue=True,
            )


def _forget(user_id: str) -> None:
    forget_entries(user_id)


CHECK = Check("Of an account that is gone, records keep nothing personal.", "RECORDS_TABLE", look)
