"""The change set of a recovery has all that CloudFormation asks of an import, and no more than it allows."""

import json
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from local.errors import StackError
from local.stacks import asking
from local.stacks.importing import identified, import_parameters, import_template, importable
from local.stacks.kept import SECRET, TABLE, Kept, Known
from local.stacks.recover import recover
from local.template.cloudformation import load_document
from local.template.template import TEMPLATE

DOCUMENT = load_document(TEMPLATE)
RESOURCES: dict[str, Any] = DOCUMENT["Resources"]
PASSING = {"EdgeSecret"}
"""What goes with its stack: it is shown by one CloudFront, and nobody's session hangs on it."""
LASTING = [name for name, one in RESOURCES.items() if one["Type"] in (TABLE, SECRET) and name not in PASSING]
ALL = [Kept(name, RESOURCES[name]["Type"], f"old-{name}") for name in LASTING]
FORMER = Known("arn:aws:cloudformation:us-east-1:1:stack/game/0b7e", "DELETE_COMPLETE", {"SteamAppId": "480"}, (*ALL,))


def references(value: object) -> set[str]:
    """Give what a part of a template refers to by `Ref` and `Fn::If`, and in texts."""
    if isinstance(value, list):
        return {name for one in value for name in references(one)}
    if not isinstance(value, dict):
        return set()
    own = {str(value[key]) for key in ("Ref", "Condition") if isinstance(value.get(key), str)}
    own |= {value["Fn::If"][0]} if "Fn::If" in value else set()
    return own | {name for one in value.values() for name in references(one)}


def test_everything_that_lasts_is_retained_and_rolled_back() -> None:
    """Tables and secrets outlive a stack, and not a first deployment that failed; a replacement leaves the old one."""
    assert len(LASTING) > 15
    for name in LASTING:
        assert RESOURCES[name]["DeletionPolicy"] == "RetainExceptOnCreate", name
        assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain", name


def test_template_stands_for_itself() -> None:
    """What the import's template refers to is defined there; it has no outputs, which an import may not have."""
    body = import_template(DOCUMENT, ALL)

    known = {*body["Parameters"], *body["Conditions"], *body["Resources"], "AWS::NoValue"}
    assert {*body["Resources"]} == {*LASTING}
    assert references([body["Resources"], body["Conditions"]]) <= known
    assert "Outputs" not in body
    assert "Transform" not in body


def test_template_can_be_sent_along() -> None:
    """With all tables and secrets it is within what a request to CloudFormation may hold."""
    assert len(json.dumps(import_template(DOCUMENT, ALL))) < 51_200


def test_only_what_is_left_is_imported() -> None:
    """A table that the template no longer has, or that is new in it, is not asked for."""
    known = Known("x", "DELETE_COMPLETE", {}, (ALL[0], Kept("GoneTable", TABLE, "x"), Kept("Api", TABLE, "y")))

    assert importable(DOCUMENT, known) == [ALL[0]]


def test_parameters_stay() -> None:
    """The old stack's parameters are taken over, and the server key that its id made; what the template lost is not."""
    known = Known(FORMER.stack_id, "DELETE_COMPLETE", {"SteamAppId": "480", "OldParameter": "x"})

    given = {one["ParameterKey"]: one["ParameterValue"] for one in import_parameters(DOCUMENT, known)}

    assert given == {"SteamAppId": "480", "ServerKey": "0b7e"}


def test_resources_are_named_as_their_types_ask() -> None:
    """A table is named by TableName, a secret by Id."""
    asked = {one["ResourceType"]: {*one["ResourceIdentifier"]} for one in identified(ALL)}

    assert asked == {TABLE: {"TableName"}, SECRET: {"Id"}}


def test_failing_change_set_leaves_no_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """When CloudFormation cannot import, its reason is told, and the empty stack is taken away again."""
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0)
    clouds = boto3.client("cloudformation", region_name="us-east-1")
    failed = {"Status": "FAILED", "StatusReason": "old-UsersTable was not found"}
    with Stubber(clouds) as answers:
        answers.add_response("create_change_set", {"Id": "arn:change-set", "StackId": "x"}, dict.fromkeys(ASKED, ANY))
        for _ in range(3):
            answers.add_response("describe_change_set", failed)
        answers.add_response("delete_stack", {}, {"StackName": "game"})
        with pytest.raises(StackError, match="old-UsersTable was not found"):
            recover(clouds, "game", FORMER)
        answers.assert_no_pending_responses()


def test_nothing_left_is_no_stack() -> None:
    """A stack that left nothing is not made again."""
    with pytest.raises(StackError, match="left no table"):
        recover(boto3.client("cloudformation", region_name="us-east-1"), "game", Known("x", "DELETE_COMPLETE"))


ASKED = ("StackName", "ChangeSetName", "ChangeSetType", "TemplateBody", "Parameters", "ResourcesToImport")
