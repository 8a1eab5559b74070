"""Apple Game Center: the identity verification signature of the local player.

https://developer.apple.com/documentation/gamekit/gklocalplayer/fetchitems(foridentityverificationsignature:)
Verified: a signature (RSA, PKCS #1 v1.5, SHA-256) over player id + bundle id + timestamp (milliseconds, 64 bits, big
endian) + salt, by the key of the certificate at public_key_url, which must be on Apple's key host and chain to
DigiCert's code-signing root for the organisation "Apple Inc."; the bundle is one of ours, the timestamp recent, and
the signature good for one sign-in.

Settings: {"bundle_ids": ["com.example.game"]}, and "trusted_certificates" (PEM, intermediate first, then root) in place
    of anchors.pem
Credential: {"player_id": "T:_0123…", "bundle_id": "com.example.game", "salt": "base64", "signature": "base64",
    "timestamp_seconds": 1739890245060 (milliseconds, whatever its name),
    "public_key_url": "https://static.gc.apple.com/public-key/gc-prod-12.cer"}
"""

import base64
import binascii
import re
import struct
import time
from typing import NamedTuple, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from symbolon.api.body import Body
from symbolon.api.request import Request
from symbolon.errors import InvalidArgument, Misconfigured, Unauthenticated
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import LinkRule
from symbolon.identities.proofs import Proof
from symbolon.internet.outbound import Outbound
from symbolon.providers import Provider, asking_for, provider_app
from symbolon.settings.settings import Settings
from symbolon.trust import beside
from symbolon.values import concealing
from symbolon.verification.audiences import checked_audiences
from symbolon.verification.certificates import Certificates, UntrustedCertificate, check_chain

PROVIDER = Provider(
    name="gamecenter",
    credential=("player_id", "bundle_id", "timestamp_seconds", "salt", "signature", "public_key_url"),
    rule=LinkRule(in_use="GameCenter ID is already in use."),
)
REFUSED = "Could not authenticate GameCenter profile."
HOST = "static.gc.apple.com"
MAX_AGE_SECONDS = 600
MAX_AHEAD_SECONDS = 120

_REQUIRED = {
    "bundle_id": "bundle ID",
    "player_id": "player ID",
    "public_key_url": "public key URL",
    "salt": "salt",
    "signature": "signature",
}
_KEY_URL = re.compile(rf"https://{re.escape(HOST)}/public-key/[A-Za-z0-9_.-]{{1,64}}\.cer")
_ANCHORS = beside(__file__, "anchors.pem")
_CERTIFICATES = Certificates()


class Signed(NamedTuple):
    """The credential: what was signed, and the signature."""

    player_id: str
    bundle_id: str
    timestamp: int
    salt: bytes
    signature: bytes
    key_url: str

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "salt", "signature")

    @classmethod
    def read(cls, body: Body) -> Self:
        """Read a credential of which nothing is missing; raises Unauthenticated for what cannot be right."""
        try:
            salt, signature = (_decoded(body.text(name)) for name in ("salt", "signature"))
        except (binascii.Error, ValueError) as error:
            raise Unauthenticated(REFUSED) from error
        texts = (body.text("player_id"), body.text("bundle_id"))
        return cls(*texts, body.integer("timestamp_seconds"), salt, signature, body.text("public_key_url"))

    @property
    def message(self) -> bytes:
        """The bytes that Apple signed."""
        timestamp = struct.pack(">Q", self.timestamp)
        return self.player_id.encode() + self.bundle_id.encode() + timestamp + self.salt


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity of the player whom Apple vouches for."""
    _require_all(request.body)
    section = settings.section(PROVIDER.name, "GameCenter")
    signed = Signed.read(request.body)
    bundles = _bundles(section.get("bundle_ids"))
    age = time.time() - signed.timestamp / 1000
    if signed.bundle_id not in bundles or not -MAX_AHEAD_SECONDS <= age <= MAX_AGE_SECONDS:
        raise Unauthenticated(REFUSED)
    if not _KEY_URL.fullmatch(signed.key_url) or len(signed.player_id.encode()) > 128:  # noqa: PLR2004 (bytes)
        raise Unauthenticated(REFUSED)
    asking = asking_for(request, "Game Center", section, settings)
    certificate = asking.about(signed.key_url, lambda: _published(signed.key_url))
    _check_signature(signed, certificate, _anchors(section.get("trusted_certificates")))
    identity = ExternalIdentity(PROVIDER.name, signed.player_id, said={"bundle_id": signed.bundle_id})
    expires_at = signed.timestamp // 1000 + MAX_AGE_SECONDS
    return identity._replace(proof=Proof.of(signed.signature.hex(), identity.key, expires_at, REFUSED))


def _require_all(body: Body) -> None:
    """Raise InvalidArgument for the first part of the credential that is missing."""
    for name, title in _REQUIRED.items():
        if not body.text(name):
            raise InvalidArgument(f"GameCenter {title} is required.")
    if not body.integer("timestamp_seconds"):
        raise InvalidArgument("GameCenter timestamp is required.")


def _decoded(text: str) -> bytes:
    """Return what the base64 says, in which Apple's own encoder breaks lines when it is asked to."""
    return base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)


def _bundles(configured: object) -> list[str]:
    """Return our bundles. Where Apple signs, nothing parts player id and bundle: bytes could be moved between the two.

    Hence the bundle is never the client's choice, and none may be another with bytes before it.
    """
    bundles = checked_audiences("gamecenter.bundle_ids", configured)
    if any(one != other and one.endswith(other) for one in bundles for other in bundles):
        raise Misconfigured("settings: gamecenter.bundle_ids has one that is the end of another")
    return bundles


def _published(url: str) -> x509.Certificate:
    """Return the certificate at the URL, which the client has chosen."""
    try:
        return _CERTIFICATES.at(url, Outbound("Game Center", [HOST]))
    except UntrustedCertificate as error:
        raise Unauthenticated(REFUSED) from error


def _check_signature(signed: Signed, certificate: x509.Certificate, anchors: list[x509.Certificate]) -> None:
    try:
        check_chain(certificate, anchors, "Apple Inc.")
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signed.signature, signed.message, padding.PKCS1v15(), SHA256())
            return
    except (UntrustedCertificate, InvalidSignature) as error:
        raise Unauthenticated(REFUSED) from error
    raise Unauthenticated(REFUSED, "the certificate's key is not RSA")


def _published_anchors() -> str:
    with open(_ANCHORS, encoding="utf-8") as file:  # noqa: PTH123 (see `beside`)
        return file.read()


def _anchors(configured: object) -> list[x509.Certificate]:
    pem = configured if isinstance(configured, str) and configured else _published_anchors()
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise Misconfigured("settings: gamecenter.trusted_certificates must be PEM certificates") from error


handler = provider_app(PROVIDER, verify)
