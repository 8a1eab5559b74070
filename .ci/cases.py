"""Recorded conversations as this service answers them: `python cases.py cases.json KEY`, on standard output.

KEY takes the place of Nakama's published http key. Where a link is refused since somebody else has the identity, the
answer has a ticket besides Nakama's fields: docs/merge.md. Of an address it has none, which a link does not prove.
"""

import json
import sys
from pathlib import Path
from typing import Any

IN_USE = 409
LINK = "POST /v2/account/link/"


def with_tickets(case: dict[str, Any]) -> dict[str, Any]:
    """Return the case, in which a ticket is expected wherever one is given."""
    for step in case["steps"]:
        expected = step.get("expect", {})
        links = step["do"].startswith("POST /v2/account/link/") and not step["do"].startswith(
            "POST /v2/account/link/email"
        )
        if links and expected.get("status") == IN_USE and "body" in expected:
            expected["body"] = {**expected["body"], "ticket": {"$token": {}}}
    return case


if __name__ == "__main__":
    recorded = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8").replace("defaulthttpkey", sys.argv[2]))
    sys.stdout.write(json.dumps([with_tickets(case) for case in recorded]))
