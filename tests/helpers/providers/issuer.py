"""An OpenID Connect issuer: real keys, real signatures, and what it publishes."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from symbolon.identities.identity import ExternalIdentity
from symbolon.settings.idtokens import Demands
from symbolon.values import NOTHING
from symbolon.verification import oidc
from tests.helpers.providers.credentials import sections
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import as_json
from tests.helpers.service.process import restart

URL = "https://id.example.com/games"
KEYS_URL = "https://keys.example.com/jwks"
DISCOVERY_URL = f"{URL}/.well-known/openid-configuration"
AUDIENCE = "the-game"
SECTION: dict[str, Any] = {"issuer": URL, "audiences": [AUDIENCE], "jwks_uri": KEYS_URL}
"""The usual settings, under the name `studio`."""

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@cache
def key(kid: str) -> PrivateKey:
    """Give the private key of that id, whose kind is in the id; the same for all tests, since making one takes time."""
    if kid.startswith("ec"):
        return ec.generate_private_key(ec.SECP256R1())
    if kid.startswith("ed"):
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_set(*kids: str) -> dict[str, Any]:
    """Give the key set with the public halves of the keys of these ids."""
    return {"keys": [json.loads(_algorithm(kid).to_jwk(key(kid).public_key())) | {"kid": kid} for kid in kids]}


def claims(changed: Mapping[str, object] | None = None) -> dict[str, Any]:
    """Give the claims of a token that is in order, with changed ones; None drops one."""
    now = int(time.time())
    usual = {"iss": URL, "aud": AUDIENCE, "sub": "anna", "iat": now, "exp": now + 300}
    return {name: value for name, value in (usual | dict(changed or {})).items() if value is not None}


def token(
    changed: Mapping[str, object] | None = None, kid: str = "rsa", header: Mapping[str, object] | None = None
) -> str:
    """Give a token with these claims, signed by the key `kid`; its header may name another key, or more."""
    return jwt.encode(claims(changed), key(kid), _name(kid), headers={"kid": kid} | dict(header or {}))


def unsigned() -> str:
    """Give a token that says itself that it has no signature."""
    return jwt.encode(claims(), "", "none", headers={"kid": "rsa"})


def signed_with_the_public_key() -> str:
    """Give a token whose HMAC was made with the issuer's public key, as if that were a secret (CVE-2016-5431)."""
    public = key("rsa").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'rsa'})}.{_part(claims())}"
    return f"{text}.{_base64(hmac.new(public, text.encode(), hashlib.sha256).digest())}"


def with_its_own_key() -> str:
    """Give a token of a stranger that brings the key to verify it with in its header."""
    return token(kid="rsa of a stranger", header={"kid": "rsa", "jwk": key_set("rsa of a stranger")["keys"][0]})


def tampered() -> str:
    """Give a good token with another subject put in."""
    header, _, signature = token().split(".")
    return f"{header}.{_part(claims({'sub': 'bert'}))}.{signature}"


def verify(token: str, **section: object) -> ExternalIdentity:
    """Verify a token of the issuer `studio`, with these settings besides the usual ones; None drops one.

    When it was stated, the time of the test, and the claims as they are, for hooks, are left out of what comes back.
    """
    merged = {name: value for name, value in (SECTION | section).items() if value is not None}
    return oidc.verify("studio", token, merged, Demands())._replace(stated_at=0, said=NOTHING)


def settle(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this a new process whose settings have the issuer `studio`, found by discovery, besides all providers."""
    section = {name: value for name, value in SECTION.items() if name != "jwks_uri"} | {"discovery": True}
    monkeypatch.setenv("PROVIDER_SETTINGS", json.dumps(sections() | {"oidc": {"studio": section}}))
    oidc.key_set.cache_clear()
    oidc.discovery.cache_clear()
    restart()
    describe(internet)
    publish(internet)


def publish(internet: Internet, *kids: str) -> None:
    """Announce the keys of these ids, or the usual one."""
    internet.announce(KEYS_URL, as_json(key_set(*(kids or ("rsa",)))))


def describe(internet: Internet, **changed: object) -> None:
    """Announce what the issuer says of itself, with changes."""
    internet.announce(DISCOVERY_URL, as_json({"issuer": URL, "jwks_uri": KEYS_URL} | changed))


def _name(kid: str) -> str:
    return {"ec": "ES256", "ed": "EdDSA"}.get(kid[:2], "RS256")


def _algorithm(kid: str) -> Any:  # noqa: ANN401 (each kind of key has a class of its own, alike in what is used)
    return jwt.get_algorithm_by_name(_name(kid))


def _part(content: Mapping[str, object]) -> str:
    return _base64(json.dumps(content).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
