"""Reading template.yaml as a deployment would: what a function gets, what its role allows."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from local.template.cloudformation import load_document
from local.template.roles import resource_named, without_conditions
from local.template.template import TEMPLATE

DOCUMENT = load_document(TEMPLATE)
RESOURCES: dict[str, dict[str, Any]] = DOCUMENT["Resources"]
PARAMETERS: dict[str, dict[str, Any]] = DOCUMENT["Parameters"]
CONDITIONS: dict[str, Any] = DOCUMENT["Conditions"]
_GLOBALS: dict[str, Any] = DOCUMENT["Globals"]["Function"]["Environment"]["Variables"]


def named(kind: str) -> list[str]:
    """Give the logical ids of the resources of a type."""
    return [name for name, resource in RESOURCES.items() if resource["Type"] == kind]


FUNCTIONS = named("AWS::Serverless::Function")
TABLES = named("AWS::DynamoDB::Table")
SECRETS = named("AWS::SecretsManager::Secret")


def properties(name: str) -> dict[str, Any]:
    """Give the properties of a resource."""
    found: dict[str, Any] = RESOURCES[name]["Properties"]
    return found


def environment(function: str) -> dict[str, Any]:
    """Give a function's variables, those of all functions included, as the template has them."""
    return _GLOBALS | dict(properties(function).get("Environment", {"Variables": {}})["Variables"])


def folder(function: str) -> str:
    """Give the name that a function has in its folder, its routes and its log lines."""
    return str(properties(function)["CodeUri"]).strip("/").rpartition("/")[2]


def deployed(value: object) -> str:
    """Give a string as a deployment makes it, with the parameters' defaults and every condition true.

    What only AWS knows stays there as `${its name}`.
    """
    if not isinstance(value, dict):
        return str(value)
    [(function, argument)] = value.items()
    if function == "Ref":
        return str(PARAMETERS.get(argument, {}).get("Default", f"${{{argument}}}"))
    if function == "Fn::If":
        return deployed(argument[1])
    if function == "Fn::Join":
        parts = (
            [deployed(part) for part in argument[1]]
            if isinstance(argument[1], list)
            else deployed(argument[1]).split(",")
        )
        return str(argument[0]).join(parts)
    text, own = argument if isinstance(argument, list) else (argument, {})
    return re.sub(r"\$\{([\w.:]+)\}", lambda match: deployed(own.get(match[1], {"Ref": match[1]})), text)


def secrets_named(function: str) -> dict[str, str]:
    """Give the places in a function's settings that secrets fill, with the secrets' logical ids."""
    variables = environment(function)
    texts = (variables.get(name, "{}") for name in ("SETTINGS_SECRETS", "PROVIDER_SECRETS", "EDGE_SECRETS"))
    places: dict[str, str] = {place: arn for text in texts for place, arn in json.loads(deployed(text)).items()}
    rings = json.loads(deployed(variables.get("RINGS", "{}")))
    places |= {f"rings.{name}": arn for name, arn in rings.items()}
    return {place: arn.rpartition("${")[2].removesuffix("}").removesuffix(".Id") for place, arn in places.items()}


def statements(function: str) -> Iterator[dict[str, Any]]:
    """Give all that a function's role allows: its own policies and those of this template that are attached."""
    role = without_conditions(properties(properties(function)["Role"]["Fn::GetAtt"][0]))
    attached = [without_conditions(properties(policy["Ref"])) for policy in role.get("ManagedPolicyArns", [])]
    for policy in [*role.get("Policies", []), *attached]:
        yield from policy["PolicyDocument"]["Statement"]


def listed(value: object) -> list[Any]:
    """Give a list, where IAM takes one thing or a list of things."""
    return value if isinstance(value, list) else [value]


def allowed(resource: Mapping[str, Any]) -> str:
    """Give the logical id that a policy's resource names, followed by what follows its ARN, as an index does."""
    return resource_named(resource)


def nested(value: object) -> Iterator[Mapping[str, Any]]:
    """Give every mapping inside a document."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nested(item)
