"""Codes that a provider exchanges once, and that may come again until they have led to something.

The request that brings a code may come to nothing: nobody has the identity yet, somebody else has it, an answer is
lost. So what the code was exchanged for is remembered until it has led to a session, sealed with a key that only the
code gives: whoever reads the table learns neither.
"""

import base64
import hashlib
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Write
from symbolon.identities.proofs import RETRY_SECONDS, Proof
from symbolon.values import concealing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CODE_SECONDS = 600
"""For how long what a code gave is remembered: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2"""

_NONCE_BYTES = 12  # https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf


class Code(NamedTuple):
    """A one-time code of a provider, with all that has to be shown beside it; `message` is for one that is refused."""

    provider: str
    text: str
    message: str

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "text")

    @property
    def proof(self) -> Proof:
        """What spends the code."""
        return Proof(self._hash("code").hex(), int(time.time()) + CODE_SECONDS, self.message, is_exchanged=True)

    def exchanged(self, exchange: Callable[[], str]) -> str:
        """Return what the code was exchanged for, by `exchange` unless it was before.

        Raises Unauthenticated when it was spent, and what `exchange` raises.
        """
        item, now = dynamodb.get(self.proof.key) or {}, time.time()
        if item and (not item.get("sealed") or item.get("first_used", now) < now - RETRY_SECONDS):
            raise self.proof.refusal()
        if item and item["expires_at"] > now:
            return self._opened(item["sealed"])
        given = exchange()
        values = {":sealed": self._sealed(given), ":expires": self.proof.expires_at}
        update = "SET sealed = :sealed, expires_at = :expires"
        dynamodb.update(Write("Update", self.proof.key, "attribute_not_exists(first_used)", update, values=values))
        return given

    def _sealed(self, text: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher().encrypt(nonce, text.encode(), None)).decode()

    def _opened(self, sealed: str) -> str:
        content = base64.b64decode(sealed)
        return self._cipher().decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None).decode()

    def _cipher(self) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 (most sign-ins show no code)

        return AESGCM(self._hash("key"))

    def _hash(self, purpose: str) -> bytes:
        return hashlib.sha256(f"{purpose}\0{self.provider}\0{self.text}".encode()).digest()
