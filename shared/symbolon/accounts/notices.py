"""Letters that tell a player what was done to the account: to its verified address, if it has one.

They are handed to the function `mail`, which nobody waits for. docs/recovery.md has them all.
"""

import os
from contextlib import suppress

from symbolon.aws import invocations
from symbolon.errors import SymbolonError
from symbolon.identities.users import User

FUNCTION = "MAIL_FUNCTION"

PASSWORD, CHANGED = "password", "changed"
LINKED, UNLINKED, MERGED, APPROVED = "linked", "unlinked", "merged", "approved"


def send(kind: str, address: str, user: User, **values: str) -> None:
    """Have a letter of this kind mailed in the user's language; raises Unavailable."""
    language = user.profile.get("lang_tag", "en")
    letter = {"username": user.username, **values}
    invocations.start(FUNCTION, {"kind": kind, "email": address, "language": language, "values": letter})


def tell(kind: str, user: User, **values: str) -> None:
    """Tell the account's verified address what was done, if it has one. Never fails: what was done stays done."""
    if user.verify_time and "email" in user.links and os.environ.get(FUNCTION):
        with suppress(SymbolonError):
            send(kind, user.links["email"], user, **values)
