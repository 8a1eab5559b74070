"""The section `limits` of the settings: how much of what is taken from one account or network. docs/limits.md."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from symbolon.errors import Misconfigured

_LEAST = {"account_guesses_per_hour": 10, "account_changes_per_hour": 20}
"""Of fewer, one of the parts that `symbolon.limits.guard` makes would be none, or a request could never succeed."""

_MAY_BE_OFF = frozenset({"import_pause_sec", "imports_per_minute"})


class Limits(NamedTuple):
    """The limits, each under its name in the settings, with its default. Those by network are off where they are 0."""

    free_guesses: int = 10
    """Failures in a row, of one network on one account, before the first delay."""

    first_delay_sec: int = 5
    """The delay after them. Each further failure doubles it."""

    longest_delay_sec: int = 900
    """What no delay exceeds."""

    account_guesses_per_hour: int = 100
    """Guesses at one account's secret, from everywhere together; at least 10."""

    network_guesses_per_hour: int = 300
    """Wrong guesses of one network, at whatever accounts that were never signed in to from there."""

    network_accounts_per_hour: int = 10_000
    """New accounts of one network: a carrier may have a whole city behind one address."""

    network_letters_per_hour: int = 60
    """Letters that one network may ask for."""

    network_device_codes_per_hour: int = 600
    """Devices of one network that ask to be signed in by another one."""

    address_letters_per_hour: int = 5
    """Letters to one address, whoever asks for them; more are not sent."""

    network_forgeries_per_hour: int = 30
    """Credentials of one network that a provider refused, before it is not asked about that network for a while."""

    import_pause_sec: int = 600
    """From one import of a player's friends after a sign-in with `sync` to the next; 0: none."""

    imports_per_minute: int = 40
    """Imports after sign-ins with `sync` that are started, of all players together; 0: no limit."""

    account_entries: int = 2000
    """Friends, open invites and blocks of one account."""

    account_open_invites: int = 200
    """Invites of one account that nobody has answered."""

    account_received_invites: int = 500
    """Invites to one account that it has not answered."""

    account_changes_per_hour: int = 600
    """Users whom one account may invite, remove or block; each is counted, whatever comes of it."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Return what a settings document says; raises Misconfigured for a name or a number that cannot be meant."""
        section = document.get("limits", {})
        if not isinstance(section, Mapping):
            raise Misconfigured("settings: limits must be an object")
        known = cls._fields
        for name, value in section.items():
            if name not in known:
                raise Misconfigured(f"settings: limits.{name} is not known, only {', '.join(known)}")
            least = 0 if name.startswith("network_") or name in _MAY_BE_OFF else _LEAST.get(name, 1)
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise Misconfigured(f"settings: limits.{name} must be a whole number, {least} or more")
        return cls(**section)


def calls_per_minute(place: str, section: Mapping[str, Any]) -> int:
    """Return what a provider is asked at most for sign-ins and links, by its section at `place`; 0 for no limit."""
    value = section.get("calls_per_minute", 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Misconfigured(f"settings: {place}.calls_per_minute must be a whole number, 0 or more")
    return value
