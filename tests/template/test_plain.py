"""The template without SAM and OpenAPI says the same as the one with them."""

import re
from typing import Any

import pytest

from local import ROOT
from local.template.plain import plain_template
from local.template.template import TEMPLATE, load_template
from tests.helpers.service.deployment import named

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    """Give the resources of the template, with artifacts in a bucket as `sam package` leaves them."""
    pytest.importorskip("samtranslator", reason="SAM's translator is not there for this Python")
    text = TEMPLATE.read_text(encoding="utf-8")
    packaged = re.sub(r"(CodeUri|ContentUri): \S+", r"\1: s3://artifacts/one", text)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        document = plain_template(packaged, {"Rollout": "AllAtOnce"})
    assert "Transform" not in document
    found: dict[str, Any] = document["Resources"]
    return found


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    """Give the properties of the resources of a type by logical id."""
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


def test_nothing_of_sam_is_left(resources: dict[str, Any]) -> None:
    """Every resource is one that CloudFormation knows, and the API has no body."""
    assert not [one["Type"] for one in resources.values() if one["Type"].startswith("AWS::Serverless")]
    assert "Body" not in resources["Api"]["Properties"]


def test_routes_are_those_of_the_template(resources: dict[str, Any]) -> None:
    """Each route leads to its own function's integration."""
    integrations = of_type(resources, "AWS::ApiGatewayV2::Integration")
    routes = {
        properties["RouteKey"]: integrations[re.findall(r"\w+", properties["Target"]["Fn::Sub"])[1]]["IntegrationUri"]
        for properties in of_type(resources, "AWS::ApiGatewayV2::Route").values()
    }

    wanted = {route.key: one.name for one in load_template().functions for route in one.routes}
    assert set(routes) == set(wanted)
    assert all(f"${{{wanted[key]}Aliaslive}}/invocations" in uri["Fn::Sub"] for key, uri in routes.items())


def test_cors_is_that_of_the_template(resources: dict[str, Any]) -> None:
    """What browsers may do is kept."""
    cors = resources["Api"]["Properties"]["CorsConfiguration"]

    assert set(load_template().cors.methods) == set(cors["allowMethods"])
    assert cors["allowOrigins"] == "*"


def test_alarms_are_of_one_metric(resources: dict[str, Any]) -> None:
    """An alarm over an expression, which the stand-in cannot calculate, is there and watches one of its metrics."""
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")

    assert alarms.keys() == set(named("AWS::CloudWatch::Alarm"))
    assert not [name for name, alarm in alarms.items() if "Metrics" in alarm or "MetricName" not in alarm]


def test_authorizers_are_written_out() -> None:
    """The example's two authorizers are resources, and each of its routes names its own."""
    pytest.importorskip("samtranslator", reason="SAM's translator is not there for this Python")
    text = (ROOT / "examples/studio-api/template.yaml").read_text(encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        resources = plain_template(re.sub(r"CodeUri: \S+", "CodeUri: s3://artifacts/one", text), {})["Resources"]

    authorizers = of_type(resources, "AWS::ApiGatewayV2::Authorizer")
    routes = of_type(resources, "AWS::ApiGatewayV2::Route")
    assert authorizers["ApiTokenAuthorizer"]["AuthorizerType"] == "JWT"
    assert authorizers["ApiTokenAuthorizer"]["JwtConfiguration"]["Issuer"] == {"Ref": "Issuer"}
    assert authorizers["ApiPlayerAuthorizer"]["EnableSimpleResponses"] is True
    assert authorizers["ApiPlayerAuthorizer"]["AuthorizerResultTtlInSeconds"] == 60
    assert {one["RouteKey"]: (one["AuthorizationType"], one["AuthorizerId"]) for one in routes.values()} == {
        "GET /by-token": ("JWT", {"Ref": "ApiTokenAuthorizer"}),
        "GET /by-player": ("CUSTOM", {"Ref": "ApiPlayerAuthorizer"}),
    }


def test_mail_is_let_out(resources: dict[str, Any]) -> None:
    """The stand-in asks for no identity of SES, so the one role that sends may send; in AWS as the sender alone."""
    sending = [name for name, role in of_type(resources, "AWS::IAM::Role").items() if "ses:SendEmail" in str(role)]
    text = str(resources["MailRole"])

    assert sending == ["MailRole"]
    assert "'Action': 'ses:SendEmail', 'Resource': '*'" in text
    assert "ses:FromAddress" not in text
