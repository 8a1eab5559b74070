"""Errors on the wire: one family, each with its gRPC code and the HTTP status that goes with it."""

from collections.abc import Callable
from typing import Any

import pytest

from symbolon import errors
from symbolon.api import responses
from symbolon.errors import AlreadyExists, Misconfigured, ResourceExhausted, SymbolonError, Unavailable
from tests.helpers.players.client import Call, Client
from tests.helpers.service import lambdas

STATUS_BY_CODE = {3: 400, 9: 400, 16: 401, 7: 403, 5: 404, 6: 409, 10: 409, 8: 429, 12: 501, 14: 503, 13: 500, 15: 500}
CODE_BY_NAME = {
    "InvalidArgument": 3,
    "NotFound": 5,
    "AlreadyExists": 6,
    "PermissionDenied": 7,
    "ResourceExhausted": 8,
    "FailedPrecondition": 9,
    "Misconfigured": 13,
    "Unavailable": 14,
    "Unauthenticated": 16,
}
FAMILY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SymbolonError)]


@pytest.mark.parametrize("kind", FAMILY)
def test_status_follows_from_the_code(kind: type[SymbolonError]) -> None:
    """Each error has the HTTP status that gRPC's gateway gives its code."""
    assert kind.status == STATUS_BY_CODE[kind.code]


@pytest.mark.parametrize("name", CODE_BY_NAME)
def test_codes_are_those_of_grpc(name: str) -> None:
    """An error that bears the name of a gRPC status has its code."""
    assert getattr(errors, name).code == CODE_BY_NAME[name]


def test_error_is_one_object_of_code_and_message() -> None:
    """The body of an error has code and message; what is for the operator stays behind."""
    answer = responses.failure(Misconfigured("the setting's name"))

    assert answer["statusCode"] == 500
    assert answer["body"] == '{"code":13,"message":"The service is not configured correctly."}'


@pytest.mark.parametrize("form", [responses.failure, responses.rpc_failure])
@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (Unavailable("busy"), "5"),
        (Unavailable("busy", retry_after=60), "60"),
        (ResourceExhausted("too many", retry_after=7), "7"),
    ],
)
def test_answer_says_when_to_come_back(form: Callable[..., dict[str, Any]], error: SymbolonError, seconds: str) -> None:
    """What may succeed later says after how many whole seconds, beside the headers that every answer has."""
    headers = form(error)["headers"]

    assert headers["retry-after"] == seconds
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("error", [AlreadyExists("taken"), ResourceExhausted("full"), Misconfigured("a setting")])
def test_waiting_is_not_advised_where_it_is_in_vain(error: SymbolonError) -> None:
    """What time alone does not mend says nothing of when to come back."""
    assert "retry-after" not in responses.failure(error)["headers"]


def test_answers_are_json_and_not_kept(client: Client) -> None:
    """Every answer says that it is JSON, and that nobody may store it."""
    for answer in (client.sign_in("anna"), client.authenticate("device")):
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("route", ["GET /v2/account", "POST /v2/account/authenticate/device", "GET /v2/user"])
@pytest.mark.parametrize("other", ["GET /nowhere", "$default", ""])
def test_route_of_another_function(route: str, other: str) -> None:
    """A function that gets a request for a route which is not its own answers as for an unknown one."""
    event = lambdas.make_event(Call(route)) | {"routeKey": other}

    answer = lambdas.handlers()[route](event, None)

    assert (answer["statusCode"], answer["body"]) == (404, '{"code":5,"message":"Not Found"}')


@pytest.mark.parametrize("body", ["", "null", "[]", "{", "7", '"text"', "{} {}", "\ufeff{}"])
def test_body_that_is_no_object(client: Client, body: str) -> None:
    """A body that is no JSON object is refused; none at all is an empty one."""
    answer = client.send(Call("POST /v2/account/authenticate/device", "", client.application, body))

    assert answer.error[:2] == (400, 3)
    assert (answer.body["message"] == "Device ID is required.") == (body == "")
