"""The caller's own account, and other users."""

from collections.abc import Mapping

from functions.account.app import MAX_LOOKUPS
from local.contract import common
from local.contract.fields import ID_FORM, choices, message, shown, text
from local.contract.operation import JSON, Operation, full, invalid, ref, taken
from local.contract.schemas import many
from symbolon.accounts.lifecycle import UNDER_WAY
from symbolon.api.validation import PROFILE_BYTES
from symbolon.identities.names import MAX_USERNAME_BYTES

PROFILE = {name: text('"" clears it.', most) for name, most in PROFILE_BYTES.items()}
PROFILE_PROBLEMS = invalid(
    "No fields to update.",
    *(f"{name} invalid, must be at most {most} bytes." for name, most in PROFILE_BYTES.items()),
    *(f"{name} invalid, no control, bidirectional or separator characters allowed." for name in PROFILE_BYTES),
    "display_name invalid, must have a visible character.",
    "avatar_url invalid, must be an http or https URL.",
)
_NAMED = {
    "ids": choices({"type": "string", "pattern": ID_FORM}),
    "usernames": choices({"type": "string"}),
    "facebook_ids": choices({"type": "string"}),
}

OPERATIONS: Mapping[str, Operation] = {
    "GET /v2/account": Operation(
        "accounts",
        "The caller's account.",
        ("session",),
        common.SESSION,
        answer={JSON: ref("Account")},
        event="account_get",
    ),
    "PUT /v2/account": Operation(
        "accounts",
        "Change fields of the caller's account; absent ones stay.",
        ("session",),
        (
            *common.SESSION,
            *common.BODY,
            *common.USERNAME,
            *PROFILE_PROBLEMS,
            *taken("Username is already in use."),
            *common.CONTENTION,
        ),
        body={JSON: message({"username": text("", MAX_USERNAME_BYTES), **PROFILE})},
        event="account_update",
    ),
    "DELETE /v2/account": Operation(
        "accounts",
        "Delete the caller's account, all its links, its username, friendships and sessions.",
        ("session",),
        (*common.SESSION, *common.CONTENTION, *full(UNDER_WAY)),
        event="account_delete",
    ),
    "GET /v2/user": Operation(
        "accounts",
        f"Users as everyone sees them, up to {MAX_LOOKUPS} by id, username or Facebook id.",
        ("session",),
        (
            *common.SESSION,
            *common.QUERY,
            *invalid(f"At most {MAX_LOOKUPS} users can be requested at once.", "ID '{}' is not a valid system ID."),
        ),
        query=_NAMED,
        answer={JSON: shown({"users": many("User")})},
        event="account_users",
    ),
}
