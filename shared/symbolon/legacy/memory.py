"""What is remembered of questions to the old server: who has come, for good, and what it did not know, for a day.

Of an identity only a hash is kept. A day, since an account may be made there meanwhile, by a game that asks here for
accounts without making any.
"""

import hashlib
import time

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Key, Write, key

REMEMBERED_SECONDS = 24 * 3600


def is_unknown(identity: str) -> bool:
    """Tell whether the old server said lately that it does not know the identity."""
    item = dynamodb.get(_key("identity", identity))
    return bool(item and item["expires_at"] > time.time())


def note_unknown(identity: str) -> None:
    """Remember that it does not; raises Unavailable."""
    values = {":until": int(time.time()) + REMEMBERED_SECONDS}
    dynamodb.update(Write("Update", _key("identity", identity), "", "SET expires_at = :until", values=values))


def came_key(user_id: str) -> Key:
    """Return the key of the item that says that this player has come, whatever became of the account since."""
    return _key("user", user_id)


def _key(kind: str, name: str) -> Key:
    return key("PROOFS_TABLE", proof=hashlib.sha256(f"legacy {kind}\0{name}".encode()).hexdigest())
