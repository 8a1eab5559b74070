"""What operators change: docs/operators.md."""

from collections.abc import Mapping
from dataclasses import replace

from local.contract import common
from local.contract.fields import message, text
from local.contract.operation import (
    JSON,
    Operation,
    Problem,
    Schema,
    forbidden,
    invalid,
    missing,
    problems,
    ref,
    taken,
    unmet,
)
from local.contract.operations.accounts import PROFILE, PROFILE_PROBLEMS
from local.contract.operations.inquiries import ANYBODY, FOUND, MOMENT, USER
from symbolon.api.authors import MAX_REASON_BYTES
from symbolon.identities.names import MAX_USERNAME_BYTES
from symbolon.operators.acting import MERGED
from symbolon.operators.notes import MAX_BYTES
from symbolon.operators.requests import MAX_METADATA_BYTES

_REASON = {"reason": text("Why; it goes into the records.", MAX_REASON_BYTES)}
_UNTIL = text("RFC 3339; without it, for good.", format="date-time")


def _changing(summary: str, *more: Problem, **fields: Schema) -> Operation:
    """Describe a change of an account; `fields` are those of the body, of which some must be there."""
    required = [name for name, field in fields.items() if field.get("type") == "string"]
    reason = invalid(f"Reason invalid, must be at most {MAX_REASON_BYTES} bytes, no control characters.")
    return Operation(
        "operators",
        summary,
        ("sigv4",),
        (*ANYBODY, *common.BODY, *reason, *FOUND, *common.CONTENTION, *more),
        body={JSON: message({**_REASON, **fields}, *required)},
        answer={JSON: ref("Changed")},
    )


_BAN_PROBLEMS = invalid(
    f"reason invalid, must be 1-{MAX_REASON_BYTES} bytes, no control characters.",
    "until invalid, must be in the future.",
    MOMENT,
)
_WHY = {"reason": text("Why, for operators.", MAX_REASON_BYTES, 1)}


def _banning(summary: str, *more: Problem, **fields: Schema) -> Operation:
    said = _changing(summary, *_BAN_PROBLEMS, *more, **fields, **_WHY)
    return replace(said, answer={JSON: ref("Banned")}, event="admin_ban")


OPERATIONS: Mapping[str, Operation] = {
    f"PATCH {USER}": _changing(
        "Change fields of an account.",
        *common.USERNAME,
        *PROFILE_PROBLEMS,
        *invalid(
            f"metadata invalid, must be at most {MAX_METADATA_BYTES} bytes.", "metadata invalid, must be a JSON object."
        ),
        *taken("Username is already in use."),
        *unmet(MERGED),
        *problems(409, 10, "The account was changed since it was read: read it again."),
        username=text("", MAX_USERNAME_BYTES),
        metadata={"type": ["object", "string", "null"], "description": "A JSON object, or one as text."},
        version=text("That of a look at the account, which must not have changed since."),
        **PROFILE,
    ),
    f"DELETE {USER}": _changing("Erase an account, and what is personal in the records about it."),
    f"POST {USER}/ban": _banning("Ban an account.", until=_UNTIL),
    f"POST {USER}/ban/short": _banning(
        "Ban an account for at most 30 days, as the policy for support allows.",
        *invalid(
            "until is required: only bans that end are made here.", "until invalid, must be at most {} days away here."
        ),
        until=text("RFC 3339.", least=20, format="date-time"),
    ),
    f"POST {USER}/unban": _changing("Lift an account's ban.", *unmet("The account is not banned.")),
    f"POST {USER}/signout": _changing("End all sessions of an account."),
    f"POST {USER}/resend": _changing(
        "Have a letter mailed to the account's own address.",
        *invalid("letter invalid, must be reset or verify."),
        *common.NO_MAIL,
        *unmet("The account has no e-mail address.", "The address is confirmed already."),
        letter=text("reset: a code for a new password; verify: one that proves the address."),
    ),
    f"POST {USER}/unlink": _changing(
        "Take an identity from an account.",
        *invalid("provider invalid, must be 1-64 bytes, no control characters."),
        *missing("Identity not found.", "The account has several such identities: name the subject."),
        *forbidden("Cannot unlink last account identifier. Check profile exists and is not last link."),
        *unmet(MERGED),
        provider=text("", 64, 1),
        subject=text("Where there are several."),
    ),
    f"POST {USER}/notes": _changing(
        "Leave a note about an account.",
        *invalid(f"text invalid, must be 1-{MAX_BYTES} bytes, no control characters."),
        text=text("", MAX_BYTES, 1),
    ),
    f"DELETE {USER}/sessions/{{sid}}": _changing(
        "End one session.", *invalid("sid invalid, must be a UUID."), *missing("Session not found.")
    ),
    "POST /admin/v1/audit/{entry}/undo": _changing(
        "Undo what an entry records.",
        *missing("Entry not found."),
        *unmet("{}"),
        *taken("Username is already in use."),
    ),
}
