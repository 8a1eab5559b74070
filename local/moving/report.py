"""What an import did, counted for the screen and written line by line for who wants to look after single players."""

import json
from collections import Counter
from pathlib import Path

from local.moving.arrivals import Arrival

_SHOWN = 10


class Report:
    """Counts players and friendships; names what stays behind and why, with ids and never with addresses."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.lines: list[dict[str, str]] = []

    def add(self, arrival: Arrival) -> None:
        """Count a player."""
        self.counts["here" if arrival.is_here else "cannot" if arrival.why_not else "come"] += 1
        if arrival.why_not:
            self.note(arrival.player.user_id, arrival.why_not, "cannot come")
        elif not arrival.is_here:
            for loss in arrival.player.losses:
                self.note(arrival.player.user_id, loss, "comes without")

    def refuse(self, user_id: str, why_not: str) -> None:
        """Count a player of whom no account can be made."""
        self.counts["cannot"] += 1
        self.note(user_id, why_not, "cannot come")

    def note(self, user_id: str, text: str, kind: str) -> None:
        """Name what becomes of one player."""
        self.lines.append({"user_id": user_id, "what": kind, "why": text})

    def players(self, verb: str) -> str:
        """Say in one line what became of the players, `verb` being what they do or did."""
        counts = self.counts
        return (
            f"players      {counts['come']} {verb}, {counts['here']} are here already, {counts['cannot']} cannot come"
        )

    def friendships(self) -> str:
        """Say in one line what became of the friendships."""
        counts = self.counts
        left = counts["impossible"] + counts["friendless"]
        return f"friendships  {counts['made']} came, {counts['known']} were here already, {left} stay behind"

    def write(self, path: Path) -> str:
        """Write all lines as JSON to a file for its owner alone, and return the first few for the screen."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in self.lines), encoding="utf-8")
        path.chmod(0o600)
        shown = [f"  {line['user_id']}  {line['what']}: {line['why']}" for line in self.lines[:_SHOWN]]
        more = len(self.lines) - len(shown)
        return "\n".join([*shown, *([f"  and {more} more, all in {path}"] if more else [])])
