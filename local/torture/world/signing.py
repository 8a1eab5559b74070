"""The key of a provider that there is in this world alone: the same in every run, and kept nowhere.

An RSA key of two primes that are found from a fixed seed, so that what it signs is the same, letter for letter.
"""

import base64
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_ID = "key-of-the-simulation"
_EXPONENT = 65537
_PRIME_BITS = 1024
_ROUNDS = 8
_SMALL = [number for number in range(3, 2000, 2) if all(number % other for other in range(3, 45, 2) if other < number)]


def signed(claims: Mapping[str, Any]) -> str:
    """Return a token with these claims, as a provider signs it."""
    return jwt.encode(dict(claims), _key(), "RS256", {"kid": KEY_ID})


def published() -> dict[str, Any]:
    """Return the key set that the provider publishes."""
    numbers = _key().public_key().public_numbers()
    parts = {"n": _written(numbers.n), "e": _written(numbers.e)}
    return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, **parts}]}


@cache
def _key() -> rsa.RSAPrivateKey:
    draw = Random("the primes of the simulation")
    p, q = _prime(draw), _prime(draw)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


def _prime(draw: Random) -> int:
    while True:
        number = draw.getrandbits(_PRIME_BITS) | 1 | 3 << _PRIME_BITS - 2
        if all(number % small for small in _SMALL) and all(_is_witness(draw, number) for _ in range(_ROUNDS)):
            return number


def _is_witness(draw: Random, number: int) -> bool:
    """Tell whether a number looks prime to a base that is drawn, after Fermat: enough where nobody attacks."""
    return pow(draw.randrange(2, number - 1), number - 1, number) == 1


def _written(number: int) -> str:
    content = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
