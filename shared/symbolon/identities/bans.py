"""Bans: an operator closes an account, for good or until a time that passes by itself.

A ban is attributes of the user's item, which every sign-in and every session reads anyway. `disable_time`, since when,
is Nakama's. One that has passed stays there until the next one, and means nothing.
"""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

ATTRIBUTES = {"since": "disable_time", "until": "ban_until", "reason": "ban_reason", "by": "ban_by"}

NOT_BANNED = "(attribute_not_exists(disable_time) OR ban_until <= :now)"
"""The condition, over a user's item, that no ban holds at the time `:now`."""


class Ban(NamedTuple):
    """A ban: since when and until when (RFC 3339 in UTC, "" for good), why, and by whom (an ARN)."""

    since: str
    until: str = ""
    reason: str = ""
    by: str = ""

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self | None:
        """Read the ban in a user's item, None where there is none."""
        said = {name: str(item[attribute]) for name, attribute in ATTRIBUTES.items() if item.get(attribute)}
        return cls(**said) if "since" in said else None

    @property
    def holds(self) -> bool:
        """Whether its end has not come yet."""
        return not self.until or self.until > rfc3339(time.time())

    def attributes(self) -> dict[str, str]:
        """Return what it is in a user's item."""
        return {attribute: text for name, attribute in ATTRIBUTES.items() if (text := getattr(self, name))}


def rfc3339(seconds: float) -> str:
    """Return a time since 1970 in UTC, to the second: two of them compare as texts."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
