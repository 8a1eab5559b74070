"""What Facebook signs with our app secret: "<base64url signature>.<base64url payload>", HMAC-SHA256.

https://developers.facebook.com/docs/games/build/instant-games/guides/server-side-integration (players of Instant Games)
and https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

MAX_AGE_SECONDS = 600
MAX_AHEAD_SECONDS = 60


def authentic_parts(signed: str, secret: str) -> tuple[bytes, dict[str, Any]]:
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


def check_age(payload: Mapping[str, Any]) -> int:
    """Return when the payload was issued, in seconds since 1970; raises ValueError when that is not just now."""
    issued_at = payload.get("issued_at")
    if not isinstance(issued_at, int) or not -MAX_AHEAD_SECONDS <= int(time.time()) - issued_at <= MAX_AGE_SECONDS:
        raise ValueError("issued_at")
    return issued_at


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
