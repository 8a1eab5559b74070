"""The bodies of answers, by name: Nakama's messages as proto3 writes them (a zero value is left out), and our own.

https://github.com/heroiclabs/nakama-common/blob/master/api/api.proto has Nakama's.
"""

from collections.abc import Mapping

from local.contract.fields import ID_FORM, shown
from local.contract.operation import Schema, ref

TEXT: Schema = {"type": "string"}
YES: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
ID: Schema = {"type": "string", "pattern": ID_FORM}
JWT: Schema = {"type": "string", "pattern": r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}$"}
MAYBE_MOMENT: Schema = {"type": "string", "description": 'RFC 3339, or "" where it has not happened.'}

_USER = {
    **dict.fromkeys(("username", "display_name", "avatar_url", "lang_tag", "location", "timezone", "metadata"), TEXT),
    **dict.fromkeys(("facebook_id", "google_id", "gamecenter_id", "steam_id", "apple_id"), TEXT),
    "facebook_instant_game_id": TEXT,
    "id": ID,
    "create_time": MOMENT,
    "update_time": MOMENT,
    "edge_count": COUNT,
}
_ENTRY = {
    **dict.fromkeys(("entry", "user_id", "action", "reason", "undoes"), TEXT),
    "time": MOMENT,
    "by": {"type": "object"},
    "before": {"type": "object"},
    "after": {"type": "object"},
}
_TRACKED = {
    **dict.fromkeys(("id", "provider", "device_name", "network"), TEXT),
    "current": YES,
    "create_time": MOMENT,
    "refresh_time": MOMENT,
}
_STORED_SESSION = {
    "session_id": TEXT,
    "refreshes": COUNT,
    "refresh_time": MAYBE_MOMENT,
    "expiry_time": MAYBE_MOMENT,
    "token_revoked": YES,
    "refresh_token_revoked": YES,
}
_BAN: Schema = {"oneOf": [ref("Ban"), {"type": "null"}]}
_PLAYER = {
    **dict.fromkeys(("username", "display_name", "avatar_url", "lang_tag", "location", "timezone", "metadata"), TEXT),
    "id": ID,
    "email": TEXT,
    "has_password": YES,
    "friends": COUNT,
    "create_time": MOMENT,
    "update_time": MOMENT,
    "verify_time": MAYBE_MOMENT,
    "merged_into": {**TEXT, "description": "The id of the account into which it was merged."},
    "partner_profile": {"type": "object"},
    "version": TEXT,
    "ban": _BAN,
}


def many(name: str) -> Schema:
    """Give a list of these."""
    return {"type": "array", "items": ref(name)}


def page(field: str, name: str) -> Schema:
    """Give a part of a list, with a cursor where there is more."""
    return shown({field: many(name), "cursor": TEXT})


SCHEMAS: Mapping[str, Schema] = {
    "Nothing": {"type": "object", "additionalProperties": False},
    "Session": shown({"created": YES, "token": JWT, "refresh_token": JWT}, "token", "refresh_token"),
    "User": shown(_USER, "id", "username", "create_time", "update_time"),
    "Account": shown(
        {
            "user": ref("User"),
            "wallet": TEXT,
            "email": TEXT,
            "devices": {"type": "array", "items": shown({"id": TEXT}, "id")},
            "custom_id": TEXT,
            "verify_time": MOMENT,
            "disable_time": MOMENT,
        },
        "user",
        "wallet",
    ),
    "Friend": shown(
        {
            "user": ref("User"),
            "state": {"type": "integer", "enum": [0, 1, 2, 3], "description": "friend, invited, has invited, blocked"},
            "update_time": MOMENT,
            "metadata": TEXT,
        },
        "user",
        "state",
        "update_time",
    ),
    "FriendOfFriend": shown({"referrer": ID, "user": ref("User")}, "referrer", "user"),
    "Ban": shown(
        {"since": MOMENT, "until": MAYBE_MOMENT, "reason": TEXT, "by": TEXT}, "since", "until", "reason", "by"
    ),
    "Identity": {
        "type": "object",
        "properties": {
            "provider": TEXT,
            "subject": TEXT,
            "link_time": MAYBE_MOMENT,
            "last_used": {"oneOf": [MAYBE_MOMENT, {"type": "null"}], "description": "null: sessions are not tracked"},
        },
    },
    "StoredSession": shown(_STORED_SESSION, *_STORED_SESSION),
    "Note": shown({"text": TEXT, "time": MOMENT, "by": TEXT}, "text", "time", "by"),
    "Entry": shown(_ENTRY, "entry", "time", "user_id", "action", "by"),
    "Changed": shown({"entry": {**TEXT, "description": "The entry's name in the records."}}, "entry"),
    "Banned": shown({"entry": TEXT, "ban": ref("Ban")}, "entry", "ban"),
    "Found": shown(
        {
            "id": ID,
            "username": TEXT,
            "display_name": TEXT,
            "create_time": MOMENT,
            "ban": _BAN,
            "found_by": TEXT,
        },
        *("id", "username", "display_name", "create_time", "ban", "found_by"),
    ),
    "Player": shown(
        {**_PLAYER, "identities": many("Identity"), "sessions": many("StoredSession"), "notes": many("Note")},
        *_PLAYER,
    ),
    "Label": {"type": "object", "properties": {"id": TEXT, "open": YES}, "required": ["id", "open", "limit"]},
    "TrackedSession": shown(_TRACKED, "id", "create_time"),
    "Party": {"type": "object", "required": ["user", "identities"]},
    "Parties": shown({"this": ref("Party"), "other": ref("Party"), "obstacle": TEXT}, "this", "other"),
    "Merged": shown(
        {"user_id": ID, "merged_user_id": ID, "token": JWT, "refresh_token": JWT},
        *("user_id", "merged_user_id", "token", "refresh_token"),
    ),
    "Procedure": {"description": "What the procedure answers; without `unwrap` it stands in `payload`, as a text."},
    "Error": shown(
        {
            "code": {"type": "integer", "description": "gRPC's status code."},
            "message": TEXT,
            "until": {**MOMENT, "description": "When a ban ends, where it does."},
            "ticket": {**TEXT, "description": "With which the two accounts of a refused link can be merged."},
        },
        "code",
        "message",
    ),
    "RpcError": shown({"code": {"type": "integer"}, "message": TEXT, "error": TEXT}, "code", "message", "error"),
    "OAuthError": shown({"error": TEXT, "error_description": TEXT}, "error", "error_description"),
    "EventError": shown({"err": TEXT, "description": TEXT}, "err", "description"),
    "GatewayError": shown({"code": {"type": "integer"}, "message": TEXT}, "message"),
}
