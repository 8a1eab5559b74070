"""Trees of secp256k1 keys that all follow from one seed.

https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HARDENED = 2**31
"""Indices from here on make children whose private keys say nothing of their siblings' or their parent's."""

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""The number of points of secp256k1: https://www.secg.org/sec2-v2.pdf, section 2.4.1."""


@dataclass(frozen=True)
class Node:
    """A private key of the tree with its chain code; neither ever shows in a repr."""

    key: int = field(repr=False)
    chain_code: bytes = field(repr=False)

    @classmethod
    def of_seed(cls, seed: bytes) -> Self:
        """Return the tree's root; a seed has 16 to 64 bytes."""
        digest = hmac.digest(b"Bitcoin seed", seed, hashlib.sha512)
        return cls(int.from_bytes(digest[:32]), digest[32:])

    def child(self, index: int) -> "Node":
        """Return the child at `index`, which is below 2**32.

        The standard skips an index whose digest is no key, which happens once in 2**127; here it is not looked for.
        """
        own = b"\0" + self.key.to_bytes(32) if index >= HARDENED else self._public(PublicFormat.CompressedPoint)
        digest = hmac.digest(self.chain_code, own + index.to_bytes(4), hashlib.sha512)
        return Node((int.from_bytes(digest[:32]) + self.key) % _ORDER, digest[32:])

    @property
    def public_point(self) -> bytes:
        """The public key as the point's two coordinates, 32 bytes each."""
        return self._public(PublicFormat.UncompressedPoint)[1:]

    def _public(self, form: PublicFormat) -> bytes:
        return ec.derive_private_key(self.key, ec.SECP256K1()).public_key().public_bytes(Encoding.X962, form)
