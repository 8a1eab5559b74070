"""The functions as API Gateway calls them: an event of payload format 2.0 in, an answer out, in this process."""

import json
import os
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from local.gateway.gateway import Handler
from local.gateway.handlers import load_handler
from local.gateway.routing import Router
from local.template.template import load_template
from symbolon.api.application import LambdaHandler
from tests.helpers.players.client import Answer, Call
from tests.helpers.watch import contract, leaks
from tests.helpers.watch.leaks import LEAKS

TEMPLATE = load_template()
ROUTER = Router([(route, function.name) for function in TEMPLATE.functions for route in function.routes])
_PROXY_HEADERS = {"host": "abcdefghij.execute-api.eu-central-1.amazonaws.com", "content-type": "application/json"}


OPERATOR = "arn:aws:sts::123456789012:assumed-role/support/grace@studio.example"


def signed_by(arn: str) -> dict[str, Any]:
    """Give what a request's context has of the signature that it bears.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    return {
        "accessKey": "ASIAXXXXXXXXXXXXXXXX",
        "accountId": "123456789012",
        "callerId": "AROAXXXXXXXXXXXXXXXXX:grace@studio.example",
        "cognitoIdentity": None,
        "principalOrgId": "o-xxxxxxxxxx",
        "userArn": arn,
        "userId": "AROAXXXXXXXXXXXXXXXXX:grace@studio.example",
    }


def invoke(call: Call) -> Answer:
    """Carry a call to the function that has its route."""
    return run(make_event(call))


def from_address(address: str) -> Callable[[Call], Answer]:
    """Give what carries calls from this IP address."""

    def carry(call: Call) -> Answer:
        event = make_event(call)
        event["requestContext"]["http"]["sourceIp"] = address
        return run(event)

    return carry


def run(event: dict[str, Any]) -> Answer:
    """Call the function that has the event's route; the event goes through JSON, as it does in AWS."""
    LEAKS.use(used_by(event))
    try:
        answer = handlers()[event["routeKey"]](json.loads(json.dumps(event)), None)
    except Exception:
        LEAKS.show("a traceback, which Lambda logs,", traceback.format_exc())
        raise
    is_page = answer["headers"].get("content-type", "").startswith("text/html")
    body = {} if is_page else json.loads(answer["body"] or "{}")
    assert isinstance(body, dict)
    shown = Answer(answer["statusCode"], answer["headers"], body, answer["body"])
    contract.compare(event, shown)
    if shown.status >= 400:
        LEAKS.show(f"the error {shown.status} of {event['routeKey']}", leaks.error_text(shown))
    LEAKS.use(leaks.of_text(shown.text))
    return shown


def used_by(event: dict[str, Any]) -> Iterator[str]:
    """Give the secrets that a request and the settings have."""
    for name in ("SETTINGS", "PROVIDER_SETTINGS"):
        yield from leaks.of_settings(os.environ.get(name, "{}"))
    headers, body = event.get("headers") or {}, event.get("body") or ""
    if not event.get("isBase64Encoded"):
        yield from leaks.of_request(headers, event.get("rawQueryString") or "", body, event.get("rawPath") or "")


def make_event(call: Call) -> dict[str, Any]:
    """Give the event for a call; a key without a value is absent, as API Gateway has it.

    A route that asks for a signature has been given one by OPERATOR.
    """
    method, path = call.route.split(" ") if " " in call.route else ("GET", "/nothing/is/there")
    match = ROUTER.match(method, path)
    parameters = dict(match.parameters) if match else {}
    route_key = match.route.key if match else call.route
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": call.query,
        "headers": _PROXY_HEADERS | dict(call.headers),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": _PROXY_HEADERS["host"],
            "domainPrefix": "abcdefghij",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "a test",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": route_key,
            "stage": "$default",
            "time": "10/Mar/2026:05:16:23 +0000",
            "timeEpoch": 1773119783000,
        },
        "isBase64Encoded": False,
    }
    if match and match.route.is_signed:
        event["requestContext"] |= {"authorizer": {"iam": signed_by(OPERATOR)}}
    return event | {name: value for name, value in {"body": call.body, "pathParameters": parameters}.items() if value}


@cache
def handlers() -> dict[str, LambdaHandler]:
    """Give the handlers of all functions by the routes that template.yaml gives them."""
    return {route.key: handler_of(function.name) for function in TEMPLATE.functions for route in function.routes}


@cache
def handler_of(name: str) -> Handler:
    """Give the handler of the function with this logical id; the tests set its variables, all but its name for AWS."""
    [function] = [function for function in TEMPLATE.functions if function.name == name]
    return load_handler(replace(function, environment={}), {})
