"""template.yaml as these parameters make it: what is there, and what it refers to."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.helpers.service.deployment import CONDITIONS, DOCUMENT, PARAMETERS

_NOTHING = {"Ref": "AWS::NoValue"}
_PLACE = re.compile(r"\$\{(\w+)[.}]")
Parameters = Mapping[str, str]


def holds(condition: object, given: Parameters) -> bool:
    """Tell whether a condition, by name or as it is written, holds with these parameters and else the defaults."""
    if isinstance(condition, str):
        return holds(CONDITIONS[condition], given)
    assert isinstance(condition, dict)
    [(function, parts)] = condition.items()
    if function == "Condition":
        return holds(parts, given)
    if function == "Fn::Equals":
        first, second = (_value(part, given) for part in parts)
        return first == second
    known = {"Fn::Not": lambda found: not found[0], "Fn::And": all, "Fn::Or": any}
    return bool(known[function]([holds(part, given) for part in parts]))


def rendered(given: Parameters, part: str = "Resources") -> dict[str, Any]:
    """Give the resources, or the outputs, that there are with these parameters, each choice made."""
    return {
        name: _chosen({key: value for key, value in one.items() if key != "Condition"}, given)
        for name, one in DOCUMENT[part].items()
        if "Condition" not in one or holds(one["Condition"], given)
    }


def referred(value: object) -> Iterator[str]:
    """Give the names that a part of the template refers to."""
    if isinstance(value, list):
        for one in value:
            yield from referred(one)
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _named(key, one)
            yield from referred(one)


def _named(key: str, value: Any) -> list[str]:  # noqa: ANN401 - YAML in, YAML out
    if key == "Fn::Sub":
        return _PLACE.findall(value if isinstance(value, str) else value[0])
    if key not in ("Ref", "DependsOn", "Fn::GetAtt"):
        return []
    return [value.partition(".")[0]] if isinstance(value, str) else value[:1] if key == "Fn::GetAtt" else value


def _value(part: object, given: Parameters) -> str:
    if isinstance(part, dict) and "Ref" in part:
        name = part["Ref"]
        return str(given.get(name, PARAMETERS[name].get("Default", "")))
    if isinstance(part, dict):
        index, listed = part["Fn::Select"]
        return _value(listed, given).split(",")[int(index)]
    return str(part)


def _chosen(value: Any, given: Parameters) -> Any:  # noqa: ANN401 - YAML in, YAML out
    if isinstance(value, list):
        return [one for one in (_chosen(part, given) for part in value) if one != _NOTHING]
    if not isinstance(value, dict):
        return value
    if "Fn::If" in value:
        condition, so, otherwise = value["Fn::If"]
        return _chosen(so if holds(condition, given) else otherwise, given)
    found = {key: _chosen(one, given) for key, one in value.items()}
    return {key: one for key, one in found.items() if one != _NOTHING}
