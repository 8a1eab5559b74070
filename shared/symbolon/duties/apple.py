"""Apple's server-to-server notifications: what has become of somebody's Apple Account, or of the consent to our app.

Body: {"payload": "<header>.<payload>.<signature>"}, whose payload reads
    {"iss": "https://appleid.apple.com", "aud": "com.example.game", "iat": …, "exp": …, "jti": "…",
     "events": <a text with JSON in it>}, which reads
    {"type": "consent-revoked", "sub": "001234.abc….0123", "event_time": <milliseconds>}

https://developer.apple.com/documentation/signinwithapple/processing-changes-for-sign-in-with-apple-accounts
"""

import json
from collections.abc import Mapping
from typing import Any

import jwt

from symbolon.api.request import Request
from symbolon.duties import notices, statements
from symbolon.duties.notices import Meaning, Notice
from symbolon.errors import InvalidArgument, Unauthenticated
from symbolon.identities.identity import is_subject
from symbolon.internet.outbound import Outbound
from symbolon.settings.settings import Settings
from symbolon.verification.audiences import checked_audiences
from symbolon.verification.idtokens import Policy
from symbolon.verification.keysets import KeySet

PROVIDER, TITLE = "apple", "Apple"
HOST = "appleid.apple.com"
KEYS = KeySet(f"https://{HOST}/auth/keys")
REFUSED = "Could not believe Apple's notification."

MEANINGS: Mapping[str, Meaning] = {
    "consent-revoked": notices.leave,
    "account-delete": notices.leave,
    "account-deleted": notices.leave,  # as Apple's page has it by now
    "email-disabled": notices.note,
    "email-enabled": notices.note,
}

_MILLISECONDS = 1000


def credential(request: Request) -> str:
    """Return the token that the request brings; raises InvalidArgument."""
    payload = request.body.text("payload")
    if not payload:
        raise InvalidArgument("A payload is required.")
    return payload


def read(token: str, settings: Settings) -> list[Notice]:
    """Return the notice that the token states. Raises as `statements.verify` does, FailedPrecondition."""
    section = settings.section(PROVIDER, TITLE)
    audiences = checked_audiences("apple.audiences", section.get("audiences"))
    policy = Policy(REFUSED, KEYS, [f"https://{HOST}"], audiences)
    claims = statements.verify(token, policy, Outbound(TITLE, [HOST]), ["exp"])
    event = _event(claims["events"])
    at = statements.moment_of(event, "event_time", _MILLISECONDS, claims)
    return [Notice(PROVIDER, claims["jti"], event["sub"], event["type"], at)]


def _event(stated: object) -> Mapping[str, Any]:
    """Return the event, which is JSON within JSON, or an object."""
    try:
        event = json.loads(stated) if isinstance(stated, str) else stated
    except (ValueError, RecursionError) as error:
        raise Unauthenticated(REFUSED) from error
    if not isinstance(event, Mapping) or not is_subject(event.get("sub")) or not isinstance(event.get("type"), str):
        raise Unauthenticated(REFUSED) from jwt.InvalidTokenError()
    return event
