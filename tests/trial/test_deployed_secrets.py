"""A document's secrets go into the secrets that the deployed functions name."""

import json
from collections.abc import Iterator

import boto3
import pytest

from local.trial.deployed_settings import put_secrets
from local.trial.deployment import first_key


@pytest.fixture
def _functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have no function deployed, before and afterwards."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # another test's reads the environment that it had
    client = boto3.client("lambda")
    assert client.list_functions()["Functions"] == []
    yield
    for function in client.list_functions()["Functions"]:
        client.delete_function(FunctionName=function["FunctionName"])


def deploy_function(name: str, **secrets: dict[str, str]) -> None:
    """Make a function whose variables name secrets."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = boto3.client("iam").create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    boto3.client("lambda").create_function(
        FunctionName=name,
        Role=role,
        Runtime="python3.13",
        Handler="app.handler",
        Code={"ZipFile": b"code"},
        Environment={"Variables": {variable: json.dumps(places) for variable, places in secrets.items()}},
    )


def secret(text: str) -> str:
    """Make a secret and give its ARN."""
    return str(boto3.client("secretsmanager").create_secret(Name=f"deployed/{text}", SecretString=text)["ARN"])


def text_of(arn: str) -> str:
    """Give what is in a secret."""
    return str(boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])


@pytest.mark.usefixtures("_functions")
def test_secrets_are_put_where_functions_read_them() -> None:
    """A text is put as it is and a list as JSON, wherever a function names the place; other secrets stay."""
    keys, publisher, other = secret("keys"), secret("publisher"), secret("other")
    deploy_function("device", SETTINGS_SECRETS={"session.keys": keys, "session.refresh_keys": other})
    deploy_function(
        "steam", SETTINGS_SECRETS={"session.keys": keys}, PROVIDER_SECRETS={"steam.publisher_key": publisher}
    )

    left = put_secrets({"session": {"keys": ["new", "old"]}, "steam": {"app_id": 480, "publisher_key": "k"}})

    assert (json.loads(text_of(keys)), text_of(publisher), text_of(other)) == (["new", "old"], "k", "other")
    assert left == []


@pytest.mark.usefixtures("_functions")
def test_what_no_deployment_has_is_named() -> None:
    """A setting without a parameter or secret, and Nakama's published keys, are left out and named."""
    http_key = secret("generated")
    deploy_function("rpc", PROVIDER_SECRETS={"http_key": http_key})

    left = put_secrets({"http_key": "defaulthttpkey", "steam": {"app_id": 1, "refuse_vac_banned": True}})

    assert left == ["http_key", "steam.refuse_vac_banned"]
    assert text_of(http_key) == "generated"


@pytest.mark.parametrize(
    ("text", "key"), [('["now", "before"]', "now"), ("a bare one", "a bare one"), ("[x", "[x"), ("123", "123")]
)
def test_key_to_show(text: str, key: str) -> None:
    """A ring's first key is shown; a text that only begins as a list does is the key itself."""
    assert first_key(text) == key
