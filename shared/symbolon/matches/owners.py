"""Whose a match is: of the game server that registered it, which alone may change it.

A server is known by its own key, or else by the `secret` that it chose when it registered, or else by its network.
"""

import hashlib
import re

from symbolon.api.body import Body
from symbolon.errors import InvalidArgument
from symbolon.limits.networks import digest, network_of

IS_OWN = "(#owner = :owner OR attribute_not_exists(#owner))"
"""The condition that a match is the owner's. One that was registered before there were owners is everybody's."""

NOT_OWN = "Match belongs to another game server."

_SECRET = re.compile(r"[!-~]{16,128}")


def owner_of(server_id: str, body: Body, address: str) -> str:
    """Return the owner as a match keeps it, for a request of the server with this id, "" for one without its own key.

    `body` may have its `secret`; `address` is where it asks from. Raises InvalidArgument for what is no secret.
    """
    if server_id:
        return f"server {server_id}"
    if not (secret := body.text("secret")):
        return f"network {digest('match', network_of(address))}"
    if not _SECRET.fullmatch(secret):
        raise InvalidArgument("secret must be 16 to 128 visible characters.")
    return f"secret {hashlib.sha256(secret.encode()).hexdigest()}"
