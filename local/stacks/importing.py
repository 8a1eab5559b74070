"""The change set that makes a new stack of the tables and secrets of an old one.

CloudFormation imports what exists, changes nothing in it, and makes nothing else in the same step; the deployment that
follows adds the rest. A stack made so has no outputs yet, which an import may not have.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from local.stacks.kept import KEPT_TYPES, Kept, Known

Document = dict[str, Any]


def importable(document: Mapping[str, Any], known: Known) -> list[Kept]:
    """Give those of the kept resources that the template still has, by the same name and type, and keeps."""
    resources = document["Resources"]
    return [
        one
        for one in known.kept
        if resources.get(one.logical_id, {}).get("Type") == one.kind
        and resources[one.logical_id]["DeletionPolicy"] != "Delete"
    ]


def import_template(document: Mapping[str, Any], kept: Iterable[Kept]) -> Document:
    """Give the part of the template that an import may have: these resources, all parameters, conditions in use."""
    resources = {one.logical_id: document["Resources"][one.logical_id] for one in kept}
    wanted = {*_named([*resources.values()])}
    conditions = {name: document["Conditions"][name] for name in _needed(document["Conditions"], wanted)}
    return {
        "AWSTemplateFormatVersion": document["AWSTemplateFormatVersion"],
        "Parameters": {name: _short(one) for name, one in document["Parameters"].items()},
        **({"Conditions": conditions} if conditions else {}),
        "Resources": resources,
    }


def import_parameters(document: Mapping[str, Any], known: Known) -> list[dict[str, str]]:
    """Give the old stack's parameters that the template has, with its server key, which its id would no longer make."""
    values = {**known.parameters, "ServerKey": known.server_key}
    return [{"ParameterKey": name, "ParameterValue": values[name]} for name in document["Parameters"] if name in values]


def identified(kept: Iterable[Kept]) -> list[dict[str, Any]]:
    """Give the resources as a change set of type IMPORT names them."""
    return [
        {
            "ResourceType": one.kind,
            "LogicalResourceId": one.logical_id,
            "ResourceIdentifier": {KEPT_TYPES[one.kind]: one.physical_id},
        }
        for one in kept
    ]


def _short(parameter: Mapping[str, Any]) -> Document:
    """Leave out what is for people: a template that is sent along may have 51,200 bytes."""
    return {name: value for name, value in parameter.items() if name not in ("Description", "ConstraintDescription")}


def _needed(conditions: Mapping[str, Any], wanted: set[str]) -> set[str]:
    found = {name for one in wanted for name in _named(conditions[one])} - wanted
    return _needed(conditions, wanted | found) if found else wanted


def _named(value: object) -> Iterator[str]:
    """Give the conditions that a part of a template depends on."""
    if isinstance(value, Mapping) and isinstance(value.get("Condition"), str):
        yield value["Condition"]
    if isinstance(value, Mapping) and "Fn::If" in value:
        yield value["Fn::If"][0]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for one in inner:
        yield from _named(one)
