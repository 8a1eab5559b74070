"""The port that the console listens on, of loopback alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from local.console.console import MAX_FORM_BYTES, Console
from local.pages import Door, running_pages

DOOR = Door("console", "CONSOLE_PORT", 7351, MAX_FORM_BYTES)


@contextmanager
def running_console(asked: str, console: Console, *, is_needed: bool = False) -> Iterator[str]:
    """Serve the console while the block runs, and say where; raises StartError. `running_pages` tells the rest."""
    with running_pages(DOOR, asked, console, is_needed=is_needed) as where:
        yield where
