"""Players of an old Nakama come here when they first sign in. It has no route: sign-in functions invoke it, and wait.

Event: {"identity": ["device", "…"], "username": "", "credential": {"id": "…"}, "password_hash": ""}
    or {"identity": ["email", ""], "username": "…", …}: by a username and a password
Answer: {"outcome": "came"}, or "unknown", "wrong" (the password) or "banned"; {"error": …, "retry_after": …} where the
old server could not tell. It may be asked twice for one sign-in: who has come stays as is.

Settings: {"url": "https://…", "server_key": "…", "friends": false, "calls_per_minute": 600} under `legacy`
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symbolon.api.application import answering
from symbolon.api.request import Trace
from symbolon.aws import invocations
from symbolon.errors import InvalidArgument, SymbolonError
from symbolon.identities.identity import text_claim
from symbolon.internet.outbound import BUDGET_SECONDS
from symbolon.legacy import arrivals, memory
from symbolon.legacy.accounts import CAME, PLACES, UNKNOWN, Newcomer, Proven, same_address
from symbolon.legacy.nakama import Found, Nakama
from symbolon.limits.budgets import MinuteBudget
from symbolon.settings.legacy import LegacySettings
from symbolon.settings.settings import Settings

ACCOUNTS_CAME, FRIENDS_LOST = "AccountsCame", "FriendImportsFailed"


def ask(event: Mapping[str, Any], settings: Settings, trace: Trace) -> Mapping[str, Any]:
    """Ask the old server about what a player has shown, and bring the player; raises InvalidArgument for no event."""
    proven, username, credential = _read(event)
    trace.provider = proven.provider
    legacy = LegacySettings.of(settings)
    name = username or proven.key
    if memory.is_unknown(name):
        return {"outcome": UNKNOWN}
    MinuteBudget("legacy calls", legacy.calls, "Too many questions to the old server.").take()
    found = Nakama(legacy, BUDGET_SECONDS).find(proven.provider, username, credential)
    outcome = _bring(found, proven, legacy, trace) if isinstance(found, Found) else found
    if outcome == UNKNOWN:
        memory.note_unknown(name)
    return {"outcome": outcome}


def _bring(found: Found, proven: Proven, legacy: LegacySettings, trace: Trace) -> str:
    if not proven.subject:  # signed in by a username: the address is the old server's word
        proven = replace(proven, subject=same_address(text_claim(found.account, "email")))
    newcomer = Newcomer.of(found.account, proven)
    trace.user_id = newcomer.user_id
    if not proven.subject or not arrivals.arrive(newcomer, proven):
        return UNKNOWN
    trace.events.append(ACCOUNTS_CAME)
    if legacy.friends:
        try:
            event = {"user_id": newcomer.user_id, "provider": "nakama", "token": found.token}
            invocations.start("FRIEND_IMPORT_FUNCTION", event)
        except SymbolonError:  # the player has come, and has friends enough to invite
            trace.events.append(FRIENDS_LOST)
    return CAME


def _read(event: Mapping[str, Any]) -> tuple[Proven, str, Mapping[str, Any]]:
    match event:
        case {
            "identity": [str(provider), str(subject)],
            "username": str(username),
            "credential": dict(credential),
            "password_hash": str(hashed),
        } if provider in PLACES and (subject or username):
            return Proven(provider, subject, hashed), username, credential
    raise InvalidArgument("The event names no identity.")


handler = answering("legacy", "ask", ask)
