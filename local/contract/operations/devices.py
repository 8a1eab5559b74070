"""Signing in another device by a code: docs/devices.md."""

from collections.abc import Mapping

from local.contract import common
from local.contract.fields import flag, message, shown, text
from local.contract.operation import FORM, HTML, JSON, Operation, Schema, missing, problems, unmet
from local.contract.operations.oauth import endpoint
from local.contract.operations.recovery import AS_PAGE
from local.contract.schemas import TEXT
from symbolon.api.device_ids import ID_BYTES
from symbolon.oauth.device_grant import MAX_NAME

OFF = "Signing in by another device is not configured."
APPROVAL: Schema = message(
    {"user_code": text("What the device shows.", least=1), "deny": flag("Refuse the device instead.")}, "user_code"
)
APPROVED: Schema = shown({"device_name": {**TEXT, "description": "What the device calls itself, if it does."}})
PROBLEMS = (*missing("Code invalid or expired."), *common.GUESSES, *unmet(OFF))
_FIELDS = ("user_code", "email", "password", "ticket", "answer")
_CODES: Mapping[str, Schema] = {
    **dict.fromkeys(("device_code", "user_code", "verification_uri", "verification_uri_complete"), TEXT),
    "expires_in": {"type": "integer"},
    "interval": {"type": "integer"},
}
_TOLD: Mapping[str, Schema] = {
    "device_name": {"type": "string", "maxLength": MAX_NAME},
    "device_id": text("Linked to the player's account once it is approved.", max(ID_BYTES), type="string"),
    "client_id": TEXT,
    "scope": TEXT,
}

OPERATIONS: Mapping[str, Operation] = {
    "POST /v2/account/device/approve": Operation(
        "links",
        "Let the device that shows a code sign in to the caller's account, or refuse it.",
        ("session",),
        (*common.SESSION, *common.BODY, *PROBLEMS),
        body={JSON: APPROVAL},
        answer={JSON: APPROVED},
        event="activate_approve",
    ),
    "GET /activate": Operation(
        "pages",
        "Sign in another device. A page for people.",
        problems=AS_PAGE,
        query={"user_code": TEXT},
        answer={HTML: TEXT},
        errors="",
    ),
    "POST /activate": Operation(
        "pages",
        "Sign in another device: the page's form.",
        problems=AS_PAGE,
        body={FORM: message(dict.fromkeys(_FIELDS, TEXT))},
        answer={HTML: TEXT},
        errors="",
    ),
    "POST /oauth2/device_authorization": endpoint(
        "The codes by which a device without a keyboard is signed in (RFC 8628).",
        ("", "serverKey", "httpKeyBasic", "partnerBasic"),
        (
            *problems(
                400,
                "invalid_request",
                OFF,
                "device_name must be at most {} characters, no control characters.",
                "Device ID invalid, {}.",
                "The service does not know its own address: session.issuer is missing.",
            ),
            *problems(429, "temporarily_unavailable", "Too many devices of this network. Try again in {}."),
        ),
        body={FORM: message(_TOLD)},
        answer={JSON: shown(_CODES, *_CODES)},
        event="oauth_device",
    ),
}
