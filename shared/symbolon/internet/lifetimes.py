"""For how long a provider's answer may be kept: as long as it says itself, between our bounds."""

import re

from symbolon.internet.answers import Answer

LEAST_AGE_SECONDS = 300
MOST_AGE_SECONDS = 24 * 3600
_MAX_AGE = re.compile(r"max-age=(\d{1,9})")


def lifetime(answer: Answer) -> float:
    """Return the seconds: https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.1, of which nothing else is heeded."""
    found = _MAX_AGE.search(answer.headers.get("cache-control", ""))
    return min(max(int(found[1]) if found else 0, LEAST_AGE_SECONDS), MOST_AGE_SECONDS)
