"""What a template's roles allow, and what DynamoDB asks for."""

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from local.template.cloudformation import load_document
from local.template.roles import Permission, Roles, needed, permissions_of
from local.template.template import TEMPLATE

TEXT = """
Resources:
  PlayFunction:
    Type: AWS::Serverless::Function
    Properties: {Role: !GetAtt PlayRole.Arn}
  OwnFunction:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - !Ref SharedPolicy
        - Statement: {Effect: Allow, Action: "dynamodb:*", Resource: !GetAtt GamesTable.Arn}
  OddFunction:
    Type: AWS::Serverless::Function
    Properties: {Policies: %s}
  PlayRole:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [!Ref SharedPolicy]
      Policies:
        - PolicyName: play
          PolicyDocument:
            Statement:
              - !If
                - HasGames
                - {Effect: Allow, Action: dynamodb:Query, Resource: !Sub "${GamesTable.Arn}/index/Score"}
                - !Ref AWS::NoValue
              - !If [HasNothing, !Ref AWS::NoValue, {Effect: Allow, Action: x, Resource: !GetAtt GamesTable.Arn}]
  SharedPolicy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          Effect: Allow
          Action: [dynamodb:GetItem, dynamodb:PutItem]
          Resource: [!GetAtt UsersTable.Arn, !GetAtt GamesTable.Arn]
  GamesTable: {Type: AWS::DynamoDB::Table}
  UsersTable: {Type: AWS::DynamoDB::Table}
"""
SHARED = {(f"dynamodb:{action}", table) for action in ("GetItem", "PutItem") for table in ("UsersTable", "GamesTable")}


def read(folder: Path, odd: str = "[]") -> dict[str, Any]:
    """Give the template above, with these policies for its odd function."""
    (folder / "template.yaml").write_text(dedent(TEXT) % odd)
    return load_document(folder / "template.yaml")


def test_a_role_has_its_own_policies_and_those_attached_to_it(tmp_path: Path) -> None:
    """Statements are found in a role and in what it names, lists and single things alike, conditions being true."""
    document = read(tmp_path)

    assert permissions_of(document, "PlayFunction") == SHARED | {("dynamodb:Query", "GamesTable/index/Score")}


def test_a_function_may_have_policies_without_a_role(tmp_path: Path) -> None:
    """Policies that SAM makes a role of count as those of a role do."""
    document = read(tmp_path)

    assert permissions_of(document, "OwnFunction") == SHARED | {("dynamodb:*", "GamesTable")}


@pytest.mark.parametrize(
    "policies",
    [
        "[AWSLambdaExecute]",
        "[{DynamoDBCrudPolicy: {TableName: !Ref UsersTable}}]",
        "[{Statement: {Effect: Deny, Action: x, Resource: !GetAtt UsersTable.Arn}}]",
        "[{Statement: {Effect: Allow, Action: x, Resource: !ImportValue Other}}]",
        "[{Statement: {Effect: Allow, Action: x, Resource: !Sub 'arn:${AWS::Partition}:s3:::other'}}]",
    ],
)
def test_policies_that_cannot_be_read(tmp_path: Path, policies: str) -> None:
    """What this template does not define is never taken for nothing."""
    with pytest.raises(LookupError):
        permissions_of(read(tmp_path, policies), "OddFunction")


@pytest.mark.parametrize(
    ("operation", "arguments", "expected"),
    [
        ("GetItem", {"TableName": "s-UsersTable"}, {"GetItem UsersTable"}),
        ("Query", {"TableName": "s-GamesTable", "IndexName": "Score"}, {"Query GamesTable/index/Score"}),
        ("Query", {"TableName": "s-GamesTable"}, {"Query GamesTable"}),
        (
            "BatchGetItem",
            {"RequestItems": {"s-GamesTable": {}, "s-UsersTable": {}}},
            {"BatchGetItem GamesTable", "BatchGetItem UsersTable"},
        ),
        ("BatchWriteItem", {"RequestItems": {"s-GamesTable": []}}, {"BatchWriteItem GamesTable"}),
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "s-UsersTable"}},
                    {"Update": {"TableName": "s-UsersTable"}},
                    {"Delete": {"TableName": "s-GamesTable"}},
                    {"ConditionCheck": {"TableName": "s-GamesTable"}},
                ]
            },
            {"PutItem UsersTable", "UpdateItem UsersTable", "DeleteItem GamesTable", "ConditionCheckItem GamesTable"},
        ),
        ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "s-UsersTable"}}]}, {"GetItem UsersTable"}),
    ],
)
def test_what_a_request_takes(operation: str, arguments: dict[str, Any], expected: set[str]) -> None:
    """A transaction takes what its parts take, a batch takes permissions of its own, an index has a name of its own."""
    found = needed(operation, arguments)

    assert {f"{action.removeprefix('dynamodb:')} {resource}" for action, resource in found} == expected


def test_roles_tell_what_a_request_lacks(tmp_path: Path) -> None:
    """A request is refused for what the function's own role does not allow; patterns allow what they match."""
    roles = Roles(read(tmp_path))
    deletion = {"TransactItems": [{"Put": {"TableName": "s-UsersTable"}}, {"Delete": {"TableName": "s-GamesTable"}}]}

    assert roles.missing("PlayFunction", "TransactWriteItems", deletion) == {
        Permission("dynamodb:DeleteItem", "GamesTable")
    }
    assert roles.missing("OwnFunction", "TransactWriteItems", deletion) == frozenset()
    assert roles.missing("OddFunction", "GetItem", {"TableName": "s-UsersTable"})


def test_every_role_of_the_template_can_be_read() -> None:
    """Each function's role is of a form that this reader knows, and each allows writing a log."""
    document = load_document(TEMPLATE)
    functions = [name for name, found in document["Resources"].items() if found["Type"] == "AWS::Serverless::Function"]

    assert functions
    for function in functions:
        assert "logs:PutLogEvents" in {action for action, _ in permissions_of(document, function)}
