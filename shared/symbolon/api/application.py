"""A function's entry point: from an API Gateway event to a route's handler, and to one answer and one log line."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from symbolon import started
from symbolon.api import responses, telemetry
from symbolon.api.request import Request, Trace
from symbolon.api.responses import Json, Page
from symbolon.errors import NotFound, SymbolonError, WentAround
from symbolon.settings.settings import SETTINGS, Settings

Handle = Callable[[Request, Settings], Mapping[str, Any] | Json | Page]
LambdaHandler = Callable[[dict[str, Any], object], dict[str, Any]]
Work = Callable[[Mapping[str, Any], Settings, Trace], None]
Reply = Callable[[Mapping[str, Any], Settings, Trace], Mapping[str, Any]]


class Route(NamedTuple):
    """What a route is called in the log, what serves it (its return value is the answer's body), and how it fails."""

    verb: str
    handle: Handle
    failure: Callable[[SymbolonError], dict[str, Any]] = responses.failure


def application(
    function: str, served: Mapping[str, Route], provider: str = "", *, has_heads: bool = True
) -> LambdaHandler:
    """Return the Lambda handler of a function, which serves the routes `served`.

    They are by route key ("POST /v2/account/…"), as template.yaml has them; `provider` is for the log. HEAD is served
    where GET is, unless told otherwise, by the same handler: whoever carries the answer leaves its body out.
    """
    gets = [key for key in served if key.startswith("GET ")] if has_heads else []
    routes = {**served, **{f"HEAD{key.removeprefix('GET')}": served[key] for key in gets}}

    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        request = Request(event)
        route = routes.get(request.route, UNKNOWN)
        request.trace.function, request.trace.verb, request.trace.provider = function, route.verb, provider
        with telemetry.observed(request.trace, context) as outcome:
            try:
                body = route.handle(request, _admitting(request, SETTINGS.current()))
            except SymbolonError as error:
                outcome.failed(error)
                return (responses.outside_failure if isinstance(error, WentAround) else route.failure)(error)
            if isinstance(body, Page) and body.error:
                outcome.failed(body.error)
            else:
                outcome.succeeded()
            return responses.success(body)

    started()
    return handler


class WorkFailed(Exception):
    """Work in the background failed in a way that another attempt may mend; Lambda makes two more."""


def background(function: str, verb: str, work: Work) -> Callable[[dict[str, Any], object], None]:
    """Return the Lambda handler of a function that others invoke asynchronously, with an event of their own form.

    It raises WorkFailed for what may pass, so that Lambda tries again, and only logs what will not.
    """

    def handler(event: dict[str, Any], context: object) -> None:
        trace = Trace(function, verb)
        with telemetry.observed(trace, context) as outcome:
            try:
                work(event, SETTINGS.current(), trace)
                outcome.succeeded()
            except SymbolonError as error:
                outcome.failed(error)
        if outcome.status >= SymbolonError.status:
            # Here, since Lambda's log would show what lies behind it: a library's error, with a URL and its secrets.
            raise WorkFailed(outcome.name)

    started()
    return handler


def answering(function: str, verb: str, reply: Reply) -> Callable[[dict[str, Any], object], Mapping[str, Any]]:
    """Return the Lambda handler of a function that others invoke and wait for, with an event of their own form.

    What it cannot answer it says by `error`, a gRPC code, and `retry_after`, in seconds.
    """

    def handler(event: dict[str, Any], context: object) -> Mapping[str, Any]:
        trace = Trace(function, verb)
        with telemetry.observed(trace, context) as outcome:
            try:
                answer = reply(event, SETTINGS.current(), trace)
            except SymbolonError as error:
                outcome.failed(error)
                return {"error": error.code, "retry_after": error.retry_after}
            outcome.succeeded()
            return answer

    started()
    return handler


def _admitting(request: Request, settings: Settings) -> Settings:
    """Give the settings, once the request came the way that they name, if they name one."""
    if "edge" in settings.document:
        from symbolon.api.edge import admit  # noqa: PLC0415 (few have something in front of the API)

        admit(request, settings)
    return settings


def _refuse(_request: Request, _settings: Settings) -> Mapping[str, Any]:
    raise NotFound("Not Found")


UNKNOWN = Route("unknown", _refuse)
"""What serves a path or method that has no route."""
