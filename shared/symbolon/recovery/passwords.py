"""New passwords: for who proves the address, and for who knows the old one. Other sessions end with the old one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, TransactionRefused, Write
from symbolon.errors import NotFound, Unauthenticated
from symbolon.identities.links import reload
from symbolon.identities.passwords import Password
from symbolon.identities.users import User, timestamp, user_key
from symbolon.limits.guesses import Permit
from symbolon.records.entries import Author, Deed, record
from symbolon.recovery.codes import Waiting, match

WRONG_CODE = "Code invalid or expired."


@dataclass(frozen=True)
class Proof:
    """The proof of an address: a code that was mailed to it, and the permission to guess at it."""

    address: str
    code: str
    permit: Permit
    key: bytes
    rows: Mapping[str, Item] = field(repr=False)

    def waiting(self) -> Waiting:
        """Return what waits for the code; raises Unauthenticated when nothing does, or ResourceExhausted."""
        found = match(self.code, self.address, self.rows, self.key)
        if found is None:
            self.permit.failed()
            raise Unauthenticated(WRONG_CODE)
        self.permit.succeeded()
        return found


def reset(proof: Proof, password: Password, author: Author) -> User:
    """Give the account with the address a new password, end all of its sessions, and return it.

    The address counts as verified from now on. Raises Unauthenticated for a wrong code, Banned for a banned account.
    """
    waiting = proof.waiting()
    try:
        user = reload_of(waiting.user_id)
        user.require_admission()
        dynamodb.transact([_resetting(user, proof.address, password), waiting.spending(), *_entry(user, author)])
        return reload(user)
    except (
        TransactionRefused,
        NotFound,
    ) as error:  # used meanwhile, or of another account by now
        raise Unauthenticated(WRONG_CODE) from error


def change(user: User, session: str, new: Password, author: Author) -> None:
    """Replace the password, which the caller has proved to know; of all sessions one goes on (`users.spared`).

    Raises Unauthenticated when it is another one by now.
    """
    values: dict[str, Any] = {
        ":old": user.password_hash,
        ":new": new.hash(),
        ":session": session,
        ":now": timestamp(),
        ":one": 1,
    }
    change = "SET password_hash = :new, spared = :session, update_time = :now ADD generation :one"
    condition = "password_hash = :old"
    try:
        write = Write("Update", user_key(user.user_id), condition, change, values=values)
        dynamodb.transact([write, *_entry(user, author)])
    except TransactionRefused as refused:
        raise Unauthenticated("Invalid credentials.") from refused


def reload_of(user_id: str) -> User:
    """Return the account with this id; raises NotFound."""
    item = dynamodb.get(user_key(user_id))
    if item is None or "merged_into" in item:
        raise NotFound("Account not found.")
    return User.from_item(item)


def _resetting(user: User, address: str, password: Password) -> Write:
    change = (
        "SET password_hash = :hash, verify_time = if_not_exists(verify_time, :now), update_time = :now"
        " ADD generation :one REMOVE spared, guard"
    )
    values: dict[str, Any] = {":hash": password.hash(), ":now": timestamp(), ":one": 1, ":email": address}
    return Write("Update", user_key(user.user_id), "links.email = :email", change, values=values)


def _entry(user: User, author: Author) -> list[Write]:
    return record(author, user.user_id, Deed("password", after={"provider": "email"}))
