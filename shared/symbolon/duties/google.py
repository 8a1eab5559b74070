"""Google's Cross-Account Protection (RISC): what has become of somebody's Google Account.

Body: a security event token, whose payload reads
    {"iss": "https://accounts.google.com/", "aud": "….apps.googleusercontent.com", "iat": …, "jti": "…",
     "events": {"https://schemas.openid.net/secevent/risc/event-type/account-disabled": {
        "subject": {"subject_type": "iss-sub", "iss": "https://accounts.google.com/", "sub": "110169484474386276334"},
        "reason": "hijacking"}}}

https://developers.google.com/identity/protocols/risc and https://www.rfc-editor.org/rfc/rfc8935. It has no expiry: it
tells of something that was.
"""

import json
from collections.abc import Mapping
from typing import Any

import jwt

from symbolon.api.request import Request
from symbolon.duties import notices, statements
from symbolon.duties.notices import Meaning, Notice
from symbolon.errors import FailedPrecondition, InvalidArgument, Unauthenticated
from symbolon.identities.identity import is_subject
from symbolon.internet.outbound import Outbound
from symbolon.internet.published import Published
from symbolon.settings.settings import Settings
from symbolon.verification.audiences import checked_audiences
from symbolon.verification.discovery import https_host
from symbolon.verification.idtokens import Policy
from symbolon.verification.keysets import KeySet

PROVIDER, TITLE = "google", "Google"
HOST, KEYS_HOST = "accounts.google.com", "www.googleapis.com"
ISSUERS = (f"https://{HOST}/", f"https://{HOST}")
REFUSED = "Could not believe Google's security event."

MEANINGS: Mapping[str, Meaning] = {
    "sessions-revoked": notices.sign_out,
    "tokens-revoked": notices.sign_out,
    "account-disabled": notices.sign_out,
    "account-disabled (hijacking)": notices.sign_out,
    "account-disabled (bulk-account)": notices.note,
    "account-credential-change-required": notices.note,
    "account-enabled": notices.note,
    "account-purged": notices.leave,
}
"""By the last part of an event's URI, and its reason. Google's tokens are not kept here: the end of one is nothing."""


class Configuration(Published[str]):
    """What Google says of its events: the URL of the keys that sign them."""

    def read(self, body: bytes | None) -> str:
        """Return the URL; raises ValueError when it is none at Google's."""
        document = json.loads(body or b"")
        url = document.get("jwks_uri") if isinstance(document, dict) else None
        if https_host(url) != KEYS_HOST:
            raise ValueError("no URL of keys")
        return str(url)


class Keys:
    """The keys of Google's events, where its configuration says that they are. See `symbolon.verification.idtokens`."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._configuration = Configuration(f"https://{HOST}/.well-known/risc-configuration")
        self._sets: dict[str, KeySet] = {}

    def key(self, key_id: str, algorithm: str, door: Outbound) -> jwt.PyJWK:
        """Return the key with this id; raises UnknownKeyId, or Unavailable when only Google could tell."""
        url = self._configuration.current(door)
        return self._sets.setdefault(url, KeySet(url)).key(key_id, algorithm, door)


KEYS = Keys()


def credential(request: Request) -> str:
    """Return the token that the request brings; raises InvalidArgument."""
    token = request.text.strip()
    if not token:
        raise InvalidArgument("A security event token is required.")
    return token


def read(token: str, settings: Settings) -> list[Notice]:
    """Return a notice for each event about a user. Raises as `statements.verify` does, FailedPrecondition."""
    section = settings.section(PROVIDER, TITLE)
    if not section.get("audiences"):
        raise FailedPrecondition("Google authentication is not configured.")
    audiences = checked_audiences("google.audiences", section["audiences"])
    door = Outbound(TITLE, [HOST, KEYS_HOST])
    claims = statements.verify(token, Policy(REFUSED, KEYS, ISSUERS, audiences), door)
    events = claims["events"]
    if not isinstance(events, Mapping) or not events:
        raise Unauthenticated(REFUSED) from jwt.InvalidTokenError()
    found = [_notice(uri, event, claims) for uri, event in events.items()]
    return [notice for notice in found if notice]


def _notice(uri: str, event: object, claims: Mapping[str, Any]) -> Notice | None:
    """Return the notice of an event, None where it is about no user: a test, or one in other terms."""
    subject = event.get("subject") if isinstance(event, Mapping) else None
    if not isinstance(subject, Mapping) or subject.get("iss") not in ISSUERS or not is_subject(subject.get("sub")):
        return None
    kind, reason = uri.rpartition("/")[2], event.get("reason") if isinstance(event, Mapping) else None
    kind = f"{kind} ({reason})" if f"{kind} ({reason})" in MEANINGS else kind
    return Notice(PROVIDER, claims["jti"], subject["sub"], kind, int(claims["iat"]))
