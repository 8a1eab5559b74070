"""AWS's clients, whose refusals become sentences that say what is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.errors import StartError

_FORBIDDEN = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


@contextmanager
def telling(what: str, permissions: str) -> Iterator[None]:
    """Let what is done in the block fail with a StartError: `what` could not be had, which needs these permissions."""
    try:
        yield
    except ClientError as error:
        told: dict[str, Any] = dict(error.response.get("Error", {}))
        if told.get("Code") in _FORBIDDEN:
            message = f"Your AWS credentials do not let you see {what}: {permissions}."
        else:
            message = f"AWS does not give {what}: {' '.join(str(told.get('Message') or error).split())}"
        raise StartError(message) from error
    except BotoCoreError as error:
        raise StartError(f"AWS does not give {what}: {' '.join(str(error).split())}") from error
