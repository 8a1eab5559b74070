"""Passwords, hashed with argon2id at OWASP's floor: 19 MiB, two passes, one lane.

https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
"""

from dataclasses import dataclass, field

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from symbolon.errors import InvalidArgument

MIN_CHARACTERS = 8
MAX_BYTES = 1024

HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

_NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""No password has this hash; comparing with it takes as long as comparing with a real one."""


@dataclass(frozen=True)
class Password:
    """A password that a client sent; it never shows in a repr. Implements `symbolon.identities.identity.Secret`."""

    text: str = field(repr=False)

    @classmethod
    def checked(cls, text: str) -> "Password":
        """Build a password; raises InvalidArgument when it is too short (characters) or too long (bytes)."""
        if len(text) < MIN_CHARACTERS:
            raise InvalidArgument("Password must be at least 8 characters long.")
        if len(text.encode()) > MAX_BYTES:
            raise InvalidArgument(f"Password must be at most {MAX_BYTES} bytes long.")
        return cls(text)

    def hash(self) -> str:
        """Return a new hash in PHC string format, with a salt of its own."""
        return HASHER.hash(self.text)

    def matches(self, stored: str) -> bool:
        """Tell whether `stored` is a hash of this password; "" takes as long and is False."""
        try:
            return HASHER.verify(stored or _NOBODYS_HASH, self.text)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Tell whether `stored` was made with other parameters than today's."""
        return HASHER.check_needs_rehash(stored)
