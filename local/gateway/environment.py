"""Environment variables of one function's own, in a process that runs all functions, each request in a thread.

In Lambda a function has a process to itself. Its variables name the tables that it may reach, and hold the credentials
of its role: here too each function finds its own, and a request to AWS tells by its credentials whose it is.
"""

import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_NONE: Mapping[str, str] = MappingProxyType({})
_own: ContextVar[Mapping[str, str]] = ContextVar("own", default=_NONE)


@contextmanager
def own_variables(variables: Mapping[str, str]) -> Iterator[None]:
    """Have this thread, and no other, find these in `os.environ`, before what else is there."""
    if not isinstance(os.environ, _Environment):
        os.environ = _Environment(os.environ)  # type: ignore[assignment]  # noqa: B003 - it is still the environment
    before = _own.set(variables)
    try:
        yield
    finally:
        _own.reset(before)


class _Environment(MutableMapping[str, str]):
    """The variables of the process, to which all changes go, and over them the thread's own."""

    def __init__(self, of_the_process: MutableMapping[str, str]) -> None:
        self._of_the_process = of_the_process

    def __getitem__(self, name: str) -> str:
        own = _own.get()
        return own[name] if name in own else self._of_the_process[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._of_the_process[name] = value

    def __delitem__(self, name: str) -> None:
        del self._of_the_process[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.copy())

    def __len__(self) -> int:
        return len(self.copy())

    def __or__(self, other: Mapping[str, str]) -> dict[str, str]:
        return self.copy() | dict(other)

    def __ror__(self, other: Mapping[str, str]) -> dict[str, str]:
        return dict(other) | self.copy()

    def copy(self) -> dict[str, str]:
        """Give all variables as this thread finds them."""
        return {**self._of_the_process, **_own.get()}
