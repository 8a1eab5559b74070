"""Times as people write them on a command line: 30m, 12h, 7d, 2w, or a moment as RFC 3339 has it."""

import re
import time

import click

_UNITS = {"m": 60, "h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}
_SPAN = re.compile(r"([1-9][0-9]{0,5})([mhdw])")


def seconds_of(span: str) -> int:
    """Return a span of time in seconds; raises click.BadParameter."""
    found = _SPAN.fullmatch(span.strip().lower())
    if found is None:
        raise click.BadParameter(f"{span!r} is no span of time such as 30m, 12h, 7d or 2w.")
    return int(found[1]) * _UNITS[found[2]]


def moment_in(seconds: float) -> str:
    """Return the moment that is so many seconds from now, as RFC 3339 has it; raises click.BadParameter."""
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
    except (ValueError, OverflowError) as error:
        raise click.BadParameter("That is further than clocks go.") from error


def since(text: str) -> str:
    """Return the moment that a span of time ago was, or the one that the text names."""
    return moment_in(-seconds_of(text)) if _SPAN.fullmatch(text.strip().lower()) else text
