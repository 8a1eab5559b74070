"""What a function keeps for the life of its process, and how a test gets a new process without starting one."""

import logging

from symbolon import dynamodb, secrets, telemetry
from symbolon.settings import SETTINGS


def restart(*, clients: bool = True) -> None:
    """Forget all that is kept; without `clients` the AWS clients stay, which are slow to make and hold no state."""
    SETTINGS.forget()
    telemetry._first_request = True  # noqa: SLF001 (a new process is cold)
    telemetry._logger.cache_clear()  # noqa: SLF001 (it holds the standard output of its time)
    logging.Logger.manager.loggerDict.pop("service_undefined", None)
    if clients:
        dynamodb._client.cache_clear()  # noqa: SLF001 (a new process connects anew)
        secrets._client.cache_clear()  # noqa: SLF001 (as above)


_connected_to = [""]


def connect(endpoint: str) -> None:
    """Let the code's connection to DynamoDB be to `endpoint`, made anew where it was to another one."""
    if _connected_to != [endpoint]:
        dynamodb._client.cache_clear()  # noqa: SLF001 (as above)
        _connected_to[:] = [endpoint]
