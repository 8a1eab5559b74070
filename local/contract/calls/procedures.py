"""The procedures, by id: what each takes, answers and refuses. docs/matches.md explains those of matches."""

from collections.abc import Mapping

from local.contract import common
from local.contract.calls import matches, rpc
from local.contract.calls.rpc import Procedure
from local.contract.fields import message, shown, text
from local.contract.operation import Schema, invalid, missing, ref, refused
from local.contract.operations import devices, merging, recovery, sessions
from local.contract.schemas import TEXT
from symbolon.identities.passwords import MAX_BYTES
from symbolon.rpc import Caller

_WHO: Mapping[str, Schema] = {name: text() for name in ("user_id", "discord_id", "username")}
_NAMED = invalid("One of user_id, discord_id and username is required.")
_FOUND = dict.fromkeys(("id", "discord_id", "username", "display_name", "avatar_url"), TEXT)
_EXCHANGED = shown(
    {"access_token": TEXT, "issued_token_type": TEXT, "token_type": TEXT, "expires_in": {"type": "integer"}},
    *("access_token", "issued_token_type", "token_type", "expires_in"),
)


def _recovery(name: str) -> Procedure:
    return Procedure(
        recovery.SUMMARIES[name],
        Caller.SESSION if name in recovery.OF_PLAYERS else Caller.ANY,
        recovery.action_body(name),
        ref("Session" if name == "password/reset" else "Nothing"),
        (*common.NO_MAIL, *recovery.PROBLEMS[name]),
    )


PROCEDURES: Mapping[str, Procedure] = {
    "account/authenticate/password": Procedure(
        "A session for a player whom a server knows by id, Discord id or username, with the password; or a refresh.",
        Caller.SERVER,
        message({**_WHO, "password": text("", MAX_BYTES), "refresh_token": text()}),
        ref("Session"),
        (
            *common.PASSWORD,
            *_NAMED,
            *refused("Invalid credentials."),
            *common.GUESSES,
            *common.BANNED,
            *common.HOOK,
            *sessions.REFRESH,
        ),
    ),
    "account/lookup": Procedure(
        "What everyone may see of the user with exactly this id, Discord id or username.",
        Caller.SESSION,
        message(_WHO),
        shown(_FOUND, *_FOUND),
        (*_NAMED, *missing("User not found.")),
    ),
    "session/exchange": Procedure(
        "A token of the caller's for one audience, for clients that know no OAuth.",
        Caller.SESSION,
        message({"audience": text("The audience's name.", least=1)}, "audience"),
        _EXCHANGED,
        invalid("There is no such audience.", "This client may not ask for tokens of this audience."),
    ),
    "account/device/approve": Procedure(
        "Let the device that shows a code sign in to the caller's account, or refuse it.",
        Caller.SESSION,
        devices.APPROVAL,
        devices.APPROVED,
        devices.PROBLEMS,
    ),
    "account/merge": Procedure(
        "Both accounts that a ticket is about or, with `keep`, make one of them.",
        Caller.SESSION,
        message({"ticket": merging.TICKET, "keep": {**merging.KEEP, "enum": ["", *merging.KEEP["enum"]]}}, "ticket"),
        {"anyOf": [ref("Parties"), ref("Merged")]},
        merging.PROBLEMS,
    ),
    **{f"account/{name}": _recovery(name) for name in recovery.SUMMARIES},
    **matches.PROCEDURES,
}
OPERATIONS = {f"POST /v2/rpc/{name}": rpc.called(procedure) for name, procedure in PROCEDURES.items()}
