"""Facebook Instant Games: the signed player info of getSignedPlayerInfoAsync (or getSignedASIDAsync).

https://developers.facebook.com/docs/games/build/instant-games/guides/server-side-integration
Verified: HMAC-SHA256 over the encoded payload with the app secret, the algorithm's name, issued within ten minutes,
and good for one sign-in.

Settings: {"app_secret": "…"}
Credential: {"signed_player_info": "<base64url signature>.<base64url payload>"}, whose payload reads
    {"algorithm": "HMAC-SHA256", "issued_at": 1739890245, "player_id": "4322…", "request_payload": ""}
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any

from symbolon.api.request import Request
from symbolon.errors import InvalidArgument, Misconfigured, Unauthenticated
from symbolon.identities.identity import ExternalIdentity, is_subject
from symbolon.identities.links import LinkRule
from symbolon.identities.proofs import Proof
from symbolon.providers import Provider, provider_app
from symbolon.settings.settings import Settings

PROVIDER = Provider(
    name="facebookinstantgame",
    credential=("signed_player_info",),
    rule=LinkRule(in_use="Facebook Instant Game ID is already in use."),
)
REFUSED = "Could not authenticate Facebook Instant Game profile."
MAX_AGE_SECONDS = 600
MAX_AHEAD_SECONDS = 60


def verify(request: Request, settings: Settings) -> ExternalIdentity:
    """Return the identity of the player whom Facebook vouches for."""
    signed = request.body.text("signed_player_info")
    if not signed:
        raise InvalidArgument("Signed Player Info for a Facebook Instant Game is required.")
    secret = settings.section(PROVIDER.name, "Facebook Instant Game").get("app_secret")
    if not isinstance(secret, str) or not secret:
        raise Misconfigured("settings: facebookinstantgame.app_secret is missing")
    try:
        signature, payload = _authentic_parts(signed, secret)
        player_id, issued_at = _player(payload)
    except (ValueError, RecursionError, binascii.Error) as error:
        raise Unauthenticated(REFUSED) from error
    identity = ExternalIdentity(PROVIDER.name, player_id)
    return replace(identity, proof=Proof.of(signature.hex(), identity.key, issued_at + MAX_AGE_SECONDS, REFUSED))


def _authentic_parts(signed: str, secret: str) -> tuple[bytes, dict[str, Any]]:
    """Return the signature and the payload that it fits; raises ValueError when it does not."""
    encoded_signature, encoded_payload = signed.split(".")
    signature = _decoded(encoded_signature)
    expected = hmac.new(secret.encode(), encoded_payload.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(signature, expected):
        raise ValueError("signature")
    payload = json.loads(_decoded(encoded_payload))
    if not isinstance(payload, dict) or payload.get("algorithm") != "HMAC-SHA256":
        raise ValueError("algorithm")
    return signature, payload


def _player(payload: dict[str, Any]) -> tuple[str, int]:
    """Return whom the payload names and when it was made; raises ValueError when it is stale or names nobody."""
    player_id, issued_at = payload.get("player_id"), payload.get("issued_at")
    if not is_subject(player_id):
        raise ValueError("player_id")
    if not isinstance(issued_at, int) or not -MAX_AHEAD_SECONDS <= int(time.time()) - issued_at <= MAX_AGE_SECONDS:
        raise ValueError("issued_at")
    return player_id, issued_at


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


handler = provider_app(PROVIDER, verify)
