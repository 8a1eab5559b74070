"""Rings of signing keys: of a ring, one signs and all verify, so that a key is replaced without logging anyone out.

A ring is written as one key, a list of keys, or a JSON Web Key Set (https://www.rfc-editor.org/rfc/rfc7517#section-5);
`symbolon.settings.keys` says what a key may be. The first that may sign by now signs.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self

from symbolon.errors import Misconfigured
from symbolon.settings.keys import HS256, MIN_KEY_BYTES, Key, read_key


class KeyRing(NamedTuple):
    """Keys in order. Of those of the `algorithm`, where one is named, the first that may sign does.

    `issuer` is by whose name the keys were made, where the ring says so.
    """

    setting: str
    keys: tuple[Key, ...]
    issuer: str = ""
    algorithm: str = ""

    @classmethod
    def parse(cls, setting: str, value: object, *, allow_weak: bool) -> Self:
        """Build a ring from a setting's value; `allow_weak` is for local runs.

        Raises Misconfigured, which names the setting and never shows a key.
        """
        entries = _entries(value)
        if not isinstance(entries, list) or not entries or not all(entries):
            raise cls.missing(setting)
        try:
            keys = _by_id(map(read_key, entries))
        except ValueError as error:
            raise Misconfigured(f"settings: {setting} has {error}") from None
        if not allow_weak and any(key.is_weak for key in keys.values()):
            raise Misconfigured(f"settings: {setting} has a key that is published or under {MIN_KEY_BYTES} bytes")
        return cls(setting, tuple(keys.values()), cls.issuer_of(value))

    @staticmethod
    def missing(setting: str) -> Misconfigured:
        """Return the error for a ring that is not there, or is none."""
        return Misconfigured(f"settings: {setting} must be a list of keys, the signing one first")

    @staticmethod
    def issuer_of(value: object) -> str:
        """Return by whose name the keys of a key set were made, as it says itself, "" when it does not."""
        issuer = value.get("issuer") if isinstance(value, Mapping) else None
        return issuer if isinstance(issuer, str) else ""

    @property
    def signing(self) -> Key:
        """The key that signs now; raises Misconfigured when there is none."""
        for key in self.keys:
            if key.can_sign and not key.is_over and key.algorithm == (self.algorithm or key.algorithm):
                return key
        raise Misconfigured(f"settings: {self.setting} has no {self.algorithm or 'private'} key that may sign")

    @property
    def accepted(self) -> list[Key]:
        """The keys whose tokens count now."""
        return [key for key in self.keys if not key.is_over]

    @property
    def public_keys(self) -> list[dict[str, str]]:
        """The public keys of those whose tokens count now or will, as a key set has them; none for secrets."""
        return [key.public_jwk for key in self.accepted if key.algorithm != HS256]

    def overlaps(self, other: "KeyRing") -> bool:
        """Tell whether the rings share a secret."""
        return bool({key.secret for key in self.keys if key.secret} & {key.secret for key in other.keys})


def _by_id(keys: Iterable[Key]) -> dict[str, Key]:
    by_id: dict[str, Key] = {}
    for key in keys:
        known = by_id.setdefault(key.key_id, key)
        if (known.secret, known.jwk) != (key.secret, key.jwk):
            raise ValueError("two keys with one kid")
    return by_id


def _entries(value: object) -> object:
    if isinstance(value, Mapping):
        return value.get("keys", [value])
    return [value] if isinstance(value, str) else value
