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

_AUTHORIZER = "x-amazon-apigateway-authorizer"


def plain_template(packaged: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return what AWS would make of the text that `sam package` wrote, with these parameters.

    Raises ImportError on a Python that is newer than SAM's translator knows.
    """
    document = _transformed(packaged, parameters)
    document.pop("Transform", None)
    for name, resource in list(document["Resources"].items()):
        if resource["Type"] == "AWS::SecretsManager::RotationSchedule":  # which MiniStack does not know
            del document["Resources"][name]
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
            _watch_one(resource["Properties"])
        if resource["Type"] == "AWS::IAM::Role":
            _let_write(resource["Properties"])
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in resource["Properties"]:
            document["Resources"] |= _written_out(name, resource["Properties"])
    return document


def sam_resources(packaged: str) -> Resources:
    """Give the resources that SAM makes of a template's text, with its parameters' defaults. Raises ImportError."""
    resources: Resources = _transformed(packaged, {})["Resources"]
    return resources


def _transformed(packaged: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    from samtranslator.translator.transform import transform  # noqa: PLC0415 (not every Python has it)
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415 (as above)

    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of features that only AWS can turn on
    document: dict[str, Any] = transform(yaml_parse(packaged), dict(parameters), _NoPolicies())
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


def _let_write(part: Any) -> None:  # noqa: ANN401 (any part of a role)
    """Let a role send mail as anybody: MiniStack asks for no identity there, and does not know who the sender is."""
    if isinstance(part, dict) and part.get("Action") == "ses:SendEmail":
        part["Resource"] = "*"
        part.pop("Condition", None)
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _let_write(inner)


def _written_out(api: str, properties: dict[str, Any]) -> Resources:
    """Take the body out of an API's properties and give the resources that say the same."""
    body = properties.pop("Body")
    properties.pop("FailOnWarnings", None)
    properties |= {"Name": body["info"]["title"], "ProtocolType": "HTTP"}
    if cors := body.get("x-amazon-apigateway-cors"):
        properties["CorsConfiguration"] = cors  # in OpenAPI's spelling, which MiniStack reads
    schemes = body.get("components", {}).get("securitySchemes", {})
    own = {name: one[_AUTHORIZER] for name, one in schemes.items() if _AUTHORIZER in one}
    resources: Resources = {f"{api}{name}Authorizer": _authorizer(api, name, said) for name, said in own.items()}
    for path, verbs in body["paths"].items():
        # SAM gives what belongs to a function its condition, at each step of the way.
        condition = {"Condition": verbs["Fn::If"][0]} if "Fn::If" in verbs else {}
        for verb, operation in without_conditions(verbs).items():
            allowed = _authorization(api, operation, own)
            key = path if path == "$default" else f"{verb.upper()} {path}"
            resources |= {name: one | condition for name, one in _route(api, key, operation, allowed).items()}
    return resources


def _authorizer(api: str, name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    source, jwt = said["identitySource"], said.get("jwtConfiguration")
    properties = {
        **_capitalized({field: value for field, value in said.items() if field != "type"}),
        "ApiId": {"Ref": api},
        "Name": name,
        "AuthorizerType": said["type"].upper(),
        "IdentitySource": source if isinstance(source, list) else [source],
        **({"JwtConfiguration": _capitalized(jwt)} if jwt else {}),
    }
    return {"Type": "AWS::ApiGatewayV2::Authorizer", "Properties": properties}


def _capitalized(said: Mapping[str, Any]) -> dict[str, Any]:
    """Give what OpenAPI's extensions say under CloudFormation's names."""
    return {f"{name[0].upper()}{name[1:]}": value for name, value in said.items()}


def _route(api: str, key: str, operation: Mapping[str, Any], authorization: Mapping[str, Any]) -> Resources:
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
        **authorization,
    }
    return {
        f"{api}Integration{function}": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": target},
        f"{api}Route{re.sub(r'[^A-Za-z0-9]', '', key)}": {"Type": "AWS::ApiGatewayV2::Route", "Properties": route},
    }


def _authorization(api: str, operation: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a route says of who may call it; `own` are the API's own authorizers."""
    names = [name for one in operation.get("security", []) for name in one]
    if not names or names == ["NONE"]:
        return {"AuthorizationType": "NONE"}
    if names[0] not in own:
        return {"AuthorizationType": names[0]}
    kind = {"jwt": "JWT", "request": "CUSTOM"}[own[names[0]]["type"]]
    return {"AuthorizationType": kind, "AuthorizerId": {"Ref": f"{api}{names[0]}Authorizer"}}
