"""No match has more players than places, nor players before it was prepared."""

import time
from collections.abc import Iterator, Sequence

from local.audit.findings import Check, Finding
from symbolon.aws.dynamodb import Item
from symbolon.matches.matches import match_key


def look(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield those of these items of matches that break the promise; one whose time is over is none any more."""
    for item in items:
        players = len(item.get("players", {}))
        if item["expires_at"] <= time.time() or (players <= item["limit"] and (item.get("session") or not players)):
            continue
        yield Finding(
            match_key(item["match_id"]),
            str(item.get("broadcaster", {}).get("oper", "")),
            f"match {item['match_id']} has {players} players for {item['limit']} places",
            "Somebody who was let in finds no place on the game server.",
            by_hand="have its game server end it: match/unregister",
            is_double=True,
        )


CHECK = Check("No match has more players than places, nor any before it was prepared.", "MATCHES_TABLE", look)
