"""Passwords, in NFKC, hashed with argon2id at OWASP's floor: 19 MiB, two passes, one lane.

https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
The same keys give other characters on another system, a letter with its mark or both apart, so that a password is
brought into one form before it is hashed: https://pages.nist.gov/800-63-4/sp800-63b.html, on password verifiers.
There it is asked, too, that new ones are compared with a list of common ones. zxcvbn's has the 30,000 that were most
common in what was stolen. What few sign-ins need, that list and bcrypt, is imported where it is needed.
"""

from functools import cache

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from symbolon.errors import InvalidArgument

TOO_COMMON = "Password is too common: it is on a list of those that attackers try first. Choose another one."
MIN_CHARACTERS = 8
MAX_BYTES = 1024

HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

_NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""No password has this hash; comparing with it takes as long as comparing with a real one."""

_BCRYPT = "$2"
_BCRYPT_BYTES = 72
_MOST_BCRYPT_ROUNDS = 15
"""A logarithm: each more doubles the time. With 15, which few take, it is about two seconds."""


class Password:
    """A password that a client sent; it never shows in a repr. Implements `symbolon.identities.identity.Secret`."""

    def __init__(self, typed: str) -> None:
        """Bring what was typed into the one form that is hashed."""
        self.typed, self.text = typed, _in_one_form(typed)
        self._matched = ""

    @classmethod
    def checked(cls, typed: str) -> "Password":
        """Build a password from what was typed; raises InvalidArgument when that is too short or too long.

        Characters are counted in the one form, so that all systems count alike; bytes are as they were sent.
        """
        if len(typed.encode()) > MAX_BYTES:
            raise InvalidArgument(f"Password must be at most {MAX_BYTES} bytes long.")
        password = cls(typed)
        if len(password.text) < MIN_CHARACTERS:
            raise InvalidArgument("Password must be at least 8 characters long.")
        return password

    def hash(self) -> str:
        """Return the hash of a new password in PHC string format; raises InvalidArgument when it is a common one."""
        if self.text.casefold() in _common():
            raise InvalidArgument(TOO_COMMON)
        return self.rehash()

    def rehash(self) -> str:
        """Return a new hash of a password that the account has already, with a salt of its own."""
        return HASHER.hash(self.text)

    def matches(self, stored: str) -> bool:
        """Tell whether `stored` is a hash of this password; "" takes as long and is False.

        One of the password as it was typed counts too: such hashes were made before there was one form.
        """
        forms = dict.fromkeys((self.text, self.typed))
        self._matched = next((form for form in forms if _is_hash(stored or _NOBODYS_HASH, form)), "")
        return bool(self._matched)

    def is_outdated(self, stored: str) -> bool:
        """Tell whether `stored`, which matches, was made with other parameters than today's, or from another form."""
        return self._matched != self.text or stored.startswith(_BCRYPT) or HASHER.check_needs_rehash(stored)


def _in_one_form(typed: str) -> str:
    if typed.isascii():
        return typed
    import unicodedata  # noqa: PLC0415 (most passwords are ASCII)

    return unicodedata.normalize("NFKC", typed)


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 (few sign-ins set a password)

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= MIN_CHARACTERS)


def _is_hash(stored: str, text: str) -> bool:
    if stored.startswith(_BCRYPT):
        return _is_bcrypt(stored, text)
    try:
        return HASHER.verify(stored, text)
    except (VerificationError, InvalidHashError):
        return False


def _is_bcrypt(stored: str, text: str) -> bool:
    """Tell whether `stored` is bcrypt's hash of the text, of which it takes 72 bytes: "$2b$10$" and so on."""
    rounds = stored[4:6]
    if not rounds.isdecimal() or int(rounds) > _MOST_BCRYPT_ROUNDS:
        return False
    import bcrypt  # noqa: PLC0415 (only accounts that came from elsewhere have one, until they sign in)

    try:
        return bcrypt.checkpw(text.encode()[:_BCRYPT_BYTES], stored.encode())
    except ValueError:  # a hash that is none
        return False
