"""Tokens of providers that have to be revoked there when their owner's account goes: written down with the deletion.

A token is kept, sealed, with the identity that it belongs to, and goes with that where a player unlinks it. A deletion
puts it into a table of its own, in its own transaction, where it stays until the provider has revoked it. So a provider
that is down stops no deletion, and no revocation is forgotten. The function `revocation` does the rest: at once where
it can be started, and every hour.
"""

import os
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from symbolon.api.request import Trace
from symbolon.aws import dynamodb, invocations
from symbolon.aws.dynamodb import Key, Write, key
from symbolon.errors import SymbolonError
from symbolon.identities.link_writes import provider_of, release
from symbolon.identities.users import User, identity_key

TABLE, FUNCTION = "REVOCATIONS_TABLE", "REVOCATION_FUNCTION"
KEPT = "kept_token"
"""The attribute of an identity's item: {client_id, sealed, at}, `at` in seconds since 1970."""

GRANT_DROPPED = "GrantsDropped"

_REVOCABLE = frozenset({"apple"})


def parting(user: User) -> list[Write]:
    """Return what frees all identities of the account, and writes down what is to be revoked of them.

    It is refused where an identity has another token by then.
    """
    return [write for place, subject in user.links.items() for write in _parting(user, provider_of(place), subject)]


def writing_down(kept: Mapping[str, Any]) -> Write:
    """Return the write that has a token revoked, which was kept as KEPT says."""
    item = {"client_id": kept["client_id"], "sealed": kept["sealed"], "since": int(time.time())}
    return Write("Put", revocation_key(uuid.uuid4().hex), "attribute_not_exists(revocation)", item=item)


def keep(identity: str, grant: Mapping[str, str], trace: Trace) -> None:
    """Have what was granted with an identity (`ExternalIdentity.key`) exchanged for a token and kept. Never fails."""
    try:
        invocations.start(FUNCTION, {"identity": identity, **grant})
    except SymbolonError:
        trace.events.append(GRANT_DROPPED)


def start(writes: list[Write]) -> None:
    """Have revoked now what these writes have written down. Never fails: within an hour it is tried anyway."""
    with suppress(SymbolonError):
        for write in writes:
            if write.key.table == TABLE and os.environ.get(FUNCTION):
                invocations.start(FUNCTION, dict(write.key.parts))


def revocation_key(revocation: str) -> Key:
    """Return the key of what is to be revoked."""
    return key(TABLE, revocation=revocation)


def _parting(user: User, provider: str, subject: str) -> list[Write]:
    identity = f"{provider}#{subject}"
    freeing = release(user, identity)
    if provider not in _REVOCABLE or not os.environ.get(TABLE):
        return [freeing]
    kept = (dynamodb.get(identity_key(identity)) or {}).get(KEPT)
    if not kept:
        return [freeing._replace(condition=f"{freeing.condition} AND attribute_not_exists({KEPT})")]
    same = freeing._replace(
        condition=f"{freeing.condition} AND {KEPT} = :kept", values={**freeing.values, ":kept": kept}
    )
    return [same, writing_down(kept)]
