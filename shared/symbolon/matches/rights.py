"""What the settings say of matches: who may prepare them on every server, and which servers may register."""

from collections.abc import Mapping
from typing import Any

from symbolon.errors import Misconfigured
from symbolon.settings.settings import Settings


def is_allocator(user_id: str, settings: Settings) -> bool:
    """Tell whether the settings let the user prepare matches on every server; raises Misconfigured."""
    allocators = _section(settings).get("allocators", [])
    if not isinstance(allocators, list):
        raise Misconfigured("settings: match.allocators must be a list of user ids")
    return user_id in allocators


def admits_known_servers_only(settings: Settings) -> bool:
    """Tell whether game servers must have keys of their own to register; raises Misconfigured."""
    value = _section(settings).get("known_servers_only", False)
    if not isinstance(value, bool):
        raise Misconfigured("settings: match.known_servers_only must be true or false")
    return value


def _section(settings: Settings) -> Mapping[str, Any]:
    section = settings.document.get("match", {})
    if not isinstance(section, Mapping):
        raise Misconfigured("settings: match must be an object")
    return section
