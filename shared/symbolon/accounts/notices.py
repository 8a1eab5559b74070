"""Letters that tell a player what was done to the account: to its verified address, if it has one.

They are handed to the function `mail`, which nobody waits for. docs/recovery.md has them all.
"""

import os
import time
from contextlib import suppress

from symbolon.aws import invocations
from symbolon.errors import SymbolonError
from symbolon.identities.users import User

FUNCTION = "MAIL_FUNCTION"

PASSWORD, CHANGED = "password", "changed"
LINKED, UNLINKED, MERGED, APPROVED = "linked", "unlinked", "merged", "approved"
PARTED = "parted"
"""To an address that an account has no more. This letter and CHANGED have a code that takes it back."""


def send(kind: str, address: str, user: User, **values: str) -> None:
    """Have a letter of this kind mailed in the user's language; raises Unavailable."""
    language = user.profile.get("lang_tag", "en")
    letter = {"username": user.username, **values}
    of = {"user_id": user.user_id, "at": int(time.time() * 1000)}
    invocations.start(FUNCTION, {"kind": kind, "email": address, "language": language, "values": letter, **of})


def tell(kind: str, user: User, **values: str) -> None:
    """Tell the account's verified address what was done, if it has one. Never fails: what was done stays done."""
    if user.verify_time and "email" in user.links and os.environ.get(FUNCTION):
        with suppress(SymbolonError):
            send(kind, user.links["email"], user, **values)


def tell_of_way(kind: str, user: User, provider: str, subject: str) -> None:
    """Tell the address that the account had, if it was proved, of an identity that is LINKED or UNLINKED by now.

    `user` is the account as it was before. Where that very address was replaced or taken away, it hears how to have it
    back.
    """
    if provider == "email" and "email" in user.links and (kind == UNLINKED or subject != user.links["email"]):
        kind = CHANGED if kind == LINKED else PARTED
    tell(kind, user, provider=provider)
