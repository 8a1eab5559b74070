"""How these commands talk: a question before what cannot be undone, time that passes, and how they end."""

import os
import sys
import time
from collections.abc import Callable, Iterable

from botocore.exceptions import BotoCoreError, ClientError

from local.errors import StackError

PAUSE_SECONDS = 3.0
"""Between two looks."""

GO_ON = "run the same command again to go on"


def status_of(work: Callable[[], object], comfort: str) -> int:
    """Do a command's work and give its exit status; what goes wrong is told in a line, `comfort` where AWS refused."""
    try:
        work()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS refused; {comfort}: {error}", file=sys.stderr)
        return 1
    return 0


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def confirm(question: str, answer: str) -> None:
    """Ask for an answer, letter for letter; YES=1 in the environment gives it. Raises StackError for any other."""
    if os.environ.get("YES") == "1":
        return
    try:
        said = input(f"{question}\nType {answer} to go on: ")
    except EOFError:
        said = ""
    if said.strip() != answer:
        raise StackError("Nothing was changed.")


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """Give rows as text with columns below one another."""
    listed = [*rows]
    widths = [max(map(len, column)) for column in zip(*listed, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in listed
    )


def wait_for(done: Callable[[], bool], what: str, seconds: float) -> None:
    """Wait until it is done. Raises StackError when it takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise StackError(f"{what} takes more than {seconds / 60:.0f} minutes; {GO_ON}.")
        time.sleep(PAUSE_SECONDS)
