"""A route of a studio's own: it is called with a player whom an authorizer has let in, and verifies nothing itself."""

import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Greet the player, whom API Gateway names by the claims of the token or by the authorizer's answer."""
    known = event["requestContext"]["authorizer"]
    player = known["jwt"]["claims"] if "jwt" in known else known["lambda"]
    name = player.get("username") or player.get("usn") or "player"
    body = json.dumps({"hello": name, "user_id": player["sub"]})
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": body}
