"""A hook that keeps borrowed and banned Steam accounts out, and marks testers.

Lambda calls `before` with an event and takes what it returns: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html.
"""

import os
from collections.abc import Mapping
from typing import Any

TESTERS = frozenset(os.environ.get("TESTERS", "").split())
"""User ids, with spaces between them."""


def before(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Say whether the player may sign in, or link what is shown."""
    if event["identity"]["provider"] == "steam" and (words := objection(event["said"])):
        return {"allow": False, "message": words}
    if event["before"] == "link":
        return {"allow": True}
    account = event["account"] or {}
    role = "tester" if account.get("user_id") in TESTERS else "player"
    return {"allow": True, "vars": {**event["vars"], "role": role}}


def objection(said: Mapping[str, Any]) -> str:
    """Return what speaks against a Steam account, "" for nothing."""
    if said["vacbanned"]:
        return "This Steam account has a VAC ban."
    if said["ownersteamid"] != said["steamid"]:
        return "Buy the game to play online: a borrowed one plays offline."
    return ""
