"""What the development side reads out of a template."""

from pathlib import Path

import pytest

from local.template.template import Cors, Function, Route, Template, load_template

TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Parameters:
  Origins: {Type: CommaDelimitedList, Default: "https://a.example,https://b.example"}
  Memory: {Type: Number, Default: 256}
  Key: {Type: String}
Globals:
  Function:
    Handler: app.handler
    MemorySize: !Ref Memory
    Environment:
      Variables:
        USERS_TABLE: !Ref UsersTable
        GREETING: !Sub "hello ${AWS::StackName}"
        SHARED: from globals
        KEY: !Ref Key
        SECRET: !Sub "${Secret.Arn}"
        CHOICE: !If [IsLive, a, b]
        PLAY_FUNCTION: !Ref PlayFunction
        ARN: !GetAtt Secret.Arn
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration:
        AllowOrigins: !Ref Origins
        AllowMethods: [GET]
        AllowHeaders: [authorization]
        ExposeHeaders: [date]
        MaxAge: 60
        AllowCredentials: true
  PlayFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/play/
      Timeout: 7
      Environment: {Variables: {SHARED: its own}}
      Events:
        One: {Type: HttpApi, Properties: {Path: "/play/{id}", Method: get}}
        Any: {Type: HttpApi, Properties: {Path: "/all/{rest+}"}}
        Timer: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
  UsersTable:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: user_id, AttributeType: S}]
      KeySchema: [{AttributeName: user_id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      DeletionProtectionEnabled: true
      TimeToLiveSpecification: {AttributeName: expires_at, Enabled: true}
  NamedTable:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: own-name
      AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
      KeySchema: [{AttributeName: a, KeyType: HASH}]
"""


@pytest.fixture
def template(tmp_path: Path) -> Template:
    """Give the template above, read."""
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return load_template(path)


@pytest.fixture
def function(template: Template) -> Function:
    """Give its only function."""
    return template.functions[0]


def test_function_is_described(function: Function) -> None:
    """A function comes with its folder, handler, memory and timeout, defaults from Globals and parameters included."""
    described = (function.name, function.directory, function.handler, function.memory_mb, function.timeout_sec)

    assert described == ("PlayFunction", "functions/play", "app.handler", 256, 7)


def test_only_http_events_are_routes(function: Function) -> None:
    """A route has its method in capitals, ANY where the template names none; other events are no routes."""
    assert function.routes == (Route("GET", "/play/{id}"), Route("ANY", "/all/{rest+}"))


def test_environment_has_what_is_known_here(function: Function) -> None:
    """References to tables, functions and parameters become values; what only a deployment knows is left out."""
    assert function.environment == {
        "PLAY_FUNCTION": "PlayFunction",
        "USERS_TABLE": "symbolon-UsersTable",
        "GREETING": "hello symbolon",
        "SHARED": "its own",
    }


def test_table_has_the_arguments_to_create_it(template: Template) -> None:
    """A table's keys are taken over, its protections are not, and its TTL attribute stands apart."""
    users = template.tables[0]

    assert users.ttl_attribute == "expires_at"
    assert users.create_arguments == {
        "TableName": "symbolon-UsersTable",
        "AttributeDefinitions": [{"AttributeName": "user_id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "user_id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


def test_table_keeps_its_own_name(template: Template) -> None:
    """A TableName in the template is used as it is."""
    assert template.tables[1].name == "own-name"


def test_cors_configuration_is_read(template: Template) -> None:
    """The CORS configuration comes from the API, lists from parameters included."""
    assert template.cors == Cors(
        origins=("https://a.example", "https://b.example"),
        methods=("GET",),
        headers=("authorization",),
        exposed=("date",),
        max_age_sec=60,
        credentials=True,
    )


def test_api_without_cors(tmp_path: Path) -> None:
    """A template that says nothing of CORS has an empty configuration."""
    path = tmp_path / "template.yaml"
    path.write_text("Resources: {Api: {Type: AWS::Serverless::HttpApi}}")

    assert load_template(path).cors == Cors()


def test_functions_of_this_project_know_their_tables() -> None:
    """The names of tables in the environment of template.yaml's functions are those of tables that it defines."""
    template = load_template()
    defined = {table.name for table in template.tables}
    variables = [item for function in template.functions for item in function.environment.items()]

    used = {value for name, value in variables if name.endswith("_TABLE")}

    assert used == defined
