"""The item that says whose a username is.

An index has the usernames that somebody chose in alphabetical order, whatever the case, spread over sixteen shelves: a
single one would slow down new accounts at some thousand a second. Generated names are not in it, whose beginning says
nothing and whose place would cost a write, nor are rows from before that index.
"""

import hashlib
from contextlib import suppress

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Write
from symbolon.errors import Unavailable
from symbolon.identities.users import username_key

SHELVES = "0123456789abcdef"


def username_item(username: str, user_id: str) -> dict[str, str]:
    """Return the item's attributes besides its key."""
    shelf = hashlib.sha256(username.encode()).hexdigest()[0]
    return {"user_id": user_id, "shelf": shelf, "sort_name": sort_name(username)}


def sort_name(username: str) -> str:
    """Return by what usernames are sorted: without case first, and by the name itself where that is the same."""
    return f"{username.casefold()}\0{username}"


def claim(username: str, user_id: str) -> bool:
    """Take a generated username for an account that is about to be made; tell whether it was free.

    What is left of it when the account never comes is a name that nobody has heard of, which the audit takes away.
    """
    write = Write("Put", username_key(username), "attribute_not_exists(user_id)", item={"user_id": user_id})
    found = dynamodb.update(write)
    return found is None or found.get("user_id") == user_id  # our own: a request that was repeated


def release(username: str, user_id: str) -> None:
    """Give back what was claimed for an account that was not made."""
    with suppress(Unavailable):
        dynamodb.update(Write("Delete", username_key(username), "user_id = :user", values={":user": user_id}))
