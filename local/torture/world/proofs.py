"""What providers give players and say to us: tokens, tickets, requests that they sign."""

import base64
import hashlib
import hmac
import json

from local.torture.world import signing
from local.torture.world.deployment import PARAMETERS
from local.torture.world.internet import facebook_token, steam_ticket
from local.torture.world.services import SECRETS

_EARLIER_SECONDS = 150
"""By more than two processes' clocks differ: what is stated so long ago is in nobody's future."""

_LIFE_SECONDS = 3600
_RISC = "https://schemas.openid.net/secevent/risc/event-type/"


def proof_of(provider: str, subject: str, number: str, now: float) -> str:
    """Return a credential of somebody at steam, facebook or google, another one for each number."""
    if provider == "steam":
        return steam_ticket(subject, number)
    if provider == "facebook":
        return facebook_token(subject, number)
    issued = int(now) - _EARLIER_SECONDS
    claims = {"iss": "https://accounts.google.com", "aud": PARAMETERS["GoogleAudiences"], "sub": subject}
    return signing.signed({**claims, "iat": issued, "exp": issued + _LIFE_SECONDS, "jti": number})


def google_event(subject: str, kind: str, number: str, now: float) -> str:
    """Return a security event token of Google's about somebody, of just now."""
    about = {"subject_type": "iss-sub", "iss": "https://accounts.google.com/", "sub": subject}
    claims = {"iss": "https://accounts.google.com/", "aud": PARAMETERS["GoogleAudiences"], "jti": number}
    events = {_RISC + kind: {"subject": about}}
    return signing.signed({**claims, "iat": int(now), "events": events})


def facebook_request(user_id: str, number: str, now: float) -> str:
    """Return a signed request of Facebook's about somebody, of just now."""
    payload = {"algorithm": "HMAC-SHA256", "issued_at": int(now), "user_id": user_id, "n": number}
    text = _encoded(json.dumps(payload).encode())
    signature = hmac.new(SECRETS["FacebookSecret"].encode(), text.encode(), hashlib.sha256).digest()
    return f"{_encoded(signature)}.{text}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
