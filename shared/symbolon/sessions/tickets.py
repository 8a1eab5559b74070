"""Tickets: what we have found out, signed and given to a client to bring back soon, so that nothing is stored.

A ticket is a token of a form of its own for each purpose, under the refresh tokens' keys, which nobody else reads.
Whoever holds one can read it, so it says nothing that its holder does not know.
"""

import json
import time
from collections.abc import Collection, Mapping
from typing import Any

from symbolon.errors import InvalidArgument
from symbolon.sessions import jws
from symbolon.sessions.jws import InvalidToken, UnknownKey
from symbolon.settings.settings import SETTINGS, Settings

MERGE, ACTIVATION = "merge", "activation"
"""What tickets are for."""

LIFETIME_SECONDS = 600
REFUSED = "Ticket invalid or expired."


def write(purpose: str, content: Mapping[str, str], settings: Settings) -> str:
    """Return a ticket for the purpose that says `content` for ten minutes."""
    payload = {**content, "exp": int(time.time()) + LIFETIME_SECONDS}
    return jws.write(json.dumps(payload), settings.refresh_keys, _form(purpose))


def read(purpose: str, ticket: str, settings: Settings, names: Collection[str]) -> dict[str, str]:
    """Return what a ticket for the purpose says under these names; raises InvalidArgument, also where it lacks one.

    Another version of this code may have written it, minutes ago.
    """
    try:
        said = _read(purpose, ticket, settings)
    except InvalidToken as error:
        raise InvalidArgument(REFUSED) from error
    found = {name: text for name in names if isinstance(text := said.get(name), str) and text}
    if len(found) < len(set(names)):
        raise InvalidArgument(REFUSED)
    return found


def _read(purpose: str, ticket: str, settings: Settings) -> dict[str, Any]:
    try:
        return jws.read(ticket, settings.refresh_keys, _form(purpose))
    except UnknownKey:
        return jws.read(ticket, SETTINGS.renewed().refresh_keys, _form(purpose))


def _form(purpose: str) -> str:
    return f"{purpose}-ticket+jwt"
