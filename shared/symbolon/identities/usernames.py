"""The item that says whose a username is.

An index has all usernames in alphabetical order, whatever the case, spread over sixteen shelves: a single one would
slow down new accounts at some thousand a second. Rows from before that index are not in it.
"""

import hashlib

SHELVES = "0123456789abcdef"


def username_item(username: str, user_id: str) -> dict[str, str]:
    """Return the item's attributes besides its key."""
    shelf = hashlib.sha256(username.encode()).hexdigest()[0]
    return {"user_id": user_id, "shelf": shelf, "sort_name": sort_name(username)}


def sort_name(username: str) -> str:
    """Return by what usernames are sorted: without case first, and by the name itself where that is the same."""
    return f"{username.casefold()}\0{username}"
