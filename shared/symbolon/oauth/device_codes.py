"""Device and user codes: https://www.rfc-editor.org/rfc/rfc8628. One item for both, kept until they expire.

The item's key is a hash of the user code, and the device code has that key and a secret, of which the item has a hash.
So each of the two codes finds the item, and neither gives the other away. A user code has 34 random bits, no vowel and
none of the letters and digits that are read for one another; it is good for ten minutes, for who has a session.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, Key, Write, key

ALPHABET = "BCDFGHJKMNPQRSTVWXZ"
LIFETIME_SECONDS, INTERVAL_SECONDS = 600, 5
RETRY_SECONDS = 60
"""For how long the device gets the same answer again, when the first one was lost."""

APPROVED, DENIED = "approved", "denied"

_TYPED = re.compile(rf"[{ALPHABET}]{{8}}")
_DEVICE_CODE = re.compile(r"([0-9a-f]{64})\.([\w-]{43})", re.ASCII)
_LONGEST_INTERVAL = 60
_TOLERANCE_MS = 500


@dataclass(frozen=True)
class Waiting:
    """What waits for a player's answer: its key, and what was put down."""

    at: Key
    item: Item

    @classmethod
    def by_user_code(cls, text: str) -> Self | None:
        """Return what waits for this code, however it was typed, None where nothing does or its time has passed."""
        code = re.sub(r"[\s\-\u2010-\u2015]", "", text).upper()
        return cls._read(_key_of(code)) if _TYPED.fullmatch(code) else None

    @classmethod
    def by_device_code(cls, text: str) -> Self | None:
        """Return what the device has asked for, None where its time has passed, or the code is wrong."""
        parts = _DEVICE_CODE.fullmatch(text)
        found = cls._read(key("PROOFS_TABLE", proof=parts[1])) if parts else None
        is_it = found is not None and parts and hmac.compare_digest(found.item["secret"], _hash(parts[2]))
        return found if is_it else None

    @classmethod
    def _read(cls, at: Key) -> Self | None:
        item = dynamodb.get(at)
        return cls(at, item) if item and "secret" in item and item["expires_at"] > time.time() else None

    @property
    def answer(self) -> str:
        """What the player has answered, "" when nothing yet."""
        return str(self.item.get("answer", ""))

    @property
    def device_name(self) -> str:
        """What the device calls itself."""
        return str(self.item.get("device_name", ""))

    def answering(self, answer: str, by: Mapping[str, Any]) -> Write:
        """Return the write that notes a player's answer, `by` being who gives it; there is one answer."""
        values = {":answer": answer, ":by": dict(by), ":now": int(time.time())}
        change = "SET answer = :answer, answered_by = :by"
        return Write("Update", self.at, "expires_at > :now AND attribute_not_exists(answer)", change, values=values)

    def is_too_early(self) -> bool:
        """Note that the device asks, and tell whether it should have waited; then it shall wait longer from now on."""
        now, interval = int(time.time() * 1000), int(self.item["interval"])
        values = {":now": now, ":then": now - interval * 1000 + _TOLERANCE_MS}
        condition = "attribute_not_exists(polled_at) OR polled_at <= :then"
        if dynamodb.update(Write("Update", self.at, condition, "SET polled_at = :now", values=values)) is None:
            return False
        slower = {":interval": min(interval + INTERVAL_SECONDS, _LONGEST_INTERVAL), ":now": now}
        change = "SET #interval = :interval, polled_at = :now"
        names = {"#interval": "interval"}
        dynamodb.update(Write("Update", self.at, "attribute_exists(secret)", change, names, slower))
        return True

    def claimed(self) -> Mapping[str, Any] | None:
        """Return the id and the date of the one session that the codes lead to, None once that was long ago."""
        session = {"session_id": secrets.token_hex(16), "issued_at": int(time.time())}
        condition = "attribute_exists(secret) AND attribute_not_exists(claim)"
        write = Write("Update", self.at, condition, "SET claim = :claim", values={":claim": session})
        found = dynamodb.update(write)
        if found is None:
            return session
        claim: Mapping[str, Any] | None = found.get("claim")
        return claim if claim and claim["issued_at"] + RETRY_SECONDS > time.time() else None


def put(told: Mapping[str, str]) -> tuple[str, str]:
    """Put down what a device asks for, with what it `told`; return the device code and the user code."""
    while True:
        user_code = "".join(secrets.choice(ALPHABET) for _ in range(8))
        at, secret, now = _key_of(user_code), secrets.token_urlsafe(32), int(time.time())
        item = {
            **told,
            "secret": _hash(secret),
            "interval": INTERVAL_SECONDS,
            "begun_at": now,
            "expires_at": now + LIFETIME_SECONDS,
        }
        names = {f"#{name}": name for name in item}
        values = {f":{name}": value for name, value in item.items()} | {":now": now}
        change = "SET " + ", ".join(f"#{name} = :{name}" for name in item)
        free = "attribute_not_exists(proof) OR expires_at <= :now"
        change += " REMOVE answer, answered_by, claim, polled_at"
        if dynamodb.update(Write("Update", at, free, change, names, values)) is None:
            return f"{dict(at.parts)['proof']}.{secret}", f"{user_code[:4]}-{user_code[4:]}"


def _key_of(user_code: str) -> Key:
    return key("PROOFS_TABLE", proof=_hash(f"user code {user_code}"))


def _hash(text: str) -> str:
    return hashlib.sha256(f"symbolon device\0{text}".encode()).hexdigest()
