"""Log lines as those read them who know what goes without saying: what a line leaves out is as usual."""

import json
from typing import Any

_USUAL = {"level": "INFO", "status": 200, "events": [], "cold_start": False, "read_units": 0.0, "write_units": 0.0}


def whole(text: str) -> dict[str, Any]:
    """Give a line with what it left out."""
    line: dict[str, Any] = json.loads(text)
    return _USUAL | {"provider": line.get("service", ""), "user_id": ""} | line


def timestamp(text: str) -> str:
    """Give what a line has for who reads it on this machine, and a deployed function's has not."""
    return f'"timestamp":"{json.loads(text)["timestamp"]}",'
