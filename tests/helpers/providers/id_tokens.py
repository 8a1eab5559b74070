"""Apple, Google and Facebook (Limited Login) as issuers of ID tokens: real keys, real signatures, key sets by HTTPS."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.algorithms import RSAAlgorithm

from tests.helpers.providers.authority import rsa_key
from tests.helpers.providers.internet import APPLE, GOOGLE, LIMITED, Internet
from tests.helpers.providers.replies import as_json

Changes = Mapping[str, object]


@dataclass(frozen=True)
class Issuer:
    """An issuer: our route for it, the message of its refusal, and its host and path of the keys."""

    provider: str
    title: str
    url: str
    audience: str
    keys_at: str

    @property
    def host(self) -> str:
        """The host that has its keys."""
        return self.keys_at.split("/")[0]

    @property
    def refused(self) -> tuple[int, int, str]:
        """How a token is refused."""
        return 401, 16, f"Could not authenticate {self.title} profile."

    @property
    def down(self) -> tuple[int, int, str]:
        """What is answered while its keys cannot be had."""
        return 503, 14, f"{self.title} is not available at the moment."

    def claims(self, changed: Changes | None = None) -> dict[str, Any]:
        """Give the claims of a token that is in order, with changes; None drops one."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": self.audience, "sub": "anna", "iat": now, "exp": now + 600}
        return {name: value for name, value in (usual | dict(changed or {})).items() if value is not None}

    def token(self, changed: Changes | None = None, kid: str = "1", **header: object) -> str:
        """Give a token with these claims, signed with the key `kid`; `header` may say something else of it."""
        payload = json.dumps(self.claims(changed)).encode()  # PyJWT would refuse to make some that are to be refused
        return jwt.PyJWS().encode(payload, rsa_key(f"{self.provider} {kid}"), "RS256", {"kid": kid} | header)

    def publish(self, internet: Internet, *kids: str, **headers: str) -> None:
        """Have the issuer's host publish these keys, or the usual one."""
        internet.announce(self.keys_at, as_json({"keys": [self.jwk(kid) for kid in kids or ("1",)]}, 200, **headers))

    def jwk(self, kid: str) -> dict[str, Any]:
        """Give the public half of a key as the issuer publishes it."""
        public = RSAAlgorithm.to_jwk(rsa_key(f"{self.provider} {kid}").public_key(), as_dict=True)
        return public | {"kid": kid, "use": "sig", "alg": "RS256"}


APPLE_ID = Issuer("apple", "Apple", "https://appleid.apple.com", "com.example.game", f"{APPLE}/auth/keys")
GOOGLE_ID = Issuer(
    "google",
    "Google",
    "https://accounts.google.com",
    "game.apps.googleusercontent.com",
    f"{GOOGLE}/oauth2/v3/certs",
)
LIMITED_LOGIN = Issuer(
    "facebook",
    "Facebook",
    "https://www.facebook.com",
    "1234567890",
    f"{LIMITED}/.well-known/oauth/openid/jwks/",
)
ISSUERS = {issuer.provider: issuer for issuer in (APPLE_ID, GOOGLE_ID, LIMITED_LOGIN)}

SETTINGS: dict[str, Any] = {
    "apple": {"audiences": [APPLE_ID.audience, "com.example.game.web"]},
    "google": {
        "audiences": [GOOGLE_ID.audience],
        "play_games": {"client_id": GOOGLE_ID.audience, "client_secret": "the-client-secret"},
    },
    "facebook": {"app_id": LIMITED_LOGIN.audience, "app_secret": "the-app-secret"},
}


def encoded(content: object) -> str:
    """Give JSON, or bytes as they are, in base64 as a token has it."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
