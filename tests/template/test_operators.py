"""Who may use which route for operators: those who sign, as far as a policy of the template allows."""

import json
import re
from typing import Any

import pytest

from local.template.cloudformation import load_document
from local.template.operators import may_invoke
from local.template.template import TEMPLATE, load_template
from tests.helpers.players.client import Call
from tests.helpers.service import lambdas
from tests.helpers.service.deployment import RESOURCES, nested, properties
from tests.template.test_rollout import transformed

DOCUMENT = load_document(TEMPLATE)
POLICIES = load_template().operator_policies
ROUTES = [(route, function.name) for function in load_template().functions for route in function.routes]
ID, OTHER, ENTRY = "5b7a1c3e-0d3f-4f5b-9a51-9b5a2f1c0f4e", "d41b5413-e97d-450f-9155-ae1a545316b7", "a" * 40
USER = f"/admin/v1/users/{ID}"
OF_SUPPORT = {
    "GET /admin/v1/users",
    f"GET {USER}",
    "GET /admin/v1/audit",
    f"GET {USER}/sessions",
    f"DELETE {USER}/sessions/{OTHER}",
    f"POST {USER}/signout",
    f"POST {USER}/resend",
    f"POST {USER}/unlink",
    f"POST {USER}/notes",
    f"POST {USER}/ban/short",
}
NOT_OF_SUPPORT = {
    f"PATCH {USER}",
    f"DELETE {USER}",
    f"POST {USER}/ban",
    f"POST {USER}/unban",
    f"GET {USER}/export",
    f"POST /admin/v1/audit/{ENTRY}/undo",
}


def asked(path: str) -> str:
    """Give a path such as operators ask for, for one that the template has."""
    return path.replace("{id}", ID).replace("{sid}", OTHER).replace("{entry}", ENTRY)


def may(policy: str, request: str) -> bool:
    """Tell whether who has a policy may send a request."""
    return may_invoke(POLICIES[policy], *request.split(" "))


def test_routes_for_operators_ask_for_a_signature_and_no_others() -> None:
    """A route is signed if it is below /admin, and all of these are of one function."""
    for route, function in ROUTES:
        assert route.is_signed == route.path.startswith("/admin/") == (function == "AdminFunction")


@pytest.mark.long
def test_signatures_are_asked_for_in_what_is_deployed() -> None:
    """SAM makes of it what API Gateway understands, for these routes alone."""
    body = transformed()["Api"]["Properties"]["Body"]
    scheme = body["components"]["securitySchemes"]["AWS_IAM"]

    assert scheme["x-amazon-apigateway-authtype"] == "awsSigv4"
    for path, verbs in body["paths"].items():
        operations = [found for found in nested(verbs) if "x-amazon-apigateway-integration" in found]
        secured = [operation.get("security") == [{"AWS_IAM": []}] for operation in operations]
        assert secured == [path.startswith("/admin/")] * len(operations)


def test_each_route_is_of_support_or_not() -> None:
    """No route is forgotten here, and all of them are the admin's."""
    routes = {f"{route.method} {asked(route.path)}" for route, _ in ROUTES if route.is_signed}

    assert routes == OF_SUPPORT | NOT_OF_SUPPORT
    assert all(may("OperatorAdmin", request) for request in routes)
    assert {request for request in routes if may("OperatorSupport", request)} == OF_SUPPORT


@pytest.mark.parametrize(
    "request_",
    [
        f"GET {USER}/",
        f"GET {USER}/export/",
        f"GET /admin/v1/users//{ID}/export",
        f"DELETE {USER}/sessions",
        f"POST {USER}/ban/short/../../ban",
        f"POST {USER}/sessions/../ban",
        f"GET /admin/v1/audit/{ENTRY}",
        f"GET /admin/v1/users/{ID}{ID}",
        "GET /v2/account",
    ],
)
def test_support_goes_no_further(request_: str) -> None:
    """What resembles an allowed path is not allowed."""
    assert not may("OperatorSupport", request_)


def test_what_question_marks_let_through_is_nobody() -> None:
    """A path as long as an id passes for one, but what it has in the id's place the function refuses."""
    path = f"/admin/v1/users/{ID[:-7]}/export"

    assert may("OperatorSupport", f"GET {path}")
    assert lambdas.invoke(Call(f"GET {path}")).error == (400, 3, "id invalid, must be a UUID.")


def test_admin_is_for_operators_routes_alone() -> None:
    """The policy of admins opens nothing besides."""
    assert not may("OperatorAdmin", "GET /v2/account")
    assert not may("OperatorAdmin", "POST /v2/account/authenticate/device")


@pytest.mark.parametrize("policy", POLICIES)
def test_policies_name_this_api_alone(policy: str) -> None:
    """A policy is about this stack's API, in its account and region, and about invoking it."""
    [statement] = properties(policy)["PolicyDocument"]["Statement"]
    arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/$default/"

    assert (statement["Effect"], statement["Action"]) == ("Allow", "execute-api:Invoke")
    assert all(found["Fn::Sub"].startswith(arn) for found in nested(statement["Resource"]))


def test_a_stack_without_it_names_nothing_of_it() -> None:
    """With OperatorsApi=false nothing refers to what is not there then."""
    kept = _without(DOCUMENT, "HasOperatorsApi")
    gone = {name for name, one in RESOURCES.items() if one.get("Condition") == "HasOperatorsApi"}

    assert {"AdminFunction", "AdminRole", "OperatorSupport", "OperatorAdmin"} <= gone
    text = json.dumps(kept)
    assert not [name for name in gone if re.search(rf'[{{"]{name}[.}}"]', text)]


def _without(value: Any, condition: str) -> Any:  # noqa: ANN401 (YAML in, YAML out)
    """Give a part of the template as it is where a condition does not hold."""
    if isinstance(value, list):
        return [_without(item, condition) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("Fn::If", [""])[0] == condition:
        return _without(value["Fn::If"][2], condition)
    kept = {name: item for name, item in value.items() if not _is_of(item, condition)}
    return {name: _without(item, condition) for name, item in kept.items()}


def _is_of(item: object, condition: str) -> bool:
    return isinstance(item, dict) and item.get("Condition") == condition
