"""What operators ask for that changes nothing: docs/operators.md."""

from collections.abc import Mapping
from dataclasses import replace

from functions.admin.app import MOST
from local.contract import common
from local.contract.fields import shown, text
from local.contract.operation import JSON, Operation, Problem, Schema, forbidden, invalid, missing, ref
from local.contract.schemas import TEXT, many, page
from symbolon.operators.requests import DEFAULT_LIMIT

USERS, USER = "/admin/v1/users", "/admin/v1/users/{id}"
ANYBODY = (*forbidden("This route is for operators."), *common.QUERY)
FOUND = (*invalid("id invalid, must be a UUID."), *missing("User not found."))
MOMENT = "{} invalid, must be a time as RFC 3339 has it, such as 2026-03-10T05:16:23Z."
_PAGED: Mapping[str, Schema] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
    "cursor": {"type": "string"},
}
_PAGING = (*common.QUERY, *common.INT32, *common.CURSOR, *invalid(f"limit invalid, must be 1-{MOST}."))
_EXPORT: Mapping[str, Schema] = {
    "account": {"type": "object"},
    "identities": {"type": "array", "items": ref("Identity")},
    "notes": many("Note"),
    "friends": {"type": "array", "items": {"type": "object"}},
    "sessions": {"type": "array", "items": ref("StoredSession")},
    "records": {"type": "array", "items": ref("Entry")},
    "cursor": TEXT,
}


def _reading(summary: str, answer: Schema, *more: Problem, **query: Schema) -> Operation:
    return Operation("operators", summary, ("sigv4",), (*ANYBODY, *more), query=query, answer={JSON: answer})


_EVENTS = {f"GET {USERS}": "admin_find", "GET /admin/v1/audit": "admin_audit"}
_SAID: Mapping[str, Operation] = {
    f"GET {USERS}": _reading(
        "Players by id, username or its beginning, address, device, a provider's subject.",
        page("users", "Found"),
        *_PAGING,
        *invalid("query invalid, must be 1-512 bytes, no control characters."),
        query=text("What is known of the player.", 512, 1),
        **_PAGED,
    ),
    f"GET {USER}": _reading("All that there is to see of an account.", ref("Player"), *FOUND),
    f"GET {USER}/sessions": _reading(
        "The sessions of an account that are stored.",
        page("sessions", "StoredSession"),
        *FOUND,
        *_PAGING,
        **_PAGED,
    ),
    f"GET {USER}/export": _reading(
        "All that is stored about an account, in parts.",
        shown(_EXPORT, "sessions", "records", "friends"),
        *FOUND,
        *common.CURSOR,
        cursor={"type": "string"},
    ),
    "GET /admin/v1/audit": _reading(
        "Entries of the records, the newest first.",
        page("entries", "Entry"),
        *_PAGING,
        *invalid(
            "user invalid, must be a UUID.", "operator invalid, must be 1-2000 bytes, no control characters.", MOMENT
        ),
        user={"type": "string"},
        operator={"type": "string", "description": "An ARN."},
        since={"type": "string", "format": "date-time"},
        **_PAGED,
    ),
}
OPERATIONS = {key: replace(said, event=_EVENTS.get(key, "")) for key, said in _SAID.items()}
