"""Making one account of two: docs/merge.md."""

from collections.abc import Mapping

from local.contract import common
from local.contract.fields import message, text
from local.contract.operation import JSON, Operation, Schema, invalid, problems, ref, unmet
from symbolon.accounts.merging import OTHER, THIS

TICKET = text("What the refused link's answer has.", least=1)
KEEP: Schema = {"type": "string", "enum": [THIS, OTHER], "description": "Which account goes on."}
SHOWING = (*invalid("{}icket {}."), *common.BANNED)
PROBLEMS = (
    *SHOWING,
    *invalid('Keep must be "this" or "other".'),
    *unmet("{}"),
    *problems(429, 8, "{}"),
    *common.CONTENTION,
)

OPERATIONS: Mapping[str, Operation] = {
    "GET /v2/account/merge": Operation(
        "links",
        "Both accounts that a ticket is about, so that the player can choose.",
        ("session",),
        (*common.SESSION, *common.QUERY, *SHOWING),
        query={"ticket": {**TICKET, "type": "string"}},
        answer={JSON: ref("Parties")},
        event="merge_show",
    ),
    "POST /v2/account/merge": Operation(
        "links",
        "Make one account of the two; an operator can undo it for 30 days.",
        ("session",),
        (*common.SESSION, *common.BODY, *PROBLEMS),
        body={JSON: message({"ticket": TICKET, "keep": KEEP}, "ticket", "keep")},
        answer={JSON: ref("Merged")},
        event="merge_accounts",
    ),
}
