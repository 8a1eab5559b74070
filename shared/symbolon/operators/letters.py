"""Letters that an operator has sent to a player who asks for one: to the account's own address, and nowhere else."""

from symbolon.accounts import notices
from symbolon.aws.dynamodb import Write
from symbolon.errors import FailedPrecondition
from symbolon.identities.users import User, user_key
from symbolon.operators.acting import Plan, get_user, perform
from symbolon.records.entries import Author, Deed

RESET, VERIFY = "reset", "verify"
LETTERS = (RESET, VERIFY)
"""One with a code for a new password, and one with a code that proves the address."""


def resend(user_id: str, letter: str, author: Author) -> str:
    """Have one of LETTERS mailed to the account's address; return the name of the entry.

    Raises NotFound, FailedPrecondition, which says why no letter can be sent, and Unavailable.
    """

    def plan(user: User) -> Plan:
        address = user.links.get("email", "")
        if not address:
            raise FailedPrecondition("The account has no e-mail address.")
        if letter == VERIFY and user.verify_time:
            raise FailedPrecondition("The address is confirmed already.")
        same = Write("ConditionCheck", user_key(user_id), "links.email = :email", values={":email": address})
        return Plan([same], Deed("resend", after={"letter": letter}))

    entry = perform(user_id, author, plan)
    user = get_user(user_id)
    if "email" in user.links:
        notices.send(letter, user.links["email"], user)
    return entry
