"""How pages are written: Jinja2, every value escaped, and the forms in which people read times, bans and changes."""

import json
import math
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_TOLD_ELSEWHERE = {"ban_by", "ban_reason", "disable_time"}
"""Of a ban: an entry has who, why and when itself."""

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


def render(template: str, **values: object) -> str:
    """Return a page."""
    return _ENVIRONMENT.get_template(template).render(values)


def when(text: str) -> str:
    """Return a time as RFC 3339 has it as people read it, in UTC; "" for none."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    shown = moment.strftime("%Y-%m-%d %H:%M:%S")
    return Markup('<time datetime="{}">{} <small>UTC</small></time>').format(text, shown)


def clock(seconds: float) -> str:
    """Return the time of day of a moment, in UTC, to the millisecond, with its date unless that is today's."""
    day, today = (time.strftime("%Y-%m-%d ", time.gmtime(moment)) for moment in (seconds, time.time()))
    text = time.strftime("%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}"
    return text if day == today else day + text


def dollars(amount: float) -> str:
    """Return an amount of money to two digits that count."""
    if amount <= 0:
        return "$0"
    digits = max(2, 1 - math.floor(math.log10(amount)))
    return f"${amount:,.{digits}f}" if amount >= 1e-6 else "under $0.000001"  # noqa: PLR2004 (a millionth)


def pretty(value: object) -> str:
    """Return JSON, given as such or as text, with a line for each of its parts; other text as it is."""
    try:
        return json.dumps(json.loads(value) if isinstance(value, str) else value, indent=2, ensure_ascii=False)
    except ValueError:
        return str(value)


def author(by: dict[str, str]) -> str:
    """Return who did something in short: of an ARN, what tells people apart."""
    return by.get("name", "").rpartition("/")[2] or {"player": "the player"}.get(by["kind"], by["kind"])


def changes(entry: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return what an entry says was changed: name, before, after."""
    before, after = entry.get("before", {}), entry.get("after", {})
    names = [
        name for name in {**before, **after} if before.get(name) != after.get(name) and name not in _TOLD_ELSEWHERE
    ]
    if after.get("disable_time") and "ban_until" not in after:
        names, after = [*names, "ban_until"], {**after, "ban_until": "for good"}
    return [(name.replace("_", " "), str(before.get(name, "")), str(after.get(name, ""))) for name in names]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "when": when,
        "clock": clock,
        "dollars": dollars,
        "pretty": pretty,
        "author": author,
        "changes": changes,
    }
    return environment


_ENVIRONMENT = _environment()
