"""Users whom a provider knows anew after a game has changed hands: who each was before, as an operator has noted.

Between the two there is an id that the provider gives to both publishers, and for a while in its tokens, too. It leads
to the former subject, and that to whoever has it linked then.
"""

import time

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key, Write, key
from symbolon.identities.identity import ExternalIdentity

KEPT_SECONDS = 180 * 24 * 3600
"""After this time DynamoDB forgets a transfer: providers tell of one for a few months at most."""


def noting(provider: str, transfer_id: str, subject: str) -> Write:
    """Return the write that notes by which id the user with the former subject will come."""
    item = {"subject": subject, "expires_at": int(time.time()) + KEPT_SECONDS}
    return Write("Put", _key(provider, transfer_id), "", item=item)


def former_subject(identity: ExternalIdentity) -> str:
    """Return the subject under which the provider knew the user before, "" when nobody has noted one."""
    if not identity.transfer_id:
        return ""
    item = dynamodb.get(_key(identity.provider, identity.transfer_id)) or {}
    return str(item["subject"]) if item.get("expires_at", 0) > time.time() else ""


def _key(provider: str, transfer_id: str) -> Key:
    return key("TRANSFERS_TABLE", transfer=f"{provider}#{transfer_id}")
