"""Codes that a request asks for by address: mailed by the function `mail`, which nobody waits for.

Whether an address has an account is looked up over there, so that a request takes the same time whatever the answer is.
"""

from symbolon.accounts.notices import CHANGED, FUNCTION, PASSWORD, send, tell
from symbolon.aws import invocations
from symbolon.recovery.codes import RESET

__all__ = ["CHANGED", "PASSWORD", "ask_for_reset", "send", "tell"]


def ask_for_reset(address: str) -> None:
    """Have a code mailed to the address if an account signs in with it; raises Unavailable."""
    invocations.start(FUNCTION, {"kind": RESET, "email": address})
