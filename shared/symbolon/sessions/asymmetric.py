"""ES256 and RS256 signatures. https://www.rfc-editor.org/rfc/rfc7518#section-6 names the members of the keys.

A key is turned into the library's form once in an instance's life.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from symbolon.errors import Misconfigured
from symbolon.sessions.signatures import decoded
from symbolon.settings.keys import ES256, Key

_HALF = 32
"""Bytes of each of the two numbers of an ES256 signature: https://www.rfc-editor.org/rfc/rfc7518#section-3.4."""

_DETERMINISTIC = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
"""https://www.rfc-editor.org/rfc/rfc6979: a refresh that is repeated gives the same token, and no weak random number
gives a key away."""


def sign(content: bytes, key: Key) -> bytes:
    """Return the key's signature; raises Misconfigured when the key cannot be used."""
    private = _private(key)
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(content, padding.PKCS1v15(), hashes.SHA256())
    halves = decode_dss_signature(private.sign(content, _DETERMINISTIC))
    return b"".join(number.to_bytes(_HALF, "big") for number in halves)


def is_signed(content: bytes, signature: bytes, key: Key) -> bool:
    """Tell whether this is the key's signature of the content; raises Misconfigured when the key cannot be used."""
    public = _public(key)
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
            return True
        if len(signature) != 2 * _HALF:
            return False
        halves = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
        public.verify(encode_dss_signature(*halves), content, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=16)
def _private(key: Key) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    try:
        if key.algorithm == ES256:
            return ec.EllipticCurvePrivateNumbers(_number(key, "d"), _point(key)).private_key()
        # The test of the numbers takes twenty times as long as a signature. Ours come from a library, and `make serve`,
        # a deployment and a rotation each try a signature with a key before it is used.
        return _rsa(key).private_key(unsafe_skip_rsa_key_validation=True)
    except (ValueError, KeyError) as error:
        raise Misconfigured(f"settings: the key {key.key_id} cannot sign") from error


@lru_cache(maxsize=16)
def _public(key: Key) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    try:
        return _point(key).public_key() if key.algorithm == ES256 else _modulus(key).public_key()
    except ValueError as error:
        raise Misconfigured(f"settings: the key {key.key_id} is none") from error


def _point(key: Key) -> ec.EllipticCurvePublicNumbers:
    return ec.EllipticCurvePublicNumbers(_number(key, "x"), _number(key, "y"), ec.SECP256R1())


def _modulus(key: Key) -> rsa.RSAPublicNumbers:
    return rsa.RSAPublicNumbers(_number(key, "e"), _number(key, "n"))


def _rsa(key: Key) -> rsa.RSAPrivateNumbers:
    p, q, d, dp, dq, qi = (_number(key, name) for name in ("p", "q", "d", "dp", "dq", "qi"))
    return rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, _modulus(key))


def _number(key: Key, member: str) -> int:
    return int.from_bytes(decoded(key.jwk[member]), "big")
