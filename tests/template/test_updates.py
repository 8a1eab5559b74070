"""An update of a stack, from any released version, replaces no table, no secret and not the API."""

import json
import re
from typing import Any

import pytest

from local import ROOT
from local.template.lasting import FROZEN, lasting
from tests.helpers.service.deployment import DOCUMENT, PARAMETERS, RESOURCES, nested

RELEASED = ROOT / "tests/template/released"
VERSIONS = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
NOW = lasting(DOCUMENT)
Resource = dict[str, Any]


def released(version: str) -> dict[str, Resource]:
    """Give what a version had that lasts, as `python -m local.template.lasting` wrote it down."""
    found: dict[str, Resource] = json.loads((RELEASED / f"{version}.json").read_text(encoding="utf-8"))
    return found


def replaced(before: dict[str, Resource], after: dict[str, Resource]) -> list[str]:
    """Give what an update would replace, take out of the stack, or make a new value for."""
    kept = ("Type", *{name for names in FROZEN.values() for name in names})
    return [
        f"{name}.{field}"
        for name, resource in before.items()
        for field in kept
        if resource.get(field) != after.get(name, {}).get(field)
    ]


def test_every_release_is_on_record() -> None:
    """Its commit is known, too, so that its code can run beside today's."""
    assert {*json.loads((RELEASED / "commits.json").read_text(encoding="utf-8"))} == {*VERSIONS}


def indexes(resource: Resource) -> dict[str, Any]:
    """Give a table's indexes by name."""
    return {index["IndexName"]: index for index in resource.get("GlobalSecondaryIndexes", [])}


@pytest.mark.parametrize("version", VERSIONS)
def test_no_update_replaces_what_lasts(version: str) -> None:
    """A rename, or a property that CloudFormation can only change by a replacement, is found, whoever made it."""
    assert replaced(released(version), NOW) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_updates_are_such_as_dynamodb_takes(version: str) -> None:
    """One update makes or deletes one index of a table at most; what an attribute is never changes."""
    for name, before in released(version).items():
        kinds = [
            {one["AttributeName"]: one["AttributeType"] for one in resource.get("AttributeDefinitions", [])}
            for resource in (before, NOW[name])
        ]
        changed = indexes(before).keys() ^ indexes(NOW[name]).keys()

        assert len(changed) <= 1, f"{name}: {changed}"
        assert all(kinds[1].get(attribute, kind) == kind for attribute, kind in kinds[0].items()), name
        assert all(indexes(NOW[name])[kept] == index for kept, index in indexes(before).items() if kept not in changed)
        assert before.get("TimeToLiveSpecification") in (None, NOW[name].get("TimeToLiveSpecification")), name


@pytest.mark.parametrize("name", NOW)
def test_no_parameter_replaces_what_lasts(name: str) -> None:
    """Where a change means a replacement, no parameter is named, and no version."""
    frozen = [RESOURCES[name].get("Properties", {}).get(field) for field in FROZEN[NOW[name]["Type"]]]
    named = {found["Ref"] for value in frozen for found in nested(value) if "Ref" in found}
    texts = [str(found.get("Fn::Sub", "")) for value in frozen for found in nested(value)]

    assert named & {*PARAMETERS} == set()
    assert [parameter for parameter in PARAMETERS for text in texts if f"${{{parameter}}}" in text] == []


@pytest.mark.parametrize(
    "broken",
    [
        {"UsersTable": {**NOW["UsersTable"], "TableName": "users"}},
        {"UsersTable": {**NOW["UsersTable"], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}},
        {"SessionKey": {**NOW["SessionKey"], "GenerateSecretString": {"PasswordLength": 32}}},
        {"Api": {"Type": "AWS::Serverless::Api"}},
        {"PlayersTable": NOW["UsersTable"], "UsersTable": {}},
    ],
    ids=["a name", "a key", "another secret", "another kind of API", "a rename"],
)
def test_replacements_are_found(broken: dict[str, Resource]) -> None:
    """What would lose players or keys is no update."""
    assert replaced(NOW, NOW) == []
    assert replaced(NOW, {**NOW, **broken}) != []
