"""Changing an account's own fields: profile, metadata and username, all or nothing, and never what was not seen."""

import hashlib
import json
from collections.abc import Mapping

from symbolon.accounts import lifecycle
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import Aborted, AlreadyExists, FailedPrecondition, Unavailable
from symbolon.identities.users import PROFILE_FIELDS, User
from symbolon.operators.acting import ATTEMPTS, MERGED, Plan, entry_of, get_user
from symbolon.records.entries import Author, Deed, record

_EMPTY = {"metadata": "{}"}
"""What a field may have in an item that says nothing, where that is not ""."""


def edit(user_id: str, fields: Mapping[str, str], version: str, author: Author) -> str:
    """Set the fields that are given, "" clears one; return the name of the entry, "" where nothing changed.

    Raises NotFound, FailedPrecondition where it was merged into another, Aborted where the account has another version
    than the one given, AlreadyExists where the username is taken.
    """
    for _ in range(ATTEMPTS):
        user = get_user(user_id)
        if user.merged_into:
            raise FailedPrecondition(MERGED)
        if version and version != version_of(user):
            raise Aborted("The account was changed since it was read: read it again.")
        before = fields_of(user)
        changed = {name: text for name, text in fields.items() if text != before[name]}
        if not changed:
            return ""
        try:
            todo = changing(user, changed, "update")
            dynamodb.transact([*todo.writes, *record(author, user_id, todo.deed)])
        except TransactionRefused as refused:
            owner = refused.found.get(1) if "username" in changed else None
            if owner and owner["user_id"] != user_id:
                raise AlreadyExists("Username is already in use.") from refused
        else:
            return entry_of(author, user_id)
    raise Unavailable("The account is being changed by others.")


def changing(user: User, fields: Mapping[str, str], action: str) -> Plan:
    """Return what sets these fields, on the condition that they are as they were seen.

    The second write, where there is a new username, fails where that has an owner.
    """
    before = {name: text for name, text in fields_of(user).items() if name in fields}
    profile = {name: text for name, text in fields.items() if name != "username"}
    first, *others = lifecycle.changing(user, profile, fields.get("username"))
    return Plan([_unless_changed(first, user, profile), *others], Deed(action, before=before, after=dict(fields)))


def fields_of(user: User) -> dict[str, str]:
    """Return the fields that can be changed, "" where there is nothing."""
    profile = {name: user.profile.get(name, "") for name in PROFILE_FIELDS}
    metadata = "" if user.metadata == _EMPTY["metadata"] else user.metadata
    return {"username": user.username, "metadata": metadata, **profile}


def version_of(user: User) -> str:
    """Return a name of the state of these fields."""
    return hashlib.sha256(json.dumps(fields_of(user), sort_keys=True).encode()).hexdigest()[:16]


def _unless_changed(write: Write, user: User, fields: Mapping[str, str]) -> Write:
    before = fields_of(user)
    kept = [
        f"#{name} = :old_{name}" if before[name] else f"(attribute_not_exists(#{name}) OR #{name} = :old_{name})"
        for name in fields
    ]
    names = {f"#{name}": name for name in fields}
    values = {f":old_{name}": before[name] or _EMPTY.get(name, "") for name in fields}
    condition = " AND ".join([write.condition, *kept])
    return write._replace(condition=condition, names={**write.names, **names}, values={**write.values, **values})
