"""What outlives a stack is found, while the stack lives and after it was deleted."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local.errors import StackError
from local.stacks.kept import SECRET, TABLE, Kept, Known, find_stack, read_kept, written

ID = "arn:aws:cloudformation:us-east-1:1:stack/game/0b7e"
TIME = "2026-11-26T12:00:00Z"
USERS = Kept("UsersTable", TABLE, "game-UsersTable-A1")
KEY = Kept("SessionKey", SECRET, "arn:aws:secretsmanager:us-east-1:1:secret:SessionKey-B2")


@pytest.fixture
def clouds() -> Any:  # noqa: ANN401 (botocore makes its clients from data)
    """Give a client of CloudFormation, with answers to come."""
    return boto3.client("cloudformation", region_name="us-east-1")


def stack(status: str, stack_id: str = ID) -> dict[str, Any]:
    """Give an answer of DescribeStacks."""
    parameters = [{"ParameterKey": "LogRetentionDays", "ParameterValue": "90"}]
    one = {"StackName": "game", "StackId": stack_id, "CreationTime": TIME, "StackStatus": status}
    return {"Stacks": [{**one, "Parameters": parameters}]}


def resource(kept: Kept, status: str) -> dict[str, str]:
    """Give a resource as CloudFormation lists it."""
    named = {"LogicalResourceId": kept.logical_id, "ResourceType": kept.kind, "PhysicalResourceId": kept.physical_id}
    return {**named, "ResourceStatus": status}


def test_living_stack(clouds: Any) -> None:  # noqa: ANN401
    """Of a living stack's resources, tables and secrets are what outlives it."""
    listed = [resource(one, "CREATE_COMPLETE") for one in (USERS, KEY, Kept("Api", "AWS::ApiGatewayV2::Api", "x"))]
    with Stubber(clouds) as answers:
        answers.add_response("describe_stacks", stack("UPDATE_COMPLETE"))
        summaries = [{**one, "LastUpdatedTimestamp": TIME} for one in listed]
        answers.add_response("list_stack_resources", {"StackResourceSummaries": summaries})
        known = find_stack(clouds, "game")

    assert known.lives
    assert {*known.kept} == {USERS, KEY}
    assert known.parameters == {"LogRetentionDays": "90"}


def test_deleted_stack(clouds: Any) -> None:  # noqa: ANN401
    """Of a stack that is gone it is what the deletion left alone; of several of one name, the last one's."""
    old = {"StackName": "game", "StackId": "old", "CreationTime": TIME, "DeletionTime": "2026-01-01T00:00:00Z"}
    new = {"StackName": "game", "StackId": ID, "CreationTime": TIME, "DeletionTime": "2026-11-01T00:00:00Z"}
    other = {"StackName": "other", "StackId": "other", "CreationTime": TIME, "DeletionTime": TIME}
    events = [resource(USERS, "DELETE_SKIPPED"), resource(KEY, "DELETE_SKIPPED"), resource(USERS, "CREATE_COMPLETE")]
    gone = [resource(Kept("Api", "AWS::ApiGatewayV2::Api", "x"), "DELETE_COMPLETE")]
    told = [{**one, "EventId": "1", "StackId": ID, "StackName": "game", "Timestamp": TIME} for one in events + gone]
    with Stubber(clouds) as answers:
        answers.add_client_error("describe_stacks", "ValidationError", "Stack with id game does not exist")
        summaries = [{**one, "StackStatus": "DELETE_COMPLETE"} for one in (old, new, other)]
        answers.add_response("list_stacks", {"StackSummaries": summaries})
        answers.add_response("describe_stacks", stack("DELETE_COMPLETE"), {"StackName": ID})
        answers.add_response("describe_stack_events", {"StackEvents": told}, {"StackName": ID})
        known = find_stack(clouds, "game")

    assert not known.lives
    assert {*known.kept} == {USERS, KEY}
    assert known.server_key == "0b7e"


def test_unknown_stack(clouds: Any) -> None:  # noqa: ANN401
    """A name that CloudFormation never heard is said to be unknown."""
    with Stubber(clouds) as answers:
        answers.add_client_error("describe_stacks", "ValidationError", "Stack with id game does not exist")
        answers.add_response("list_stacks", {"StackSummaries": []})
        with pytest.raises(StackError, match="knows no stack game"):
            find_stack(clouds, "game")


def test_other_errors_are_not_taken_for_absence(clouds: Any) -> None:  # noqa: ANN401
    """A refused permission is no proof that a stack is gone."""
    with Stubber(clouds) as answers:
        answers.add_client_error("describe_stacks", "AccessDenied", "not authorized")
        with pytest.raises(clouds.exceptions.ClientError, match="not authorized"):
            find_stack(clouds, "game")


def test_written_down(tmp_path: Path) -> None:
    """What was written down is read as it was, but as that of a stack that is gone."""
    file = tmp_path / "kept.json"
    file.write_text(written(Known(ID, "CREATE_COMPLETE", {"ServerKey": "mine"}, (USERS, KEY))))

    known = read_kept(str(file))

    assert (known.lives, known.server_key, known.kept) == (False, "mine", (USERS, KEY))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stack_id": "x", "parameters": {}, "kept": [{"a": 1}]}'])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    """A file of another kind is named as such."""
    file = tmp_path / "kept.json"
    file.write_text(text)

    with pytest.raises(StackError, match="is not what `make kept` writes"):
        read_kept(str(file))
