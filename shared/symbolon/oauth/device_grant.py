"""Signing in a device that has no keyboard: https://www.rfc-editor.org/rfc/rfc8628, and the tokens that it gets.

The device shows a code, the player approves it elsewhere (`symbolon.activation`), the device asks until then. It gets a
session of that player in Nakama's form, with OAuth's names besides.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from symbolon.api import authors
from symbolon.api.device_ids import DEVICE, RULE, check_device_id
from symbolon.api.request import Request
from symbolon.api.validation import has_control
from symbolon.aws import dynamodb
from symbolon.errors import AlreadyExists, FailedPrecondition, InvalidArgument, PermissionDenied, ResourceExhausted
from symbolon.hooks.wanted import ask_before_link
from symbolon.identities import links
from symbolon.identities.identity import ExternalIdentity
from symbolon.identities.users import User, user_key
from symbolon.limits.counters import Counter
from symbolon.limits.networks import digest, network_of
from symbolon.oauth import device_codes
from symbolon.oauth.clients import asker_of
from symbolon.oauth.device_codes import DENIED, Waiting
from symbolon.oauth.errors import AccessDenied, AuthorizationPending, ExpiredToken, OAuthError, SlowDown
from symbolon.oauth.form import Form
from symbolon.sessions import sessions
from symbolon.sessions.tokens import Claims
from symbolon.settings.limits import Limits
from symbolon.settings.settings import Settings

MAX_NAME = 64
_USED = "The device code was used, has expired, or is wrong."


def authorize_device(request: Request, settings: Settings) -> Mapping[str, Any]:
    """Give a device the codes by which it can be signed in."""
    require_switched_on(settings)
    form = Form.of(request)
    asker_of(request, settings)
    told = _told(form, request)
    most = Limits.of(settings.document).network_device_codes_per_hour
    Counter("device-codes", network_of(request.source_ip), most, "Too many devices of this network.").count()
    device_code, user_code = device_codes.put(told)
    page = activation_page(settings)
    return {
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={user_code}",
        "expires_in": device_codes.LIFETIME_SECONDS,
        "interval": device_codes.INTERVAL_SECONDS,
    }


def sign_in_device(form: Form, request: Request, settings: Settings) -> Mapping[str, Any]:
    """Give the device a session of the player who has approved it; raises OAuthError until then, and after."""
    require_switched_on(settings)
    asker_of(request, settings)
    waiting = Waiting.by_device_code(form.required("device_code"))
    if waiting is None:
        raise ExpiredToken(_USED)
    if waiting.answer == DENIED:
        raise AccessDenied("The player has refused.")
    if not waiting.answer:
        raise SlowDown("Ask less often.") if waiting.is_too_early() else AuthorizationPending("Ask again.")
    user = _approver(waiting)
    claim = waiting.claimed()
    if claim is None:
        raise ExpiredToken(_USED)
    request.trace.user_id = user.user_id
    linked = _linked(user, waiting, request, settings)
    return _tokens(user, waiting, claim, (request, settings)) | linked


def activation_page(settings: Settings) -> str:
    """Return where players approve devices; the request has no say in it."""
    if not settings.issuer:
        raise FailedPrecondition("The service does not know its own address: session.issuer is missing.")
    return f"{settings.issuer.rstrip('/')}/activate"


def require_switched_on(settings: Settings) -> None:
    """Raise FailedPrecondition where the settings switch it off."""
    if not settings.device_grant:
        raise FailedPrecondition("Signing in by another device is not configured.")


def _told(form: Form, request: Request) -> dict[str, str]:
    name, device_id = form.text("device_name"), form.text("device_id")
    if has_control(name) or len(name) > MAX_NAME:
        raise OAuthError(f"device_name must be at most {MAX_NAME} characters, no control characters.")
    if device_id:
        try:
            check_device_id(device_id)
        except InvalidArgument as error:
            raise OAuthError(error.message) from error
    network = digest("device", network_of(request.source_ip))
    told = {"device_name": name, "device_id": device_id, "network": network}
    return {name: text for name, text in told.items() if text}


def _approver(waiting: Waiting) -> User:
    """Return the player, whose sessions must not have ended since; raises AccessDenied."""
    by = waiting.item["answered_by"]
    item = dynamodb.get(user_key(by["user_id"]))
    user = User.from_item(item) if item else None
    if user is None or user.is_banned or not user.admits(by["session_id"], by["generation"]):
        raise AccessDenied("The player's account has been closed, or has signed out everywhere.")
    return user


def _linked(user: User, waiting: Waiting, request: Request, settings: Settings) -> dict[str, bool]:
    device_id = waiting.item.get("device_id", "")
    if not device_id:
        return {}
    identity = ExternalIdentity(DEVICE, device_id)
    try:
        ask_before_link(identity, user, request, settings)
        links.link(user, identity, RULE, authors.player(request, settings))
    except (AlreadyExists, PermissionDenied, ResourceExhausted):
        return {"device_linked": False}
    return {"device_linked": True}


def _tokens(user: User, waiting: Waiting, claim: Mapping[str, Any], within: tuple[Request, Settings]) -> dict[str, Any]:
    claims = Claims(
        session_id=str(uuid.UUID(claim["session_id"])),
        user_id=user.user_id,
        username=user.username,
        issued_at=claim["issued_at"],
        generation=user.generation,
        variables={"device_name": waiting.device_name} if waiting.device_name else {},
    )
    tokens = sessions.begin(claims, *within)
    return {
        "access_token": tokens["token"],
        "token_type": "Bearer",
        "expires_in": within[1].token_expiry,
        **tokens,
    }
