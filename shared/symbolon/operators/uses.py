"""When an account's identities were last used, as far as its sessions tell, which they do where they are tracked."""

from collections.abc import Mapping

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Item, key
from symbolon.aws.queries import Span, query_span
from symbolon.identities.bans import rfc3339
from symbolon.operators.identities import Identity
from symbolon.sessions.history import read_runs
from symbolon.sessions.sessions import session_key
from symbolon.sessions.tracking import identity_name

_MOST_READ, _BATCH = 500, 100


def last_uses(user_id: str, identities: list[Identity]) -> Mapping[Identity, str]:
    """Return when each identity last began a session, or one that it began was refreshed, "" where no session tells."""
    span = Span(key("SESSIONS_TABLE", user_id=user_id), "session_id", "0", "g", index_name="User")
    ids = [item["session_id"] for item in query_span(span, _MOST_READ)]
    parts = [ids[at : at + _BATCH] for at in range(0, len(ids), _BATCH)]
    items = [item for part in parts for item in dynamodb.batch_get(map(session_key, part)).values()]
    names = {identity: identity_name(user_id, f"{identity.provider}#{identity.subject}") for identity in identities}
    return {
        identity: max((_used(item) for item in items if item.get("identity") == name), default="")
        for identity, name in names.items()
    }


def _used(item: Item) -> str:
    runs = read_runs(item.get("history", []))
    return rfc3339(max(item["begun_at"], runs[-1].until / 1000 if runs else 0))
