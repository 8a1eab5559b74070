"""The section `records`: for how long records are kept, and whether what players do themselves is among them.

{"records": {"term_days": 365, "players": true}}, both optional.
"""

from collections.abc import Mapping
from typing import NamedTuple

from symbolon.errors import Misconfigured
from symbolon.settings.settings import Settings

_DAY = 24 * 3600
_DAYS = range(1, 3651)


class RecordSettings(NamedTuple):
    """For how many seconds operators' and providers' doings are kept, and for how many players' own; 0: not at all."""

    term: int
    of_players: int


def record_settings(settings: Settings) -> RecordSettings:
    """Read the section; raises Misconfigured, which names what is wrong."""
    section = settings.document.get("records", {})
    if not isinstance(section, Mapping):
        raise Misconfigured("settings: records must be an object")
    days, players = section.get("term_days", 365), section.get("players", True)
    if isinstance(days, bool) or days not in _DAYS:
        raise Misconfigured("settings: records.term_days must be a number of days, 1 to 3650")
    if not isinstance(players, bool):
        raise Misconfigured("settings: records.players must be true or false")
    return RecordSettings(days * _DAY, days * _DAY if players else 0)
