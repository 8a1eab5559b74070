"""Sessions that partners' game servers start."""

from collections.abc import Mapping

from functions.partner.app import MAX_NUMBER, MAX_TEXT_BYTES, PROFILE
from local.contract import common
from local.contract.fields import message, number, text
from local.contract.operation import JSON, Operation, Schema, forbidden, invalid, missing, refused, too_many
from local.contract.schemas import ID, JWT, TEXT

_SENT: Mapping[str, Schema] = {
    name: number("", 0, MAX_NUMBER) if zero == 0 else text("", MAX_TEXT_BYTES) for name, zero in PROFILE.items()
}
_SHOWN: Mapping[str, Schema] = {
    **{name: {"type": "integer"} if zero == 0 else TEXT for name, zero in PROFILE.items()},
    **dict.fromkeys(("user_id", "indigg_wallet_address", "third_party_client_id", "third_party_client_name"), TEXT),
    **dict.fromkeys(("namespaced_third_party_user_id", "wallet_address", "session_start_time"), TEXT),
    "session_id": ID,
    "indigg_id": {"type": "null"},
    "is_new_user": {"type": "boolean"},
    "access_token": JWT,
    "refresh_token": JWT,
}
_PROBLEMS = (
    *refused("Client ID or secret invalid."),
    *forbidden("Partner disabled."),
    *common.BANNED,
    *common.HOOK,
    *too_many("Too many failed attempts from this network."),
    *common.BODY,
    *invalid(
        "User ID is required.",
        "User ID invalid, no control characters allowed.",
        "User ID invalid, must be 1-128 bytes.",
        "Profile invalid, {} must be {}.",
    ),
    *missing("Account not found."),
    *common.CONTENTION,
)

OPERATIONS: Mapping[str, Operation] = {
    "POST /s2s/session": Operation(
        "partners",
        "Start a session of a partner's user, who gets an account at the first.",
        ("partnerId+partnerSecret",),
        _PROBLEMS,
        body={JSON: message({"user_id": text("The partner's own id of the user.", 128, 1), **_SENT}, "user_id")},
        answer={
            JSON: {
                "type": "object",
                "properties": dict(_SHOWN),
                "required": list(_SHOWN),
                "additionalProperties": False,
            }
        },
        event="partner_session",
    ),
    "POST /s2s/{proxy+}": Operation(
        "partners",
        "The same with slashes too many, for partners whose clients join paths; any other path is not found.",
        ("partnerId+partnerSecret",),
        (*_PROBLEMS, *missing("Not Found")),
        body={JSON: message({"user_id": text("The partner's own id of the user.", 128, 1), **_SENT}, "user_id")},
        answer={JSON: {"type": "object"}},
    ),
}
