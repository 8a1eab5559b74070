"""Taking a change of address back: the former address can do that for a week, whatever was done to it since."""

import time
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import TransactionRefused, Write
from symbolon.errors import NotFound, Unauthenticated, Unavailable
from symbolon.identities.link_writes import release
from symbolon.identities.presence import THERE
from symbolon.identities.users import User, timestamp, user_key
from symbolon.records.entries import Author, Deed, record
from symbolon.recovery.changes import taking
from symbolon.recovery.codes import UNDO_SECONDS, Waiting
from symbolon.recovery.passwords import WRONG_CODE, Proof, reload_of

_ATTEMPTS = 4
_UNDONE = "address_undone"
"""The attribute that says when a change of the address was last taken back, in milliseconds since 1970."""


def undo(proof: Proof, author: Author) -> User:
    """Give the account its former address back, end all of its sessions, and take its password away.

    Whatever became of the address since: whoever changed it knew the password, and may have changed it again, taken it
    away, or given it to another account, which has not proved it. A new password is set by a reset. From then on the
    codes of later changes do nothing. Raises Unauthenticated for a wrong or late code, AlreadyExists when somebody has
    proved the former address by now.
    """
    waiting = proof.waiting()
    for _ in range(_ATTEMPTS):
        try:
            user = reload_of(waiting.user_id)
            dynamodb.transact(_undoing(user, waiting, author))
        except NotFound as error:
            raise Unauthenticated(WRONG_CODE) from error
        except TransactionRefused as refused:
            undone = int((refused.found.get(1) or {}).get(_UNDONE, 0))
            if 0 in refused.found or undone >= _since(waiting):
                raise Unauthenticated(WRONG_CODE) from refused
        else:
            return user
    raise Unavailable("The account is being changed by others.")


def _since(waiting: Waiting) -> int:
    """Return when the change was made that the code undoes, in milliseconds since 1970."""
    return int(waiting.item.get("since", (waiting.item["expires_at"] - UNDO_SECONDS) * 1000))


def _undoing(user: User, waiting: Waiting, author: Author) -> list[Write]:
    old, current = waiting.address, user.links.get("email", "")
    now = {":now": timestamp(), ":undone": int(time.time() * 1000), ":since": _since(waiting)}
    values: dict[str, Any] = {":old": old, ":one": 1, **now, **({":current": current} if current else {})}
    change = (
        f"SET links.email = :old, verify_time = :now, update_time = :now, {_UNDONE} = :undone"
        " ADD generation :one REMOVE password_hash, spared, guard"
    )
    condition = "links.email = :current" if current else "attribute_not_exists(links.email)"
    condition += f" AND {THERE} AND (attribute_not_exists({_UNDONE}) OR {_UNDONE} < :since)"
    before = {"provider": "email", "subject": current} if current else {}
    deed = Deed("link", before, {"provider": "email", "subject": old})
    return [
        waiting.spending(),
        Write("Update", user_key(user.user_id), condition, change, values=values),
        *([release(user, f"email#{current}")] if current not in ("", old) else []),
        *taking(user, old),
        *record(author, user.user_id, deed),
    ]
