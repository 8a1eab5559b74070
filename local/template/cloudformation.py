"""Reading a CloudFormation document without deploying it: short tags become plain objects, references become values."""

import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

try:  # written in C, it takes a tenth of the time, but not every build of PyYAML has it
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

STACK_NAME = "symbolon"
_PSEUDO_PARAMETERS = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": STACK_NAME,
    "AWS::URLSuffix": "amazonaws.com",
}
_PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")


class UnresolvedError(LookupError):
    """A value that exists in AWS only: an ARN, a generated secret, the outcome of a condition."""


class _Loader(SafeLoader):
    """SafeLoader that takes CloudFormation's short tags."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load_document(path: Path) -> dict[str, Any]:
    """Give the template at `path`, `!Sub x` as `{"Fn::Sub": "x"}`. Raises OSError or yaml.YAMLError."""
    return deepcopy(_parsed(path.read_text(encoding="utf-8")))


@cache
def _parsed(text: str) -> dict[str, Any]:
    """Parse a document once, which takes ten times as long as a copy of what it says."""
    # A subclass of SafeLoader: nothing but data comes out of it.
    document: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506
    return document


def table_name(document: Mapping[str, Any], logical_id: str) -> str:
    """Give the name a table has here: its own, or one formed as CloudFormation does, so that engines can be shared."""
    own = document["Resources"][logical_id].get("Properties", {}).get("TableName")
    return own if isinstance(own, str) else f"{STACK_NAME}-{logical_id}"


def resolve(document: Mapping[str, Any], value: Any) -> Any:  # noqa: ANN401 - YAML in, YAML out
    """Give `value` without intrinsic functions. Raises UnresolvedError when only a deployment could tell."""
    if isinstance(value, list):
        return [resolve(document, item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Ref"}:
        return _reference(document, value["Ref"])
    if set(value) == {"Fn::Sub"} and isinstance(value["Fn::Sub"], str):
        return _PLACEHOLDER.sub(lambda match: str(_reference(document, match[1])), value["Fn::Sub"])
    if any(key.startswith("Fn::") for key in value):
        raise UnresolvedError(next(iter(value)))
    return {key: resolve(document, item) for key, item in value.items()}


def _reference(document: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - a parameter's default has any type
    if name in _PSEUDO_PARAMETERS:
        return _PSEUDO_PARAMETERS[name]
    parameter = document.get("Parameters", {}).get(name, {})
    if "Default" in parameter:
        default = parameter["Default"]
        return default.split(",") if parameter.get("Type") == "CommaDelimitedList" else default
    kind = document["Resources"].get(name, {}).get("Type")
    if kind == "AWS::DynamoDB::Table":
        return table_name(document, name)
    if kind == "AWS::Serverless::Function":
        return name  # local.gateway.invocations knows functions by their logical ids
    raise UnresolvedError(name)
