"""Signing keys: of a ring, the first signs and all verify, so that a key can be replaced without logging anyone out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from symbolon.errors import Misconfigured

MIN_KEY_BYTES = 32
"""HS256 keys must be as long as the hash: https://www.rfc-editor.org/rfc/rfc7518#section-3.2"""

PUBLISHED_KEYS = frozenset({"defaultkey", "defaulthttpkey", "defaultencryptionkey", "defaultrefreshencryptionkey"})
"""Nakama's defaults, printed in its documentation."""


@dataclass(frozen=True)
class KeyRing:
    """Keys by key id, in order; the id is derived from the key, so that every instance gives a key the same id."""

    by_id: Mapping[str, str]

    @classmethod
    def parse(cls, setting: str, value: object, *, allow_weak: bool) -> Self:
        """Build a ring from a setting's value, a key or a list of keys; `allow_weak` is for local runs.

        Raises Misconfigured, which names the setting and never shows a key.
        """
        keys = [value] if isinstance(value, str) else value
        if not isinstance(keys, list) or not keys or not all(isinstance(key, str) and key for key in keys):
            raise Misconfigured(f"settings: {setting} must be a list of keys, the signing one first")
        for key in [] if allow_weak else keys:
            if key in PUBLISHED_KEYS or len(key.encode()) < MIN_KEY_BYTES:
                raise Misconfigured(f"settings: {setting} has a key that is published or under {MIN_KEY_BYTES} bytes")
        return cls({_key_id(key): key for key in keys})

    @property
    def signing(self) -> tuple[str, str]:
        """The id of the key that signs, and that key."""
        return next(iter(self.by_id.items()))

    def overlaps(self, other: "KeyRing") -> bool:
        """Tell whether the rings share a key."""
        return bool(self.by_id.keys() & other.by_id.keys())


def _key_id(key: str) -> str:
    return hashlib.sha256(b"symbolon key id\0" + key.encode()).hexdigest()[:16]
