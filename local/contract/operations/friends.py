"""Friends: the list, wishes about it, imports."""

from collections.abc import Mapping

from functions.friend.app import MAX_LIMIT, MAX_NAMED
from local.contract import common
from local.contract.fields import ID_FORM, choices, message, text
from local.contract.operation import (
    JSON,
    Operation,
    Problem,
    Schema,
    full,
    invalid,
    refused,
    too_many,
    unavailable,
    unmet,
)
from local.contract.schemas import page
from local.contract.ways.kinds import asked
from symbolon.friends.metadata import MAX_BYTES

_NAMED: Mapping[str, Schema] = {
    "ids": choices({"type": "string", "pattern": ID_FORM}),
    "usernames": choices({"type": "string", "minLength": 1}),
}
_NAMING = (
    *common.SESSION,
    *common.QUERY,
    *invalid(
        f"At most {MAX_NAMED} users can be named at once.", "Invalid user ID '{}'.", "Username must not be empty."
    ),
    *unavailable("The friendship is being changed by others."),
    *too_many("Too many changes of friends."),
    *full(
        "You have too many friends, invites and blocks; remove some first.",
        "You have too many invites that nobody has answered; wait for answers, or take some back.",
        "A user whom you name has too many invites to answer.",
    ),
)
_CURSOR = {"cursor": {"type": "string", "description": "That of the page before."}}


def _limit(most: int, default: int) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": most, "default": default}


def _changing(summary: str, event: str, *more: Problem, **query: Schema) -> Operation:
    problems = (*_NAMING, *more)
    return Operation("friends", summary, ("session",), problems, query={**_NAMED, **query}, event=event)


def _import(title: str, provider: str) -> Operation:
    token = {"token": text(), "account": message({"token": text()})}
    return Operation(
        "friends",
        f"Make friends of the caller's {title} friends who have an account.",
        ("session",),
        (
            *common.SESSION,
            *common.BODY,
            *common.QUERY,
            *common.FLAG,
            *invalid(f"{title} token is required."),
            *unmet(f"{title} authentication is not configured."),
            *refused(f"Could not authenticate {title} profile."),
            *unavailable(f"{title} is not available at the moment.", "The friendship is being changed by others."),
            *asked(title),
        ),
        query={"reset": {"type": "boolean", "default": False, "description": "End all other friendships first."}},
        body={JSON: message(token)},
        event=f"friend_{provider}",
    )


OPERATIONS: Mapping[str, Operation] = {
    "GET /v2/friend": Operation(
        "friends",
        "A page of the caller's friends, invites and blocks.",
        ("session",),
        (
            *common.SESSION,
            *common.QUERY,
            *common.INT32,
            *common.CURSOR,
            *invalid(
                "Invalid limit - limit must be between 1 and 1000.", "Invalid state - state must be between 0 and 3."
            ),
        ),
        query={
            "limit": _limit(MAX_LIMIT, MAX_LIMIT),
            "state": {"type": "integer", "enum": [0, 1, 2, 3]},
            **_CURSOR,
        },
        answer={JSON: page("friends", "Friend")},
        event="friend_list",
    ),
    "GET /v2/friend/friends": Operation(
        "friends",
        "A page of the friends of the caller's friends.",
        ("session",),
        (
            *common.SESSION,
            *common.QUERY,
            *common.INT32,
            *common.CURSOR,
            *invalid("Invalid limit - limit must be between 1 and 100."),
        ),
        query={"limit": _limit(100, 10), **_CURSOR},
        answer={JSON: page("friends_of_friends", "FriendOfFriend")},
        event="friend_friends",
    ),
    "POST /v2/friend": _changing(
        "Invite users, or accept their invites.",
        "friend_add",
        *invalid(
            "Cannot add self as friend.",
            "No valid ID or username was provided.",
            f"Metadata invalid, must be a JSON object of at most {MAX_BYTES} bytes.",
        ),
        metadata=text("A JSON object, kept with the friendship.", MAX_BYTES, type="string"),
    ),
    "DELETE /v2/friend": _changing(
        "End friendships, invites and one's own blocks.", "friend_delete", *invalid("Cannot delete self.")
    ),
    "POST /v2/friend/block": _changing(
        "Block users.", "friend_block", *invalid("Cannot block self.", "No valid ID or username was provided.")
    ),
    "POST /v2/friend/facebook": _import("Facebook", "facebook"),
    "POST /v2/friend/steam": _import("Steam", "steam"),
}
