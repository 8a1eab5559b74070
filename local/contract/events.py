"""The events' schemas, as EventBridge's registry takes them: docs/events/<type>.json, each OpenAPI 3.0.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-schema.html. `python -m local.contract` writes them.
"""

import json
from collections.abc import Mapping
from typing import Any

from local import ROOT
from symbolon.events import changes
from symbolon.events.publishing import SOURCE

FOLDER = ROOT / "docs/events"
Schema = Mapping[str, Any]

_ID = {"type": "string", "format": "uuid", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
_TEXT = {"type": "string"}
_PROVIDER = {"type": "string", "description": "device, email, custom, partner, or a provider's name as in its routes"}
_CAUSE = {"type": "string", "enum": ["merge"], "description": "Where two accounts became one, or two again"}
_ROLE = {
    "type": "string",
    "enum": ["kept", "merged"],
    "description": "Which of both account_id is: the one that goes on, or the one that became part of it",
}
_LINK: Mapping[str, Schema] = {"provider": _PROVIDER, "cause": _CAUSE}
_MERGE: Mapping[str, Schema] = {"role": _ROLE, "other_account_id": _ID}
_UNTIL: Schema = {"type": "string", "format": "date-time", "description": "When it ends by itself; without it, never"}
_ENDED: Mapping[str, Schema] = {
    "scope": {"type": "string", "enum": ["one", "all"]},
    "session_id": {**_ID, "description": "The session, tid of its tokens, where the scope is one"},
    "session_token": {"type": "boolean", "description": "Whether its session tokens are void"},
    "refresh_token": {"type": "boolean", "description": "Whether its refresh tokens are void"},
    "except_session_id": {**_ID, "description": "The session that goes on, where all others of the account ended"},
}
_PROVIDERS: Schema = {
    "type": "array",
    "items": _PROVIDER,
    "description": "Of its first identities; several where imported",
}

# By type: what it means, its own fields, and which of them are always there.
TYPES: Mapping[str, tuple[str, Mapping[str, Schema], tuple[str, ...]]] = {
    changes.CREATED: ("An account was made", {"providers": _PROVIDERS}, ("providers",)),
    changes.LINKED: ("An account got an identity", _LINK, ("provider",)),
    changes.UNLINKED: ("An account lost an identity", _LINK, ("provider",)),
    changes.MERGED: ("Two accounts became one; told of each", _MERGE, ("role", "other_account_id")),
    changes.UNMERGED: ("A merge was undone; told of each account", _MERGE, ("role", "other_account_id")),
    changes.BANNED: ("An account was banned, or its ban changed", {"until": _UNTIL}, ()),
    changes.UNBANNED: ("An account's ban was lifted", {}, ()),
    changes.DELETED: ("An account was deleted, and all of its sessions ended", {}, ()),
    changes.SESSION_ENDED: ("A session ended, or all of an account's", _ENDED, ("scope",)),
}
_COMMON: Mapping[str, Schema] = {
    "version": {"type": "integer", "enum": [1]},
    "id": {"type": "string", "description": "The same whenever this event comes again"},
    "order": {"type": "string", "enum": [changes.ACCOUNT, changes.SESSION], "description": "What sequence orders by"},
    "sequence": {
        "type": "string",
        "pattern": "^[0-9]{40}-[0-9]{3}$",
        "description": "Greater, as text, than that of each earlier event of the same account or session",
    },
    "account_id": {**_ID, "description": "The account's id, uid of its tokens"},
}


def written() -> dict[str, str]:
    """Return the text of each file, by its name."""
    return {f"{kind}.json": json.dumps(_document(kind), indent=1) + "\n" for kind in TYPES}


def detail_schema(kind: str) -> dict[str, Any]:
    """Return the schema of an event's detail."""
    about, own, required = TYPES[kind]
    return {
        "type": "object",
        "description": about,
        "required": [*_COMMON, *required],
        "properties": {**_COMMON, **own},
        "additionalProperties": False,
    }


def _document(kind: str) -> dict[str, Any]:
    name = kind.title().replace(".", "")
    envelope = {
        "type": "object",
        "required": ["detail-type", "resources", "detail", "id", "source", "time", "region", "version", "account"],
        "x-amazon-events-detail-type": kind,
        "x-amazon-events-source": SOURCE,
        "properties": {
            "detail": {"$ref": f"#/components/schemas/{name}"},
            "detail-type": {"type": "string", "enum": [kind]},
            "source": {"type": "string", "enum": [SOURCE]},
            "resources": {"type": "array", "items": _TEXT, "description": "The stack's ARN"},
            "time": {"type": "string", "format": "date-time"},
            **dict.fromkeys(("id", "region", "version", "account"), _TEXT),
        },
    }
    return {
        "openapi": "3.0.0",
        "info": {"version": "1.0.0", "title": name, "description": TYPES[kind][0]},
        "paths": {},
        "components": {"schemas": {"AWSEvent": envelope, name: detail_schema(kind)}},
    }
