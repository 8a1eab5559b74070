"""template.yaml as CloudFormation without SAM and without OpenAPI, for a stand-in of AWS that knows neither.

SAM's own translator does the first; the second is here: an API's `Body` becomes integrations and routes.
"""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from local.template.roles import without_conditions

Resources = dict[str, Any]


def plain_template(packaged: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return what AWS would make of the text that `sam package` wrote, with these parameters.

    Raises ImportError on a Python that is newer than SAM's translator knows.
    """
    from samtranslator.translator.transform import transform  # noqa: PLC0415 (not every Python has it)
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 (as above)

    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of features that only AWS can turn on
    document: dict[str, Any] = transform(yaml_parse(packaged), dict(parameters), _NoPolicies())
    document.pop("Transform", None)
    for name, resource in list(document["Resources"].items()):
        if resource["Type"] == "AWS::SecretsManager::RotationSchedule":  # which MiniStack does not know
            del document["Resources"][name]
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
            _watch_one(resource["Properties"])
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in resource["Properties"]:
            document["Resources"] |= _written_out(name, resource["Properties"])
    return document


class _NoPolicies:
    """AWS's managed policies, of which the template names none."""

    def load(self) -> dict[str, str]:
        """Give them by name."""
        return {}


def _watch_one(alarm: dict[str, Any]) -> None:
    """Let an alarm over an expression watch the first of its metrics: MiniStack does not calculate, nor ring."""
    [first, *_] = [metric["MetricStat"] for metric in alarm.pop("Metrics") if "MetricStat" in metric]
    alarm |= {**first["Metric"], "Period": first["Period"], "Statistic": first["Stat"]}


def _written_out(api: str, properties: dict[str, Any]) -> Resources:
    """Take the body out of an API's properties and give the resources that say the same."""
    body = properties.pop("Body")
    properties.pop("FailOnWarnings", None)
    properties |= {"Name": body["info"]["title"], "ProtocolType": "HTTP"}
    if cors := body.get("x-amazon-apigateway-cors"):
        properties["CorsConfiguration"] = cors  # in OpenAPI's spelling, which MiniStack reads
    resources: Resources = {}
    for path, verbs in body["paths"].items():
        # SAM gives what belongs to a function its condition, at each step of the way.
        condition = {"Condition": verbs["Fn::If"][0]} if "Fn::If" in verbs else {}
        for verb, operation in without_conditions(verbs).items():
            key = path if path == "$default" else f"{verb.upper()} {path}"
            resources |= {name: one | condition for name, one in _route(api, key, operation).items()}
    return resources


def _route(api: str, key: str, operation: Mapping[str, Any]) -> Resources:
    integration = operation["x-amazon-apigateway-integration"]
    function = re.sub(r"\W", "", json.dumps(integration["uri"]).partition("/functions/")[2].partition("}")[0])
    target = {
        "ApiId": {"Ref": api},
        "IntegrationType": "AWS_PROXY",
        "IntegrationMethod": integration["httpMethod"],
        "IntegrationUri": integration["uri"],
        "PayloadFormatVersion": integration["payloadFormatVersion"],
    }
    route = {
        "ApiId": {"Ref": api},
        "RouteKey": key,
        "Target": {"Fn::Sub": f"integrations/${{{api}Integration{function}}}"},
        "AuthorizationType": "AWS_IAM" if {"AWS_IAM": []} in operation.get("security", []) else "NONE",
    }
    return {
        f"{api}Integration{function}": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": target},
        f"{api}Route{re.sub(r'[^A-Za-z0-9]', '', key)}": {"Type": "AWS::ApiGatewayV2::Route", "Properties": route},
    }
