"""API Gateway in this world: from a request to the event of the function that has its route, and to an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.torture.world.deployment import deployment
from local.torture.world.faults import Place
from local.torture.world.world import World

_HOST = "abcdefghij.execute-api.us-east-1.amazonaws.com"
_FORBIDDEN, _NOT_FOUND = 403, 404
_OPERATOR = {"iam": {"userArn": "arn:aws:sts::123456789012:assumed-role/support/grace@studio.example"}}


@dataclass(frozen=True)
class HttpRequest:
    """A request, whose sender's address is `source`; `is_signed` by an operator or not."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str
    source: str
    is_signed: bool = False


def pass_on(world: World, request: HttpRequest, place: Place) -> tuple[dict[str, Any] | None, list[str]]:
    """Have the function that has the route serve it: its answer, None where there is none, and what went wrong."""
    match = deployment().router.match(request.method, request.path)
    if match is None:
        return {"statusCode": _NOT_FOUND, "headers": {}, "body": '{"message":"Not Found"}'}, []
    if match.route.is_signed and not request.is_signed:
        return {"statusCode": _FORBIDDEN, "headers": {}, "body": '{"message":"Forbidden"}'}, []
    event = {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": {"host": _HOST, "content-type": "application/json", **request.headers},
        "requestContext": {
            "http": {"method": request.method, "path": request.path, "sourceIp": request.source, "userAgent": "a game"},
            "requestId": f"request-{place.player}-{place.operation}",
            "routeKey": match.route.key,
            "stage": "$default",
            **({"authorizer": _OPERATOR} if match.route.is_signed else {}),
        },
        "isBase64Encoded": False,
    }
    optional = {"body": request.body, "pathParameters": dict(match.parameters)}
    return world.serve(match.target, event | {name: value for name, value in optional.items() if value}, place)
