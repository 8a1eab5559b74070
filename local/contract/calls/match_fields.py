"""The fields of requests about matches: docs/matches.md."""

from local.contract.fields import flag, form, listed, number, text, uuid, word
from local.contract.operation import Schema
from symbolon.matches.fields import TEAMS, UUID, VISIBLE

ID_FORM = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\.[A-Za-z0-9_-]{1,64}"
ID = text("`<uuid>.<node>`", pattern=f"^{ID_FORM}$", type="string")
ROLE: Schema = {"type": ["string", "null"], "enum": ["", *TEAMS, None]}
SERVER = {
    "id": text("Chosen by the server, to repeat a registration.", pattern=f"^({ID_FORM})?$"),
    "endpoint": {**form(VISIBLE, "Where the server is."), "type": "string", "minLength": 1},
    **{name: uuid() for name in ("operator", "sid")},
    **{name: listed() for name in ("regions", "features")},
    "group_ids": listed(UUID),
    **{name: number("", 0, 2**64 - 1) for name in ("version_lock", "server_id")},
    "app_id": word(),
    "limit": number("Players; 12 where it is 0.", 0, 64),
    "ttl_sec": number("15 to 600; 60 where it is 0.", 0, 600),
}
WISH = {
    "id": SERVER["id"],
    "mode": {**word(), "type": "string", "minLength": 1},
    "level": word(),
    "role_alignments": {
        "type": ["object", "null"],
        "propertyNames": {"pattern": "^[0-9]{1,20}$"},
        "additionalProperties": {"type": "string", "enum": list(TEAMS)},
        "maxProperties": 64,
    },
    "team_size": number("5 where it is 0.", 0, 32),
    "start_time": text("RFC 3339; ten minutes from now where it is absent.", format="date-time"),
    "required_features": listed(),
    "group_id": uuid(),
    "region": word(),
}
FILTER = {
    **{name: word() for name in ("mode", "region")},
    "group_id": uuid(),
    "features": listed(),
    **{name: flag() for name in ("open", "started")},
    "limit": number("1 to 1000, which it is where it is 0.", 0, 1000),
    "cursor": text(),
}
