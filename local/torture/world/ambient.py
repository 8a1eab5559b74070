"""What the functions' code sees of its world: clock, chance, environment, the way out. All of it is put in place here.

Nothing of the code is changed: these are the standard library's own, and the one object that opens connections to AWS.
"""

import importlib
import os
import pkgutil
import random
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, tzinfo
from functools import cache
from types import ModuleType
from typing import Any, Literal, Self

import argon2
from argon2.exceptions import VerifyMismatchError

import symbolon
from local.torture.world.deployment import deployment
from local.torture.world.door import Door
from local.torture.world.internet import Internet, Workers
from local.torture.world.memory import fresh
from local.torture.world.processes import handler_of
from local.torture.world.services import Services
from local.torture.world.world import World
from symbolon.aws import signed
from symbolon.identities import passwords
from symbolon.internet import outbound

_gmtime = time.gmtime


class _CheapHasher(argon2.PasswordHasher):
    """argon2id at the least that there is: what it costs is no part of what is looked at."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 (argon2's name)
        """Compare with a hash of its own; another is of nobody's password."""
        if self.check_needs_rehash(str(hash)):
            raise VerifyMismatchError
        return super().verify(hash, password)


class _Datetime(datetime):
    """datetime, but for its own way to the clock, which is not `time.time`."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """Return the present time."""
        return cls.fromtimestamp(time.time(), tz)


class _Environment(Mapping[str, str]):
    """The variables of the function that goes on, and none of this machine; those of all where none does."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def _variables(self) -> Mapping[str, str]:
        visit = self._world.visit
        return deployment().variables[visit.process.function.name] if visit else deployment().all_variables

    def __getitem__(self, name: str) -> str:
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


@contextmanager
def inside(world: World) -> Iterator[None]:
    """Let all code that runs in the block see this world and no other."""
    replaced = [(holder, name, getattr(holder, name)) for holder, name, _ in _replacements(world)]
    try:
        for holder, name, value in _replacements(world):
            setattr(holder, name, value)
        random.seed(world.seed)
        yield
    finally:
        for holder, name, value in replaced:
            setattr(holder, name, value)


def _replacements(world: World) -> list[tuple[Any, str, Any]]:
    def urandom(size: int) -> bytes:
        return world.chance.randbytes(size)

    def gmtime(seconds: float | None = None) -> time.struct_time:
        return _gmtime(world.time() if seconds is None else seconds)

    return [
        (time, "time", world.time),
        (time, "time_ns", lambda: int(world.time() * 10**9)),
        (time, "monotonic", lambda: world.clock.now),
        (time, "perf_counter", lambda: world.clock.now),
        (time, "gmtime", gmtime),
        (time, "sleep", world.sleep),
        (os, "urandom", urandom),
        (os, "environ", _Environment(world)),
        (random, "_urandom", urandom),
        (signed, "_connections", Door(world, Services(world.engine, world.waiting, world.letters, world.told))),
        (outbound, "connect", Internet(world).connect),
        (outbound, "_WORKERS", Workers()),
        (passwords, "HASHER", _CheapHasher()),
        (sys, "stdout", world),
        *fresh(),
        *((module, "datetime", _Datetime) for module in _users_of_datetime()),
    ]


@cache
def _users_of_datetime() -> tuple[ModuleType, ...]:
    """Give the modules that took the class by its name, all of the functions' code being imported."""
    for found in pkgutil.walk_packages(symbolon.__path__, "symbolon."):
        importlib.import_module(found.name)
    for name in deployment().functions:
        handler_of(name)
    ours = [
        module for name, module in sys.modules.items() if name.partition(".")[0] in ("symbolon", "functions", "jwt")
    ]
    return tuple(module for module in ours if vars(module).get("datetime") is datetime)
