"""One-time proofs: a signed statement that is good for one sign-in is remembered until it expires by itself.

A client repeats a request whose answer it did not get, so within a minute the same proof is good for the same subject.
"""

import hashlib
import time

from symbolon.aws import dynamodb
from symbolon.aws.dynamodb import Write, key
from symbolon.errors import Unauthenticated
from symbolon.identities.identity import ExternalIdentity

RETRY_SECONDS = 60


def spend(proof: str, identity: ExternalIdentity, expires_at: int, message: str) -> None:
    """Note that the proof was used for the identity; it is remembered until `expires_at` (seconds since 1970).

    Raises Unauthenticated with `message` when it was used more than RETRY_SECONDS ago. Only a hash of it is stored.
    """
    digest = hashlib.sha256(f"{identity.key}\0{proof}".encode()).hexdigest()
    now = int(time.time())
    write = Write(
        "Update",
        key("PROOFS_TABLE", proof=digest),
        "attribute_not_exists(first_used) OR first_used >= :recently",
        "SET first_used = if_not_exists(first_used, :now), expires_at = :expires",
        values={":now": now, ":recently": now - RETRY_SECONDS, ":expires": expires_at + RETRY_SECONDS},
    )
    if dynamodb.update(write) is not None:
        raise Unauthenticated(message)
