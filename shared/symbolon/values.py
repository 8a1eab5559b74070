"""What value classes share.

Those that a sign-in's function makes at its start are named tuples: Python makes such a class in a seventh of the time
that a dataclass takes, and there are some thirty of them. A named tuple shows all that it has, so one with a secret
says what its `repr` leaves out.
"""

from collections.abc import Mapping
from typing import Any, Protocol

NOTHING: Mapping[str, Any] = {}
"""The default of fields that are mappings; one for all, which nobody writes to."""


class _NamedTuple(Protocol):
    @property
    def _fields(self) -> tuple[str, ...]: ...


def concealing(value: _NamedTuple, *hidden: str) -> str:
    """Return the `repr` of a named tuple without the fields `hidden`, which are not for logs and tracebacks."""
    shown = (f"{name}={getattr(value, name)!r}" for name in value._fields if name not in hidden)
    return f"{type(value).__name__}({', '.join(shown)})"
