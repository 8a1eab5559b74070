"""Starting another function, to wait for it or not: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html."""

import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from symbolon.aws import signed
from symbolon.aws.signed import AwsError, Call
from symbolon.errors import Misconfigured, Unavailable

# The second attempt is for a kept connection that Lambda has closed; an event that arrives twice must do no harm.
_ATTEMPTS, _TIMEOUT_SECONDS = 2, 0.5


def start(variable: str, event: Mapping[str, object]) -> None:
    """Have Lambda run the function that the environment variable names, with the event, as soon as it can.

    Takes about a second at most. Raises Unavailable when Lambda does not take the event.
    """
    _invoke(variable, event, "Event", _TIMEOUT_SECONDS)


def ask(variable: str, event: Mapping[str, object], seconds: float) -> dict[str, Any]:
    """Have Lambda run the function that the environment variable names, and return its answer, a JSON object.

    Raises Unavailable when there is none within so many seconds. What a function that crashed leaves is an object, too.
    """
    return _invoke(variable, event, "RequestResponse", seconds)


def ask_once(function: str, event: Mapping[str, object], seconds: float) -> dict[str, Any]:
    """Have Lambda run a function of somebody else's, a name or an ARN, and return its answer, a JSON object.

    It is asked once, whatever happens. Raises Unavailable when there is no answer within so many seconds, or none that
    is a JSON object. A function that crashed has answered with `errorType`.
    """
    return _post(_call(function, event, "RequestResponse", seconds)._replace(once=True))


def _invoke(variable: str, event: Mapping[str, object], kind: str, seconds: float) -> dict[str, Any]:
    function = os.environ.get(variable)
    if not function:
        raise Misconfigured(f"{variable} is not set")
    return _post(_call(function, event, kind, seconds))


def _call(function: str, event: Mapping[str, object], kind: str, seconds: float) -> Call:
    headers = {"content-type": "application/json", "x-amz-invocation-type": kind}
    path = f"/2015-03-31/functions/{quote(function, safe='')}/invocations"
    return Call("lambda", headers, json.dumps(event).encode(), path, attempts=_ATTEMPTS, timeout=seconds)


def _post(call: Call) -> dict[str, Any]:
    try:
        return signed.post(call)
    except AwsError as error:
        raise Unavailable("A service that this one needs is not available.", "lambda") from error
