"""New passwords: for who proves the address, and for who knows the old one. Other sessions end with the old one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, TransactionRefused, Write
from symbolon.errors import NotFound, Unauthenticated
from symbolon.identities.link_writes import provider_of, release
from symbolon.identities.links import reload
from symbolon.identities.passwords import Password
from symbolon.identities.users import User, timestamp, user_key
from symbolon.limits.guesses import Permit
from symbolon.records.entries import Author, Deed, record
from symbolon.recovery.codes import Waiting, match
from symbolon.sessions.logout import CALLER_IN_FORCE, in_force
from symbolon.sessions.sessions import INVALID_TOKEN
from symbolon.sessions.tokens import Claims

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


def reset(proof: Proof, password: Password, author: Author, *, is_alone: bool = False) -> User:
    """Give the account with the address a new password, end all of its sessions, and return it.

    The address counts as verified from now on. With `is_alone` it is the only way in from now on: whoever has made the
    account with somebody else's address, or has linked a device to it, gets in no more. Raises Unauthenticated for a
    wrong code, Banned for a banned account.
    """
    waiting = proof.waiting()
    try:
        user = reload_of(waiting.user_id)
        user.require_admission()
        changes = (
            _leaving(user, proof.address, password, author)
            if is_alone
            else [_resetting(user, proof.address, password), *_entry(user, author)]
        )
        dynamodb.transact([*changes, waiting.spending()])
        return reload(user)
    except (
        TransactionRefused,
        NotFound,
    ) as error:  # used meanwhile, or of another account by now
        raise Unauthenticated(WRONG_CODE) from error


def change(user: User, caller: Claims, new: Password, author: Author) -> None:
    """Replace the password, which the caller has proved to know; of all sessions the caller's goes on.

    Raises Unauthenticated when it is another one by now, or the session was ended: it must not come back by this.
    """
    values: dict[str, Any] = {":old": user.password_hash, ":new": new.hash(), ":one": 1, **in_force(caller)}
    change = "SET password_hash = :new, spared = :spared, update_time = :now ADD generation :one"
    condition = f"password_hash = :old AND {CALLER_IN_FORCE}"
    try:
        write = Write("Update", user_key(user.user_id), condition, change, values=values)
        dynamodb.transact([write, *_entry(user, author)])
    except TransactionRefused as refused:
        item = refused.found.get(0) or {}
        is_same = item.get("password_hash") == user.password_hash
        raise Unauthenticated(INVALID_TOKEN if is_same else "Invalid credentials.") from refused


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


def _leaving(user: User, address: str, password: Password, author: Author) -> list[Write]:
    """Return the writes that set the password and leave no other way in; the others' identities are free."""
    others = {place: subject for place, subject in user.links.items() if place != "email"}
    setting = _resetting(user, address, password)
    alone = setting._replace(
        condition=f"{setting.condition} AND links = :links",
        update=f"SET links = :alone, {setting.update.removeprefix('SET ')}",
        values={**setting.values, ":links": dict(user.links), ":alone": {"email": address}},
    )
    named = {"providers": ", ".join(sorted({provider_of(place) for place in others}))} if others else {}
    freed = [release(user, f"{provider_of(place)}#{subject}") for place, subject in others.items()]
    return [alone, *freed, *record(author, user.user_id, Deed("password", before=named, after={"provider": "email"}))]


def _entry(user: User, author: Author) -> list[Write]:
    return record(author, user.user_id, Deed("password", after={"provider": "email"}))
