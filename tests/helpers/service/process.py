"""What a function keeps for the life of its process, and how a test gets a new process without starting one."""

from urllib.parse import urlsplit

from symbolon.api import lines, telemetry
from symbolon.aws import signed
from symbolon.internet.stalls import STALLS
from symbolon.limits import budgets, counters, forgeries
from symbolon.settings.settings import SETTINGS


def restart() -> None:
    """Forget all that is kept."""
    SETTINGS.forget()
    forgeries.forget()
    budgets.forget()
    for one in (counters._held, counters._trusted):  # noqa: SLF001 (a process has them, and ends)
        one.clear()
    STALLS.forget()
    telemetry._first_request = True  # noqa: SLF001 (a new process is cold)
    lines._logger.cache_clear()  # noqa: SLF001 (the level is the environment's of its time)


def disconnect(url: str) -> None:
    """Close what this thread has kept open to a service."""
    signed._connections.close(urlsplit(url).netloc)  # noqa: SLF001 (a process closes it by ending)
