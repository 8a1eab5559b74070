"""How a request's line is written: as JSON without what goes without saying, by the standard library's logging.

Lambda takes each line of the standard output for an event of the log and leaves one that is JSON as it is:
https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html. The variable LOG_LEVEL is the least level that is
written: INFO, WARNING or ERROR.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

LOGGER = "symbolon"
"""Who wants to see the lines adds a handler to this logger; a record has its line as `line`, a mapping."""

TEXT = "request"


def write(level: int, line: Mapping[str, Any]) -> None:
    """Write a request's line at one of logging's levels."""
    _logger().log(level, TEXT, extra={"line": line})


def written(record: logging.LogRecord) -> str:
    """Return the line of a record as it is written: without what is empty, 0 or false, and what is as usual."""
    line = getattr(record, "line", {})
    dropped = {name for name, value in line.items() if not value and name != "duration_ms"}
    if line.get("outcome") == "ok":
        dropped |= {"status"} | ({"provider"} if line.get("provider") == line.get("service") else set())
    kept = {name: value for name, value in line.items() if name not in dropped}
    return json.dumps(_place(record) | kept, separators=(",", ":"), ensure_ascii=False, default=str)


def _place(record: logging.LogRecord) -> dict[str, str]:
    """Return the level where it is not the usual one, and the time where no CloudWatch keeps it."""
    place = {} if record.levelno == logging.INFO else {"level": record.levelname}
    if "SYMBOLON_LOCAL" in os.environ:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        place["timestamp"] = f"{moment}.{int(record.msecs):03}Z"
    return place


class _StandardOutput(logging.Handler):
    """Writes to what is the standard output at the moment, in one piece, so that no two lines mix."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line; a request whose line cannot be written is answered all the same."""
        try:
            sys.stdout.write(written(record) + "\n")
            sys.stdout.flush()
        except (OSError, ValueError):  # nobody reads it any more
            self.handleError(record)


@cache
def _logger() -> logging.Logger:
    logger = logging.getLogger(LOGGER)
    logger.setLevel(os.environ.get("LOG_LEVEL") or logging.INFO)
    logger.propagate = False  # to Lambda's own handler, which would write it once more
    if not any(isinstance(handler, _StandardOutput) for handler in logger.handlers):
        logger.addHandler(_StandardOutput())
    return logger
