"""What providers give players and say to us: tokens, tickets, requests that they sign."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping

from local.torture.world import signing
from local.torture.world.deployment import DISCORD_REDIRECT_URI, PARAMETERS
from local.torture.world.providers import discord_code, discord_token, facebook_token, steam_ticket
from local.torture.world.services import SECRETS

BY_TOKEN = "discord by token"  # noqa: S105 (a way to sign in)
"""Discord's other way, of games that exchange the code themselves."""

_EARLIER_SECONDS = 150
"""By more than two processes' clocks differ: what is stated so long ago is in nobody's future."""

_LIFE_SECONDS = 3600
_BESIDE_A_CODE = {
    "code_verifier": "the-verifier-of-a-code-that-nobody-else-can-know",
    "redirect_uri": DISCORD_REDIRECT_URI,
}
_ISSUERS = {
    "google": ("https://accounts.google.com", "GoogleAudiences"),
    "apple": ("https://appleid.apple.com", "AppleAudiences"),
}
_RISC = "https://schemas.openid.net/secevent/risc/event-type/"


def proof_of(provider: str, subject: str, number: str, now: float) -> dict[str, str]:
    """Return a credential of somebody at a provider, another one for each number."""
    issued = int(now) - _EARLIER_SECONDS
    if provider in _ISSUERS:
        issuer, audience = _ISSUERS[provider]
        claims = {"iss": issuer, "aud": PARAMETERS[audience], "sub": subject, "jti": number}
        return {"token": signing.signed({**claims, "iat": issued, "exp": issued + _LIFE_SECONDS})}
    if provider == "facebookinstantgame":
        said = {"issued_at": issued, "player_id": subject, "request_payload": number}
        return {"signed_player_info": _signed_request(said, "InstantGameSecret")}
    return _GIVEN[provider](subject, number)


def google_event(subject: str, kind: str, number: str, now: float) -> str:
    """Return a security event token of Google's about somebody, of just now."""
    about = {"subject_type": "iss-sub", "iss": "https://accounts.google.com/", "sub": subject}
    claims = {"iss": "https://accounts.google.com/", "aud": PARAMETERS["GoogleAudiences"], "jti": number}
    events = {_RISC + kind: {"subject": about}}
    return signing.signed({**claims, "iat": int(now), "events": events})


def apple_event(subject: str, kind: str, number: str, now: float) -> str:
    """Return a notification of Apple's about somebody, of just now."""
    issuer, audience = _ISSUERS["apple"]
    event = {"type": kind, "sub": subject, "event_time": int(now * 1000)}
    claims = {"iss": issuer, "aud": PARAMETERS[audience], "iat": int(now), "exp": int(now) + _LIFE_SECONDS}
    return signing.signed({**claims, "jti": number, "events": json.dumps(event)})


def facebook_request(user_id: str, number: str, now: float) -> str:
    """Return a signed request of Facebook's about somebody, of just now."""
    return _signed_request({"issued_at": int(now), "user_id": user_id, "n": number}, "FacebookSecret")


def _signed_request(said: Mapping[str, object], secret: str) -> str:
    """Return what Facebook signs with this secret of ours."""
    text = _encoded(json.dumps({"algorithm": "HMAC-SHA256", **said}).encode())
    signature = hmac.new(SECRETS[secret].encode(), text.encode(), hashlib.sha256).digest()
    return f"{_encoded(signature)}.{text}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


_GIVEN: Mapping[str, Callable[[str, str], dict[str, str]]] = {
    "steam": lambda subject, number: {"token": steam_ticket(subject, number)},
    "facebook": lambda subject, number: {"token": facebook_token(subject, number)},
    "discord": lambda subject, number: {"code": discord_code(subject, number), **_BESIDE_A_CODE},
    BY_TOKEN: lambda subject, number: {"token": discord_token(subject, number)},
}
"""What nobody signs."""
