"""An account as a whole: changes to its own fields, and its deletion."""

import math
import time
from collections.abc import Iterable, Mapping

from symbolon.accounts import revocations
from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import AlreadyExists, ResourceExhausted, Unavailable
from symbolon.friends import friends
from symbolon.friends.edges import Wish
from symbolon.friends.friendship import forget
from symbolon.identities.links import reload
from symbolon.identities.usernames import username_item
from symbolon.identities.users import User, timestamp, user_key, username_key
from symbolon.records.entries import PLAYER, Author, Deed, record
from symbolon.records.forgetting import forget_entries

PATIENCE_SECONDS = 5.0
"""For forgetting friends and entries, half of what the function has."""

UNDER_WAY = "The account has much to be forgotten; send the request again, until it is deleted."

_ATTEMPTS = 6


def change(user: User, fields: Mapping[str, str], username: str | None) -> None:
    """Set profile fields of the account, "" removes one, and its username when one is given.

    Raises AlreadyExists when another account has the username, NotFound when the account is gone.
    """
    for _ in range(_ATTEMPTS):
        renamed = username if username != user.username else None
        try:
            dynamodb.transact(changing(user, fields, renamed))
        except TransactionRefused as refused:
            owner = refused.found.get(1)
            if owner and owner["user_id"] != user.user_id:
                raise AlreadyExists("Username is already in use.") from refused
            user = reload(user)
        else:
            return
    raise Unavailable("The account is being changed by others.")


def changing(user: User, fields: Mapping[str, str], renamed: str | None) -> list[Write]:
    """Return what sets the user's fields, "" removes one, and the username, if there is a new one.

    The first write fails where the user was renamed meanwhile, the second where the new username has an owner.
    """
    kept = {name: value for name, value in fields.items() if value}
    dropped = [name for name, value in fields.items() if not value]
    assigned = kept | {"update_time": timestamp()} | ({"username": renamed} if renamed else {})
    # "location" and "timezone" are reserved words of DynamoDB's expressions, so each attribute goes by an alias.
    update = "SET " + ", ".join(f"#{name} = :{name}" for name in assigned)
    update += " REMOVE " + ", ".join(f"#{name}" for name in dropped) if dropped else ""
    names = {f"#{name}": name for name in [*assigned, *dropped, "username"]}
    values = {f":{name}": value for name, value in assigned.items()} | {":current": user.username}
    condition = "#username = :current AND attribute_not_exists(merged_into)"
    writes = [Write("Update", user_key(user.user_id), condition, update, names, values)]
    if renamed:
        owned = username_item(renamed, user.user_id)
        writes.append(Write("Put", username_key(renamed), "attribute_not_exists(user_id)", item=owned))
        condition, values = "user_id = :owner", {":owner": user.user_id}
        writes.append(Write("Delete", username_key(user.username), condition, values=values))
    return writes


def delete(user: User, author: Author | None = None) -> None:
    """Delete the account with its friendships and all that makes it unique; identities and username are free again.

    It is put on record for the author, if there is one; entries about the account keep nothing personal. Raises
    NotFound when it is gone already, ResourceExhausted when there is so much to forget that one request does a part of
    it: the account is still there then, and the next request goes on.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    for _ in range(_ATTEMPTS):
        try:
            delete_unchanged(user, author, until)
        except TransactionRefused:
            user = reload(user)
        else:
            return
    raise Unavailable("The account is being changed by others.")


def delete_unchanged(user: User, author: Author | None, until: float, also: Iterable[Write] = ()) -> None:
    """Delete the account in the same way if its name and identities are still these, and write `also` with it.

    Raises TransactionRefused where they are not, ResourceExhausted when that takes longer than `until` (monotonic).
    """
    tombstones = _absorbed(user)
    for one in (*tombstones, user):
        _forget(one, until)
    deed = record(_unlocated(author), user.user_id, Deed("delete"))
    writes = [*_deletion(user, tombstones), *deed, *also]
    dynamodb.transact(writes)
    revocations.start(writes)
    _forget(user, math.inf)  # what was faster than the deletion; from here on nothing can be


def _forget(user: User, until: float) -> None:
    """Forget friends, then entries; raises ResourceExhausted when time ran out, having noted how far it came."""
    if not friends.change_all(Wish(user.user_id, forget), until):
        raise ResourceExhausted(UNDER_WAY, retry_after=1)
    if last := forget_entries(user.user_id, until, user.forgotten_to):
        change, values = "SET forgotten_to = :last", {":last": last}
        dynamodb.update(Write("Update", user_key(user.user_id), "attribute_exists(user_id)", change, values=values))
        raise ResourceExhausted(UNDER_WAY, retry_after=1)


def _absorbed(user: User) -> list[User]:
    """Return the accounts that were merged into the user's, and are still there: what is left of them goes with it."""
    found = dynamodb.batch_get(map(user_key, user.absorbed))
    return [User.from_item(item) for item in found.values()]


def _unlocated(author: Author | None) -> Author | None:
    """Return the author without an address where that is the address of who is being deleted."""
    return author._replace(source="") if author and author.kind == PLAYER else author


def _deletion(user: User, tombstones: Iterable[User]) -> list[Write]:
    unchanged = "username = :username AND links = :links"
    values = {":username": user.username, ":links": dict(user.links)}
    merged = [write for one in tombstones for write in _erasure(one)]
    return [
        Write("Delete", user_key(user.user_id), unchanged, values=values),
        Write("Delete", username_key(user.username), "user_id = :owner", values={":owner": user.user_id}),
        *revocations.parting(user),
        *merged,
    ]


def _erasure(tombstone: User) -> list[Write]:
    owner = {":owner": tombstone.user_id}
    return [
        Write("Delete", user_key(tombstone.user_id), "attribute_exists(merged_into)"),
        Write("Delete", username_key(tombstone.username), "user_id = :owner", values=owner),
    ]
