"""Credentials that work once: spent by the very write that they lead to, or just before the session that they open.

Until then the same credential may come again: after a refusal that had nothing to do with it, or when it was not known
whether the request had arrived. For a minute after, too, since a client repeats a request whose answer it did not get.
Of a credential only a hash is stored.
"""

import hashlib
import time
from typing import NamedTuple, Self

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key, Write, key
from symbolon.errors import Unauthenticated

RETRY_SECONDS = 60
_AGAIN = "(attribute_not_exists(first_used) OR first_used >= :recently)"


class Proof(NamedTuple):
    """A credential that works once: its hash, when it can be forgotten (seconds since 1970), how it is refused.

    `is_exchanged` is for a code that its provider takes once: what it was exchanged for is remembered, sealed, in the
    same item, until a session is made of it, after which the code is worth nothing, not even for a minute.
    """

    digest: str
    expires_at: int
    message: str
    is_exchanged: bool = False

    @classmethod
    def of(cls, credential: str, identity: str, expires_at: int, message: str) -> Self:
        """Return the proof that the credential is for the identity (`ExternalIdentity.key`)."""
        return cls(hashlib.sha256(f"{identity}\0{credential}".encode()).hexdigest(), expires_at, message)

    @property
    def key(self) -> Key:
        """The key of the item that remembers it."""
        return key("PROOFS_TABLE", proof=self.digest)

    def spending(self, *, for_session: bool) -> Write:
        """Return the write that spends it, for a session or else for a link; it is refused when it was spent before."""
        now = int(time.time())
        condition = f"{_AGAIN} AND attribute_exists(sealed)" if self.is_exchanged else _AGAIN
        update = "SET first_used = if_not_exists(first_used, :now), expires_at = :expires"
        update += " REMOVE sealed" if self.is_exchanged and for_session else ""
        values = {":now": now, ":recently": now - RETRY_SECONDS, ":expires": self.expires_at + RETRY_SECONDS}
        return Write("Update", self.key, condition, update, values=values)

    def spend(self, *, for_session: bool) -> None:
        """Spend it by itself, where nothing else is written; raises Unauthenticated when it was spent before."""
        if dynamodb.update(self.spending(for_session=for_session)) is not None:
            raise self.refusal()

    def refusal(self) -> Unauthenticated:
        """Return the error for a credential that was spent before."""
        return Unauthenticated(self.message, "the credential was used before")
