"""The studio's key for Sign in with Apple, and the key under which Apple's tokens are kept.

Settings, beside `audiences`: {"team_id": "ABCDE12345", "key_id": "FGHIJ67890",
    "private_key": "-----BEGIN PRIVATE KEY-----…", "token_key": "…"}; without `team_id` there is none of it
"""

import base64
import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from symbolon.errors import Misconfigured

ISSUER = "https://appleid.apple.com"
SECRET_SECONDS = 300
"""A client secret's lifetime, of which Apple allows six months: one is made for each request."""

_MIN_KEY_CHARACTERS = 32
_NONCE_BYTES = 12  # https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf
_NAME_BYTES = 4


@dataclass(frozen=True)
class AppleKey:
    """The settings, checked. Of the `token_keys` the first seals, and all open."""

    team_id: str
    key_id: str
    private_key: EllipticCurvePrivateKey = field(repr=False)
    token_keys: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self | None:
        """Read the section `apple` of a settings document, None where it has no such key.

        Raises Misconfigured, which names what is wrong and shows nothing.
        """
        section = document.get("apple")
        if not isinstance(section, Mapping) or not section.get("team_id"):
            return None
        team_id, key_id, keys = section["team_id"], section.get("key_id"), section.get("token_key")
        if not isinstance(team_id, str) or not isinstance(key_id, str) or not key_id:
            raise Misconfigured("settings: apple.team_id and apple.key_id must be texts")
        keys = [keys] if isinstance(keys, str) else keys
        if not isinstance(keys, list) or not keys or not all(map(_is_long, keys)):
            raise Misconfigured(f"settings: apple.token_key must be a text of {_MIN_KEY_CHARACTERS} characters or more")
        return cls(team_id, key_id, _private_key(section.get("private_key")), tuple(keys))

    def client_secret(self, client_id: str) -> str:
        """Return what shows Apple that we are the client.

        https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
        """
        now = int(time.time())
        claims = {"iss": self.team_id, "iat": now, "exp": now + SECRET_SECONDS, "aud": ISSUER, "sub": client_id}
        return jwt.encode(claims, self.private_key, "ES256", {"kid": self.key_id})

    def sealed(self, token: str, client_id: str) -> str:
        """Return a token as it is stored, of use for this client alone."""
        nonce = os.urandom(_NONCE_BYTES)
        text = AESGCM(_cipher_key(self.token_keys[0])).encrypt(nonce, token.encode(), client_id.encode())
        return base64.b64encode(_name(self.token_keys[0]) + nonce + text).decode()

    def opened(self, sealed: str, client_id: str) -> str:
        """Return the token; raises Misconfigured where the key is gone that sealed it."""
        content = base64.b64decode(sealed)
        name, rest = content[:_NAME_BYTES], content[_NAME_BYTES:]
        for one in self.token_keys:
            if _name(one) == name:
                try:
                    cipher = AESGCM(_cipher_key(one))
                    return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], client_id.encode()).decode()
                except InvalidTag:
                    break
        raise Misconfigured("settings: apple.token_key lacks a key that has sealed tokens of Apple's")


def _private_key(text: object) -> EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(text.strip().encode(), None) if isinstance(text, str) else None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise Misconfigured("settings: apple.private_key must be the text of the key's .p8 file")
    return key


def _is_long(key: object) -> bool:
    return isinstance(key, str) and len(key) >= _MIN_KEY_CHARACTERS


def _name(key: str) -> bytes:
    return hashlib.sha256(b"name\0" + key.encode()).digest()[:_NAME_BYTES]


def _cipher_key(key: str) -> bytes:
    return hashlib.sha256(b"apple tokens\0" + key.encode()).digest()
