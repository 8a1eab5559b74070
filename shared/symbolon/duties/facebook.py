"""Facebook's callbacks: somebody has removed our app, or wants what we have from Facebook deleted.

Body: a form with the field `signed_request`, "<base64url signature>.<base64url payload>", whose payload reads
    {"algorithm": "HMAC-SHA256", "issued_at": 1739890245, "user_id": "218471"}

https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback and
https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow#deauth-callback. Facebook signs in the
same way what a web page gets at sign-in, with a `code` or a token in it: that is no callback.
"""

import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from symbolon.api.request import Request
from symbolon.duties import notices
from symbolon.duties.notices import Meaning, Notice
from symbolon.errors import InvalidArgument, Misconfigured, Unauthenticated
from symbolon.identities.identity import is_subject
from symbolon.settings.settings import Settings
from symbolon.verification.signedrequests import authentic_parts, check_age

PROVIDER, TITLE = "facebook", "Facebook"
REFUSED = "Could not believe Facebook's request."
DEAUTHORIZED, DELETION = "deauthorize", "data-deletion"

MEANINGS: Mapping[str, Meaning] = {DEAUTHORIZED: notices.leave}

_MAX_FIELDS = 10
_SIGN_IN = frozenset({"code", "oauth_token"})
_CODE_LETTERS = 20


@dataclass(frozen=True)
class Asked:
    """What Facebook has asked for: the notice, and the code by which its user asks how it went."""

    notice: Notice
    code: str


def credential(request: Request) -> str:
    """Return the signed request of the form; raises InvalidArgument."""
    try:
        fields = parse_qsl(request.text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise InvalidArgument("The form could not be read.") from error
    signed = dict(fields).get("signed_request")
    if not signed:
        raise InvalidArgument("A signed_request is required.")
    return signed


def read(signed: str, kind: str, settings: Settings) -> Asked:
    """Return what is asked for. Raises Unauthenticated for what Facebook did not sign just now, FailedPrecondition."""
    secret = settings.section(PROVIDER, TITLE).get("app_secret")
    if not isinstance(secret, str) or not secret:
        raise Misconfigured("settings: facebook.app_secret is missing")
    try:
        signature, payload = authentic_parts(signed, secret)
        issued_at = check_age(payload)
        user_id = _user_of(payload)
    except (ValueError, RecursionError, binascii.Error) as error:
        raise Unauthenticated(REFUSED) from error
    return Asked(Notice(PROVIDER, signature.hex(), user_id, kind, issued_at), _code(signature, secret))


def _user_of(payload: Mapping[str, Any]) -> str:
    """Return whom the payload names; raises ValueError."""
    if _SIGN_IN & payload.keys():
        raise ValueError("code")
    user_id = payload.get("user_id")
    user_id = str(user_id) if isinstance(user_id, int) and not isinstance(user_id, bool) else user_id
    if not is_subject(user_id):
        raise ValueError("user_id")
    return user_id


def _code(signature: bytes, secret: str) -> str:
    """Return the confirmation code, the same whenever the request comes: nobody else can make it or guess it."""
    return hmac.new(secret.encode(), b"deletion\0" + signature, hashlib.sha256).hexdigest()[:_CODE_LETTERS]
