"""Taking leave of Apple: tokens are kept while an account lives, and revoked when it was deleted. It has no route.

Events: {"identity": "apple#<subject>", "client_id": "com.example.game", "code": "…"}: keep the token of who signed in
        or linked; with "refresh_token" in the place of "code", and "redirect_uri" where the code was sent to one
    {"revocation": "…"}: revoke what a deletion has written down
    anything else, as the schedule's: revoke all that is still written down
Lambda invokes it up to three times when it fails, and the schedule every hour: what is done already changes nothing.

Settings: those of apple, with the key
"""

import time
from collections.abc import Mapping
from typing import Any

from symbolon.accounts.revocations import TABLE, revocation_key
from symbolon.api.application import background
from symbolon.api.request import Trace
from symbolon.aws import dynamodb
from symbolon.aws.queries import Page, scan
from symbolon.duties.applekey import AppleKey
from symbolon.duties.appletokens import Grant, keep, revoke
from symbolon.errors import FailedPrecondition, InvalidArgument, Misconfigured
from symbolon.settings.settings import Settings

KEPT, NOT_KEPT, REVOKED, UNKNOWN = "GrantsKept", "GrantsNotKept", "TokensRevoked", "TokensUnknown"
WORK_SECONDS = 40
"""For all that one invocation of the schedule revokes; the next one goes on."""

_AT_ONCE = 25
_MAX_BYTES = 2048
_GRANT = frozenset({"identity", "client_id", "code", "refresh_token", "redirect_uri"})


def work(event: Mapping[str, Any], settings: Settings, trace: Trace) -> None:
    """Do what the event asks for; raises Unavailable where another attempt may help."""
    trace.provider = "apple"
    key = AppleKey.of(settings.document)
    if key is None:
        raise FailedPrecondition("Apple's key is not configured.")
    if "identity" in event:
        trace.verb = "keep"
        trace.events.append(KEPT if keep(_grant(event), key) else NOT_KEPT)
    elif "revocation" in event:
        if item := dynamodb.get(revocation_key(_text(event["revocation"]))):
            trace.events.append(REVOKED if revoke(item, key) else UNKNOWN)
    else:
        _revoke_all(key, trace)


def _revoke_all(key: AppleKey, trace: Trace) -> None:
    until, wrong = time.monotonic() + WORK_SECONDS, None
    page = scan(TABLE, _AT_ONCE)
    while page.items and time.monotonic() < until:
        for item in page.items:
            try:
                trace.events.append(REVOKED if revoke(item, key) else UNKNOWN)
            except Misconfigured as error:  # which may be of this one alone
                wrong = error
        page = scan(TABLE, _AT_ONCE, page.last) if page.last else Page([], None)
    if wrong:
        raise wrong


def _grant(event: Mapping[str, Any]) -> Grant:
    return Grant(**{name: _text(event[name]) for name in _GRANT & event.keys()})


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= _MAX_BYTES:
        raise InvalidArgument("The event names nothing.")
    return value


handler = background("revocation", "revoke", work)
