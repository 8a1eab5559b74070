"""Game Center as players and Apple make it: signatures, the certificate of their key, and those who issued that."""

import base64
import struct
import time
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm

from tests.helpers.providers.authority import CODE_SIGNING, Statement, certify, rsa_key
from tests.helpers.providers.internet import GAMECENTER, Internet
from tests.helpers.providers.replies import Reply

BUNDLE = "com.example.game"
PLAYER = "T:_0123456789abcdef0123456789abcdef"
CERTIFICATE = f"{GAMECENTER}/public-key/gc-prod-12.cer"
REFUSED = (401, 16, "Could not authenticate GameCenter profile.")
APPLE = Statement("Apple Inc.", organizations=("Apple Inc.",), usage=CODE_SIGNING)

ROOT = certify(Statement("Root of the tests", is_authority=True), rsa_key("root"))
INTERMEDIATE = certify(Statement("Code signing of the tests", is_authority=True), rsa_key("intermediate"), ROOT)
SECTION = {"bundle_ids": [BUNDLE], "trusted_certificates": (INTERMEDIATE.pem() + ROOT.pem()).decode()}


@dataclass(frozen=True)
class Proof:
    """What Apple signs for a player."""

    player_id: str = PLAYER
    bundle_id: str = BUNDLE
    milliseconds: int = 0
    salt: bytes = b"salt"

    @property
    def message(self) -> bytes:
        """The signed bytes."""
        return self.player_id.encode() + self.bundle_id.encode() + struct.pack(">Q", self.milliseconds) + self.salt

    def signed(self, key: rsa.RSAPrivateKey | None = None, digest: HashAlgorithm | None = None) -> dict[str, Any]:
        """Give the credential with Apple's signature, or one made in another way."""
        signature = (key or rsa_key("apple")).sign(self.message, padding.PKCS1v15(), digest or SHA256())
        return {
            "player_id": self.player_id,
            "bundle_id": self.bundle_id,
            "timestamp_seconds": self.milliseconds,
            "salt": base64.b64encode(self.salt).decode(),
            "signature": base64.b64encode(signature).decode(),
            "public_key_url": f"https://{CERTIFICATE}",
        }


def proof(seconds_ago: float = 0, **changed: object) -> Proof:
    """Give a proof that is that old, with changes."""
    return replace(Proof(milliseconds=int((time.time() - seconds_ago) * 1000)), **changed)  # type: ignore[arg-type]


def credential(**changed: object) -> dict[str, Any]:
    """Give the credential of a player who has just signed in, with fields changed after the signature."""
    return proof().signed() | changed


def publish(internet: Internet, statement: Statement = APPLE, place: str = CERTIFICATE) -> None:
    """Have Apple publish a certificate for its key, by the intermediate authority."""
    internet.announce(place, Reply(200, certify(statement, rsa_key("apple"), INTERMEDIATE).der()))
