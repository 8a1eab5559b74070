"""Codes that prove an address: sent by mail, typed by a person, good once and for a quarter of an hour.

A code is 40 random bits: too few for a plain hash (NIST SP 800-63B asks for 112), so it is kept as an HMAC under a key
that is not in the table. A newer code of the same kind, for the same account, replaces the older one. Guesses are
counted by address and by network, whatever code they are at: see `symbolon.limits.guesses`.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Write
from symbolon.mail.addresses import slot_key

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are read for one another."""

LIFETIME_SECONDS = 15 * 60
UNDO_SECONDS = 7 * 24 * 3600

RESET, VERIFY, CHANGE, UNDO = "reset", "verify", "change", "undo"

_TYPED = re.compile(rf"[{ALPHABET}]{{8}}")


@dataclass(frozen=True)
class Waiting:
    """A code that waits for its answer: for which account, what it is for, and what else was put down with it."""

    address: str
    slot: str
    item: Mapping[str, Any]

    @property
    def purpose(self) -> str:
        """What the code is for."""
        return self.slot.partition("#")[0]

    @property
    def user_id(self) -> str:
        """The account that it is for."""
        return str(self.item["user_id"])

    def spending(self) -> Write:
        """Return the write that makes the code of no use; it fails where that has happened already."""
        values = {":code": self.item["code"]}
        return Write("Delete", slot_key(self.address, self.slot), "code = :code", values=values)


def new_code() -> str:
    """Return a fresh code as it is shown: XXXX-XXXX."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def typed(text: str) -> str:
    """Return the code that a person typed, without regard to case, spaces and hyphens; "" when it cannot be one."""
    code = re.sub(r"[\s\-\u2010-\u2015]", "", text).upper()
    return code if _TYPED.fullmatch(code) else ""


def put(waiting_for: tuple[str, str, str], key: bytes, **more: Any) -> str:  # noqa: ANN401 (what DynamoDB can store)
    """Put down a fresh code for (address, purpose, user id) and return it; `more` is kept with it."""
    address, purpose, user_id = waiting_for
    code = new_code()
    lifetime = UNDO_SECONDS if purpose == UNDO else LIFETIME_SECONDS
    item = {
        "code": _mac(key, typed(code)),
        "user_id": user_id,
        "expires_at": int(time.time()) + lifetime,
        **more,
    }
    values = {f":{name}": value for name, value in item.items()}
    change = "SET " + ", ".join(f"{name} = :{name}" for name in item)
    dynamodb.update(Write("Update", slot_key(address, f"{purpose}#{user_id}"), "", change, values=values))
    return code


def match(code: str, address: str, rows: Mapping[str, Item], key: bytes) -> Waiting | None:
    """Return what waits for this code among rows of the address, None when nothing does. Looks at every row."""
    wanted = _mac(key, typed(code))
    found = None
    for slot, item in rows.items():
        is_it = hmac.compare_digest(wanted, str(item.get("code", "")))
        if is_it and typed(code):
            found = Waiting(address, slot, item)
    return found


def _mac(key: bytes, code: str) -> str:
    return hmac.digest(key, b"symbolon code\0" + code.encode(), hashlib.sha256).hex()
