"""Keys of each algorithm that a session token can have, made once for all tests of a process."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

ASYMMETRIC = ("ES256", "RS256")
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def private_key(algorithm: str, number: int = 0) -> Private:
    """Give a private key; other numbers are other keys."""
    return _made(algorithm, number)


@cache
def _made(algorithm: str, _number: int) -> Private:
    return ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else rsa.generate_private_key(65537, 2048)


def pem(algorithm: str, number: int = 0, password: str = "") -> str:
    """Give the private key as `openssl genpkey` writes it."""
    encryption: KeySerializationEncryption = NoEncryption()
    if password:
        encryption = BestAvailableEncryption(password.encode())
    return private_pem(private_key(algorithm, number), encryption)


def private_pem(key: Private, encryption: KeySerializationEncryption | None = None) -> str:
    """Give a private key as PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()).decode()


def public_pem(algorithm: str, number: int = 0) -> str:
    """Give the public key as PEM."""
    key = private_key(algorithm, number).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
