"""What providers tell of their users: docs/platform-duties.md."""

from collections.abc import Mapping

from local.contract import common
from local.contract.fields import message, shown, text
from local.contract.operation import (
    FORM,
    HTML,
    JSON,
    NOTHING,
    Operation,
    Problem,
    Schema,
    invalid,
    refused,
    too_many,
    unavailable,
    unmet,
)
from local.contract.operations.recovery import AS_PAGE
from local.contract.schemas import TEXT

_SET = "application/secevent+jwt"
_SIGNED: Schema = message({"signed_request": text("Signed with the app's secret.", least=1)}, "signed_request")


def _told(title: str, *more: Problem) -> tuple[Problem, ...]:
    return (
        *unmet(f"{title} authentication is not configured."),
        *refused("{}"),
        *too_many(f"Too many refused {title} callbacks from this network."),
        *unavailable(f"{title} is not available at the moment."),
        *common.CONTENTION,
        *more,
    )


def _facebook(summary: str, event: str, answer: Schema) -> Operation:
    own = invalid("The form could not be read.", "A signed_request is required.")
    return Operation(
        "callbacks", summary, problems=_told("Facebook", *own), body={FORM: _SIGNED}, answer={JSON: answer}, event=event
    )


OPERATIONS: Mapping[str, Operation] = {
    "POST /v2/callback/apple": Operation(
        "callbacks",
        "A notification of Apple's about one of its users.",
        problems=_told("Apple", *common.BODY, *invalid("A payload is required.")),
        body={JSON: message({"payload": text("A JWT of Apple's.", least=1)}, "payload")},
        event="callback_apple",
    ),
    "POST /v2/callback/google": Operation(
        "callbacks",
        "A security event token of Google's (RFC 8935).",
        problems=(
            *too_many("Too many refused Google callbacks from this network."),
            *unavailable("Google is not available at the moment."),
            *common.CONTENTION,
        ),
        body={_SET: {"type": "string"}},
        answer={},
        more={
            "responses": {
                "202": {"description": "Heard."},
                "400": {
                    "description": "Refused.",
                    "content": {JSON: {"schema": {"$ref": "#/components/schemas/EventError"}}},
                },
            }
        },
    ),
    "POST /v2/callback/facebook/deauthorize": _facebook(
        "Somebody has removed our app at Facebook.", "callback_deauthorize", NOTHING
    ),
    "POST /v2/callback/facebook/deletion": _facebook(
        "Somebody wants deleted what there is from Facebook.",
        "callback_deletion",
        shown({"url": TEXT, "confirmation_code": TEXT}, "url", "confirmation_code"),
    ),
    "GET /v2/callback/facebook/deletion": Operation(
        "callbacks",
        "How such a deletion went: a page for people.",
        problems=AS_PAGE,
        query={"code": TEXT},
        answer={HTML: TEXT},
        errors="",
    ),
}
