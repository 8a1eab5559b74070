"""Usernames from before their index are brought into it, once."""

import boto3
import pytest

from local.operate.usernames import complete, main
from tests.helpers.players.client import Client
from tests.helpers.players.operator import Operator
from tests.helpers.service.aws import Aws
from tests.helpers.service.store import Store


def test_old_rows_are_found_afterwards(client: Client, store: Store, aws: Aws) -> None:
    """A row without what the index needs gets it; others are left alone, and nothing is done twice."""
    anna = client.sign_in("anna")
    client.sign_in("annabel")
    store.put_username("anna", anna.user_id)
    assert Operator().found("ann") == [("annabel", "username")]
    dynamodb = boto3.client("dynamodb", "us-east-1", endpoint_url=aws.url)
    table = store.environment()["USERNAMES_TABLE"]

    assert [complete(dynamodb, table), complete(dynamodb, table)] == [1, 0]

    assert Operator().found("ann") == [("anna", "username"), ("annabel", "username")]


def test_row_that_goes_meanwhile(client: Client, store: Store, aws: Aws) -> None:
    """A username that is given up while the command runs does not come back."""
    anna = client.sign_in("anna")
    store.put_username("anna", anna.user_id)
    aws.overtake("UpdateItem", lambda: client.delete_account(anna))

    assert (
        complete(boto3.client("dynamodb", "us-east-1", endpoint_url=aws.url), store.environment()["USERNAMES_TABLE"])
        == 0
    )

    assert store.rows("UsernamesTable") == []


def test_no_stack(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no such stack, one line says so."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", "http://127.0.0.1:9")
    monkeypatch.setattr("local.operate.usernames._CONFIG", None)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    assert main(["--stack", "nothing", "--region", "us-east-1"]) == 1
    assert "The stack nothing is out of reach" in capsys.readouterr().err
