"""Ways back into an account, as routes and as pages for people."""

from collections.abc import Mapping

from local.contract import common
from local.contract.fields import flag, message, text, variables
from local.contract.operation import (
    FORM,
    HTML,
    JSON,
    Operation,
    Problem,
    Schema,
    invalid,
    problems,
    ref,
    refused,
    taken,
    too_many,
    unmet,
)
from symbolon.identities.passwords import MAX_BYTES, MIN_CHARACTERS

EMAIL = text("", 255, 10)
PASSWORD = text(f"At least {MIN_CHARACTERS} characters.", MAX_BYTES, MIN_CHARACTERS)
CODE = text("XXXX-XXXX, as it was mailed; case, spaces and hyphens do not matter.", least=1)

_LETTERS = too_many("Too many letters were asked for from this network.")
_CODES = (*invalid("Code is required."), *refused("Code invalid or expired."), *common.GUESSES)
_GUESSED = (*refused("Invalid credentials."), *common.GUESSES)

PROBLEMS: Mapping[str, tuple[Problem, ...]] = {
    "password/forgot": (*common.ADDRESS, *_LETTERS),
    "password/reset": (*common.ADDRESS, *common.PASSWORD, *_CODES, *common.VARS, *common.BANNED),
    "password/change": (
        *common.PASSWORD,
        *_GUESSED,
        *unmet("The account has no password: link an e-mail address."),
    ),
    "email/verify/request": (*unmet("The account has no e-mail address."), *_LETTERS),
    "email/verify": (*common.ADDRESS, *_CODES, *taken("Email is already in use."), *common.CONTENTION),
    "email/change": (*common.ADDRESS, *common.PASSWORD, *_GUESSED, *_LETTERS),
}
"""Of each action, besides those of who may ask for it; as a procedure it has the same."""

FIELDS: Mapping[str, Mapping[str, Schema]] = {
    "password/forgot": {"email": EMAIL},
    "password/reset": {
        "email": EMAIL,
        "code": CODE,
        "password": PASSWORD,
        "unlink_others": flag("Unlink every other identity: the address is the only way in from then on."),
        "vars": variables(),
    },
    "password/change": {"current": text("The password so far.", MAX_BYTES, 1), "password": PASSWORD},
    "email/verify/request": {},
    "email/verify": {"email": EMAIL, "code": CODE},
    "email/change": {"email": EMAIL, "password": text("The account's own password.", MAX_BYTES, 1)},
}
SUMMARIES: Mapping[str, str] = {
    "password/forgot": "Have a code mailed, if the address has an account; the answer does not tell.",
    "password/reset": "Set a new password for who has the code; all other sessions end.",
    "password/change": "Replace the password by another; all other sessions end.",
    "email/verify/request": "Have a code mailed to the account's own address.",
    "email/verify": "Prove an address, or take the new one, with the code.",
    "email/change": "Have a code mailed to another address, which the account gets once it is proved.",
}
OF_PLAYERS = ("password/change", "email/verify/request", "email/change")


def action_body(name: str) -> Schema:
    """Give the schema of what an action takes."""
    return message(FIELDS[name], *(field for field in FIELDS[name] if field not in ("vars", "unlink_others")))


def _action(name: str) -> Operation:
    is_players = name in OF_PLAYERS
    return Operation(
        "recovery",
        SUMMARIES[name],
        ("session",) if is_players else ("serverKey",),
        (*(common.SESSION if is_players else common.SERVER_KEY), *common.BODY, *common.NO_MAIL, *PROBLEMS[name]),
        body={JSON: action_body(name)},
        answer={JSON: ref("Session" if name == "password/reset" else "Nothing")},
        event={"password/forgot": "recovery_forgot", "password/reset": "recovery_reset"}.get(name, ""),
    )


_PAGE: Mapping[str, Schema] = {"email": {"type": "string"}, "code": {"type": "string"}}
_PAGES = {
    "recover": "Choose a new password.",
    "verify": "Confirm an address.",
    "undo": "Take back a change of address.",
}
AS_PAGE: tuple[Problem, ...] = tuple(
    problem
    for status in (400, 401, 403, 404, 409, 429)
    for problem in problems(status, 0, "A page that says what is wrong.")
)


def _page(name: str, method: str) -> Operation:
    fields = {**_PAGE, "password": {"type": "string"}, "step": {"type": "string"}, "unlink_others": {"type": "string"}}
    return Operation(
        "pages",
        f"{_PAGES[name]} A page for people, to which letters lead{'' if method == 'GET' else ', and its form'}.",
        problems=AS_PAGE,
        query=_PAGE if method == "GET" else {},
        body={} if method == "GET" else {FORM: message(fields)},
        answer={HTML: {"type": "string"}},
        errors="",
    )


OPERATIONS: Mapping[str, Operation] = {
    **{f"POST /v2/account/{name}": _action(name) for name in SUMMARIES},
    **{f"{method} /{name}": _page(name, method) for name in _PAGES for method in ("GET", "POST")},
}
