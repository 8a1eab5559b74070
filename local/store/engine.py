"""The DynamoDB engine behind the functions: the embedded store, or another that the developer names."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from local import ROOT
from local.store.store import running_store


@dataclass(frozen=True)
class Engine:
    """Its URL, in words where it keeps its data, and whether it is still there, as far as that is known."""

    endpoint: str
    description: str
    is_running: Callable[[], bool]


@contextmanager
def running_engine(endpoint: str, folder: str) -> Iterator[Engine]:
    """Give the engine at `endpoint`, or when that is empty run the store in `folder`. Raises StartError."""
    if endpoint:
        yield Engine(endpoint, endpoint, lambda: True)
        return
    with running_store(ROOT / folder) as store:
        yield Engine(store.endpoint, f"embedded, kept in {folder}", store.is_running)
