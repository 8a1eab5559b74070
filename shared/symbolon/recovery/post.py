"""Letters that a request asks for: handed to the function `mail`, which nobody waits for.

Whether an address has an account is looked up over there, so that a request takes the same time whatever the answer is.
"""

from contextlib import suppress

from symbolon.aws import invocations
from symbolon.errors import SymbolonError
from symbolon.identities.users import User
from symbolon.recovery.codes import RESET

_FUNCTION = "MAIL_FUNCTION"

CHANGED, PASSWORD = "changed", "password"


def ask_for_reset(address: str) -> None:
    """Have a code mailed to the address if an account signs in with it; raises Unavailable."""
    invocations.start(_FUNCTION, {"kind": RESET, "email": address})


def send(kind: str, address: str, user: User, **values: str) -> None:
    """Have a letter of this kind mailed in the user's language; raises Unavailable."""
    language = user.profile.get("lang_tag", "en")
    letter = {"username": user.username, **values}
    invocations.start(_FUNCTION, {"kind": kind, "email": address, "language": language, "values": letter})


def tell(kind: str, user: User, **values: str) -> None:
    """Tell the account's verified address what was done, if it has one. Never fails: what was done stays done."""
    if user.verify_time and "email" in user.links:
        with suppress(SymbolonError):
            send(kind, user.links["email"], user, **values)
