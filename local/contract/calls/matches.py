"""The procedures of matches: docs/matches.md."""

from collections.abc import Mapping

from local.contract.calls.match_fields import FILTER, ID, ROLE, SERVER, WISH
from local.contract.calls.rpc import Procedure
from local.contract.fields import flag, listed, message, shown, uuid
from local.contract.operation import (
    Problem,
    Schema,
    forbidden,
    full,
    invalid,
    missing,
    ref,
    taken,
    unavailable,
    unmet,
)
from local.contract.schemas import TEXT
from symbolon.matches.fields import UUID
from symbolon.rpc import Caller

_FORM = invalid("invalid value for field {}", "{} must be {} to {}.")
_MATCH = (*_FORM, *invalid("Match ID is required."), *missing("Match not found."))
_OTHERS = forbidden("Match belongs to another game server.")
_BUSY = unavailable("The match is being changed by others.")
_LABELLED = shown({"id": TEXT, "label": ref("Label")}, "id", "label")


def _of_a_match(
    summary: str, caller: Caller, *more: Problem, result: Schema = _LABELLED, **fields: Schema
) -> Procedure:
    required = ("id", *(name for name in fields if name == "user_ids"))
    return Procedure(summary, caller, message({"id": ID, **fields}, *required), result, (*_MATCH, *more))


PROCEDURES: Mapping[str, Procedure] = {
    "match/register": Procedure(
        "Park a match of the calling server, or keep the one that it has.",
        Caller.SERVER,
        message(SERVER, "endpoint"),
        shown({"id": TEXT, "ttl_sec": {"type": "integer"}, "label": ref("Label")}, "id", "ttl_sec", "label"),
        (
            *_FORM,
            *invalid("Endpoint is required."),
            *missing("Match not found."),
            *taken("Match belongs to another game server."),
            *_OTHERS,
            *forbidden("The game server may not register for this operator.", "Game servers need keys of their own."),
            *_BUSY,
        ),
        "rpc_match_register",
    ),
    "match/prepare": Procedure(
        "Say what a parked server shall play; without `id`, any that fits.",
        Caller.SESSION,
        message(WISH, "mode"),
        shown({"id": TEXT, "signal_payload": TEXT, "label": ref("Label")}, "id", "signal_payload", "label"),
        (
            *_FORM,
            *invalid(
                "Mode is required.",
                "At most 64 role_alignments can be given.",
                "Each of role_alignments must be for a Discord ID.",
            ),
            *missing("Match not found.", "A Discord ID of role_alignments is not linked to a user."),
            *forbidden("Only its operator and allocators may prepare a game server's match."),
            *unmet(
                "Match is not free any more.",
                "The game server lacks a required feature.",
                "The game server is in another region.",
                "The game server is not for this group.",
            ),
            *full("No game server that fits is free."),
        ),
        "rpc_match_prepare",
    ),
    "match/join": _of_a_match(
        "Take a place.",
        Caller.SESSION,
        *unmet("IncompatibleServer", "Match is not prepared.", "Match is closed."),
        *forbidden("Match is private.", "Only role_alignments make a moderator."),
        *taken("User is already in the match."),
        *full("Match is full."),
        *_BUSY,
        result=shown({"id": TEXT, "team": {"type": "integer"}, "label": ref("Label")}, "id", "team", "label"),
        features=listed(),
        role=ROLE,
    ),
    "match/invite": _of_a_match(
        "Let users join a private match.",
        Caller.ANY,
        *invalid("User IDs are required."),
        *unmet("Match is not prepared."),
        *_OTHERS,
        *forbidden("Only who prepared the match, is named by it or is in it may invite."),
        *full("At most 256 users can be invited to a match."),
        *_BUSY,
        result=ref("Nothing"),
        user_ids={**listed(UUID), "type": "array", "minItems": 1},
    ),
    "match/leave": _of_a_match(
        "Give a place back.",
        Caller.ANY,
        *invalid("User ID is required."),
        *_OTHERS,
        result=ref("Nothing"),
        user_id=uuid("Whose place, for a server."),
    ),
    "match/label": _of_a_match("What a match is like.", Caller.ANY),
    "match/list": Procedure(
        "Labels of the matches that pass the filters, and a cursor where there are more.",
        Caller.SESSION,
        message(FILTER),
        shown({"matches": {"type": "array", "items": ref("Label")}, "cursor": TEXT}),
        (*_FORM, *invalid("Cursor is invalid.")),
        "rpc_match_list",
    ),
    "match/open": _of_a_match(
        "Let players in or, with `open` false, no more of them.",
        Caller.SERVER,
        *unmet("Match is not prepared."),
        *_OTHERS,
        open=flag(),
    ),
    "match/unregister": _of_a_match("End a match.", Caller.SERVER, *_OTHERS, result=ref("Nothing")),
}
