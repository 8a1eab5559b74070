"""Seeds of wallets that everybody knows: robots empty whatever is sent to their wallets.

They are known by the start of their SHA-256, so that a seed is recognised whether it is written as words or in hex, and
so that no list of them is deployed. tests/helpers/data/published_seeds.txt has them in full, with their sources below.
"""

import hashlib
from itertools import pairwise

_DIGESTS = """
01997e64f94f2fa7 063f0a88c4229df6 213c0c68dce50a7e 2a389a901f9b9f72 323c251635835f7e 34b984c92b98cc72
3684c1f0b7747c76 37a8e5e0a2a92cd0 41a37fb1472b4bba 42265c2d5808b6a0 49ebf818460605d1 4a7d7b8740a5aec7
4d3e25d89c852f0d 53df3f5c45fbda39 55c3228c3cefe227 5650b0567fe1a57b 62a772f85e4be622 640d97739301eab5
64a057825ec37f2a 66877284edc2fa5e 69e2f426da1e6d6d 6b1fda7eaf370018 6ba21961b8389be3 70c8dfb82d7c3df4
7127e50213feca86 7619d3f644f19e87 79688a6fe1cac989 79ced066602451a4 79d110b6e53d69e1 7eb55526bc1b5563
7fa6690f8318b4ca 854236e2434d8f53 87d84a41265a9f26 89c4a8ef3af3a5af 91de1f3afe3b46cb 999e1b8e1247af21
9d949be9314ae59f 9dbaa14de7046395 a0dddd79182d07c5 a65faa34d701e1d7 a6b4a80fb1e76a96 ac2240d1530e7e92
bc7fd7e7038dd625 be3e7945c9ad8348 be45cb2605bf36be c08dda51da02e763 d1280c95c82825d0 d151959c1f95eea2
d1a662526ba15b11 d1c2c5b9d6d0675f d2794963eed863ae d506f806d4e05268 e1090a1e05ff0bcc e1d4a4c8089b445a
e827b5132bcfa9c4 e83f9eed413e0dc7 e9511b287738179a ec660b9836b9c831 ed13162c1b895a19 eeaf751c08a5f1dd
ef627689ebfaea17 f7b66042adf5a231 fa9e3b620e5638cd fbf8fa73b6cc139f
"""
"""BIP-39's and BIP-32's test vectors, and the mnemonics in the documentation of Hardhat, Foundry, Ganache, Truffle,
MetaMask, ethers, Trezor, Trust Wallet, Polkadot and bip39.js, and in Mastering Bitcoin and Mastering Ethereum."""

_KNOWN = frozenset(_DIGESTS.split())


def is_published(seed: bytes, words: str = "") -> bool:
    """Tell whether a seed, or the mnemonic `words` that it was made of, is one that everybody knows or would try.

    That half of the words or bytes are repetitions, or all bytes a progression, happens to no seed that was drawn.
    """
    parts: list[str] | list[int] = words.split() or list(seed)
    steps = {(after - before) % 256 for before, after in pairwise(seed)}
    is_regular = 2 * len(set(parts)) <= len(parts) or len(steps) == 1
    return is_regular or hashlib.sha256(seed).hexdigest()[:16] in _KNOWN
