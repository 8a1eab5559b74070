"""Private and public keys in PEM, as openssl writes them, turned into JSON Web Keys, and new ones.

https://www.rfc-editor.org/rfc/rfc7518#section-6 names the members.
"""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from symbolon.settings.keys import ES256, MIN_RSA_BYTES

_EXPONENT = 65537
_OTHER = "a PEM key that is neither EC on P-256 nor RSA"


def read_pem(text: str) -> dict[str, Any]:
    """Return the key as a JWK; raises ValueError, whose text shows nothing of the key."""
    content = text.strip().encode()
    try:
        if "PUBLIC KEY" in text.partition("\n")[0]:
            return _public_jwk(load_pem_public_key(content))
        return _private_jwk(load_pem_private_key(content, password=None))
    except TypeError as error:
        raise ValueError("a PEM key under a password") from error
    except ValueError as error:
        raise ValueError(_OTHER if str(error) == _OTHER else "a PEM key that cannot be read") from None


def new_private_jwk(algorithm: str) -> dict[str, Any]:
    """Return a new private key for ES256 or RS256."""
    if algorithm == ES256:
        return _private_jwk(ec.generate_private_key(ec.SECP256R1()))
    return _private_jwk(rsa.generate_private_key(_EXPONENT, MIN_RSA_BYTES * 8))


def _private_jwk(key: object) -> dict[str, Any]:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return _public_jwk(key.public_key()) | {"d": _base64(key.private_numbers().private_value, 32)}
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(_OTHER)  # noqa: TRY004 (like what else may be wrong with it)
    numbers = key.private_numbers()
    names = {"d": "d", "p": "p", "q": "q", "dp": "dmp1", "dq": "dmq1", "qi": "iqmp"}
    return _public_jwk(key.public_key()) | {name: _base64(getattr(numbers, of)) for name, of in names.items()}


def _public_jwk(key: object) -> dict[str, Any]:
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        point = key.public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": _base64(point.x, 32), "y": _base64(point.y, 32)}
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return {"kty": "RSA", "n": _base64(numbers.n), "e": _base64(numbers.e)}
    raise ValueError(_OTHER)


def _base64(number: int, length: int = 0) -> str:
    octets = number.to_bytes(length or (number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
