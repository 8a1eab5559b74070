"""What the code of a process keeps from one request to the next: made anew for a new process, and put in its place."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from symbolon.duties import apple, google
from symbolon.internet.stalls import STALLS, Stalls
from symbolon.limits import budgets, counters, forgeries
from symbolon.limits.blind import BLIND, Blind
from symbolon.settings.settings import SETTINGS, SettingsSource
from symbolon.verification.keysets import KeySet

Memory = Sequence[tuple[Any, str, Any]]
"""What is kept: in which object, by which name, and what it is."""

_RECORDS_SECONDS = 3600
_WITH_KEYS = ("functions.apple.app", "functions.facebook.app", "functions.google.app")


def fresh() -> Memory:
    """Return what a new process has, which is nothing."""
    return [(holder, name, make()) for holder, name, make in _kept()]


def put_in_place(memory: Memory) -> None:
    """Let the code find it."""
    for holder, name, value in memory:
        setattr(holder, name, value)


@cache
def _kept() -> list[tuple[Any, str, Callable[[], Any]]]:
    sets = [apple.KEYS, *(import_module(name).KEYS for name in _WITH_KEYS)]
    return [
        (SETTINGS, "__dict__", lambda: dict(vars(SettingsSource()))),
        (STALLS, "__dict__", lambda: dict(vars(Stalls()))),
        (BLIND, "__dict__", lambda: dict(vars(Blind()))),
        (google.KEYS, "__dict__", lambda: dict(vars(google.Keys()))),
        *((keys, "__dict__", _empty(keys.url)) for keys in sets),
        (counters, "_trusted", dict),
        (counters, "_held", dict),
        (budgets, "_portions", dict),
        (forgeries, "_REFUSALS", _lately(forgeries.REMEMBERED_SECONDS)),
        (forgeries, "_RECORDS", _lately(_RECORDS_SECONDS)),
    ]


def _empty(url: str) -> Callable[[], dict[str, Any]]:
    return lambda: dict(vars(KeySet(url)))


def _lately(seconds: float) -> Callable[[], Any]:
    return lambda: forgeries._Lately(seconds)  # noqa: SLF001 (a process has one of its own)
