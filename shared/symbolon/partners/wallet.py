"""Wallet addresses of a partner's users: derived from one seed of the settings, so that no key of a wallet is kept.

`partner.wallet_seed` is a BIP-39 mnemonic (English, without a passphrase) or a BIP-32 seed in hex. Its holder reaches
every wallet with any tool that takes a derivation path; nobody here signs anything.
"""

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from symbolon.errors import Misconfigured
from symbolon.partners.keccak import keccak256
from symbolon.settings.settings import Settings

if TYPE_CHECKING:
    from symbolon.partners.bip32 import Node

_HEX_SEED = re.compile(r"(?:[0-9a-fA-F]{2}){16,64}")


def wallet_address(settings: Settings, owner: str) -> str:
    """Return the EIP-55 address of the wallet of `owner`, any text, or "" when the settings name no seed.

    Raises Misconfigured when the seed is none, or one that everybody knows, which is for local runs.
    """
    seed = _seed_of(settings)
    if seed is None:
        return ""
    if not settings.is_local and _is_published(seed):
        raise Misconfigured("settings: partner.wallet_seed is published, or too regular to be secret")
    node = trunk(seed)
    for index in path_of(owner):
        node = node.child(index)
    return checksummed(keccak256(node.public_point)[-20:])


def path_of(owner: str) -> tuple[int, int, int]:
    """Return the owner's place below m/44'/60': account', change and index (BIP-44's names for these levels).

    All three come from a hash: with 93 bits, ten billion owners share no place but for a chance of one in 200 million.
    The first is hardened, so that a private key that is handed out opens one wallet. No counter has to be kept, and
    who comes back after a deletion finds the same wallet.
    """
    digest = hashlib.sha256(b"symbolon wallet path\0" + owner.encode()).digest()
    account, change, index = (int.from_bytes(digest[at : at + 4]) % 2**31 for at in (0, 4, 8))
    return 2**31 + account, change, index


def checksummed(address: bytes) -> str:
    """Return the 20 bytes in hex, in which letters' case is a checksum: https://eips.ethereum.org/EIPS/eip-55."""
    digits = address.hex()
    marks = keccak256(digits.encode()).hex()
    return "0x" + "".join(digit.upper() if mark >= "8" else digit for digit, mark in zip(digits, marks, strict=False))


def _seed_of(settings: Settings) -> str | None:
    """Return the seed as it is read, None where there are no wallets; raises Misconfigured for an empty one."""
    section = settings.document.get("partner") or {}
    if not isinstance(section, dict):
        raise Misconfigured("settings: partner must be an object")
    if "wallet_seed" not in section:
        return None
    seed = section["wallet_seed"]
    if not isinstance(seed, str) or not seed.strip():
        raise Misconfigured("settings: partner.wallet_seed must be a text, and none that is empty")
    return " ".join(seed.split())


@lru_cache(maxsize=1)
def _is_published(seed: str) -> bool:
    from symbolon.partners.published import is_published  # noqa: PLC0415 (only where there are wallets)

    return is_published(_bytes_of(seed), "" if _HEX_SEED.fullmatch(seed) else seed)


@lru_cache(maxsize=1)
def trunk(seed: str) -> "Node":
    """Return the node m/44'/60' of a seed, 60 being Ether: https://github.com/satoshilabs/slips/blob/master/slip-0044.md."""
    from symbolon.partners.bip32 import HARDENED, Node  # noqa: PLC0415 (cryptography: only where there are wallets)

    return Node.of_seed(_bytes_of(seed)).child(HARDENED + 44).child(HARDENED + 60)


def _bytes_of(seed: str) -> bytes:
    if _HEX_SEED.fullmatch(seed):
        return bytes.fromhex(seed)
    from mnemonic import Mnemonic  # noqa: PLC0415 (as above)

    if not Mnemonic("english").check(seed):
        raise Misconfigured("settings: partner.wallet_seed is neither a BIP-39 mnemonic nor 16 to 64 bytes in hex")
    return Mnemonic.to_seed(seed)
