"""Partner sessions: a partner's game server starts a session for one of its users, who gets an account at the first.

Verified are the partner's client id and secret (headers x-client-id and x-client-secret); whom its user ids stand for
is the partner's own affair. docs/partners.md has request and answer. Settings: partner.wallet_seed, if there is one.
"""

import time
from collections.abc import Mapping
from typing import Any

from symbolon.api.application import Route, application
from symbolon.api.body import Body
from symbolon.api.request import Request
from symbolon.api.telemetry import ACCOUNT_CREATED
from symbolon.api.validation import has_control, is_byte_length
from symbolon.errors import InvalidArgument, NotFound
from symbolon.hooks.wanted import hook_before_sign_in
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.links import LinkRule
from symbolon.identities.names import disturbs, is_name, same_name
from symbolon.identities.signin import Terms, sign_in
from symbolon.partners import partners
from symbolon.partners.wallet import wallet_address
from symbolon.sessions import sessions
from symbolon.settings.settings import Settings

PROVIDER = "partner"
RULE = LinkRule(in_use="Partner user is already in use.")

PROFILE: Mapping[str, str | int] = {
    "name": "",
    "username": "",
    "email": "",
    "device_id": "",
    "phonenumber": "",
    "level": 0,
    "rank": 0,
    "date_joined": "",
    "playertag": "",
    "location": "",
    "location_name": "",
    "device_model": "",
    "screen_height": "",
    "screen_width": "",
    "os_name": "",
    "os_version": "",
    "browser_name": "",
    "linked_phone": "",
}
"""What a partner may tell of its user and the user's device, with what is answered where it has told nothing."""

MAX_TEXT_BYTES = 255
MAX_NUMBER = 2**31 - 1


def start_session(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Return a session of the partner's user, with all that is known of the user."""
    if request.path_parameters.get("proxy", "session").strip("/") != "session":
        raise NotFound("Not Found")
    partner = partners.authenticate(request, settings)
    user_id, sent = _user_id(request.body), _profile(request.body)
    namespaced = partner.namespaced(user_id)
    address = wallet_address(settings, namespaced)
    hook = hook_before_sign_in(request, settings)
    said = {"client_id": partner.client_id, "user_id": user_id}
    arrival = sign_in(ExternalIdentity(PROVIDER, namespaced, said=said), RULE, Terms(hook=hook.ask))
    request.trace.user_id = arrival.user.user_id
    request.trace.events += [ACCOUNT_CREATED] if arrival.created else []
    profile = {**PROFILE, **partners.remember(arrival.user, sent)}
    linked_phone = profile.pop("linked_phone")
    session = sessions.new_session(arrival.user, hook.variables)
    tokens = sessions.begin(session, request, settings)
    return {
        "session_id": session.session_id,
        "user_id": user_id,
        **profile,
        "indigg_id": None,
        "indigg_wallet_address": "",
        "third_party_client_id": partner.client_id,
        "third_party_client_name": partner.name,
        "namespaced_third_party_user_id": namespaced,
        "wallet_address": address,
        "is_new_user": arrival.created,
        "access_token": tokens["token"],
        "refresh_token": tokens["refresh_token"],
        "linked_phone": linked_phone,
        "session_start_time": _moment(time.time_ns()),
    }


def _user_id(body: Body) -> str:
    user_id = body.text("user_id")
    if not user_id:
        raise InvalidArgument("User ID is required.")
    if has_control(user_id):
        raise InvalidArgument("User ID invalid, no control characters allowed.")
    if not is_byte_length(user_id, 1, 128):
        raise InvalidArgument("User ID invalid, must be 1-128 bytes.")
    return user_id


def _profile(body: Body) -> dict[str, str | int]:
    """Return the fields of PROFILE that were sent."""
    sent = {name: _field(body, name) for name in PROFILE}
    return {name: value for name, value in sent.items() if value is not None}


def _field(body: Body, name: str) -> str | int | None:
    if PROFILE[name] == 0:
        number = body.optional_integer(name)
        if number is not None and not 0 <= number <= MAX_NUMBER:
            raise InvalidArgument(f"Profile invalid, {name} must be 0 to {MAX_NUMBER}.")
        return number
    text = body.optional_text(name)
    if text and (not is_byte_length(text, 0, MAX_TEXT_BYTES) or not _is_sound(name, text)):
        raise InvalidArgument(f"Profile invalid, {name} must be at most {MAX_TEXT_BYTES} bytes, no control characters.")
    return same_name(text) if text and name == "username" else text


def _is_sound(name: str, text: str) -> bool:
    """Tell whether a text may be shown as this field; a username is held to the rules of our own."""
    return is_name(same_name(text)) if name == "username" else not disturbs(text)


def _moment(nanoseconds: int) -> str:
    """Return the time since 1970, in UTC, as Go prints it: partners parse that form."""
    second, fraction = divmod(nanoseconds, 10**9)
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(second)) + f".{fraction:09d} +0000 UTC"


handler = application(
    "partner",
    {
        "POST /s2s/session": Route("partner", start_session),
        "POST /s2s/{proxy+}": Route("partner", start_session),
    },
    PROVIDER,
)
