"""Requests to AWS: signed as the SDK signs them, over a connection that is kept, and sent again only when it helps."""

import json
import threading
import time
from pathlib import Path

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from symbolon.aws.signed import ATTEMPTS, AwsError, Call, post_json, signed_headers
from symbolon.errors import Misconfigured, Unavailable
from tests.helpers.service.aws import Aws

LIST = "DynamoDB_20120810.ListTables"
KEY_ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}


def open_files() -> int:
    """Give how many files, connections among them, this process has open."""
    return len(list(Path("/dev/fd").iterdir()))


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("token", ["", "a-session-token/with+signs=="])
@pytest.mark.parametrize(
    ("call", "host"),
    [
        (Call("dynamodb", {"x-amz-target": LIST, "content-type": "x"}, b'{"a":"\xc3\xa9"}'), "127.0.0.1:8000"),
        (Call("secretsmanager", {"x-amz-target": "secretsmanager.GetSecretValue"}, b"{}"), "secretsmanager.eu-west-1"),
        (Call("lambda", {}, b"", "/2015-03-31/functions/stack-Import-1aB/invocations"), "lambda.eu-west-1"),
        (Call("lambda", {}, b"", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Ax/invocations"), "lambda.eu-west-1"),
    ],
    ids=["dynamodb", "secretsmanager", "lambda", "arn"],
)
def test_signature_is_that_of_the_sdk(monkeypatch: pytest.MonkeyPatch, call: Call, host: str, token: str) -> None:
    """At the same second the SDK's own signer gives the same header, with temporary credentials and without."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    request = AWSRequest(
        "POST", f"https://{host}{call.path}", data=call.body, headers=dict(call.headers) | {"host": host}
    )
    signer = SigV4Auth(Credentials(KEY_ID, SECRET, token or None), call.service, "eu-west-1")
    signer.add_auth(request)

    ours = signed_headers(call, host, time.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ"))

    assert ours["authorization"] == request.headers["Authorization"]


def test_connection_ends_with_its_thread(aws: Aws, recwarn: pytest.WarningsRecorder) -> None:
    """A thread leaves no connection behind, and does not leave it to the garbage collection to close it either."""
    before = open_files()

    for _ in range(5):
        thread = threading.Thread(target=post_json, args=("dynamodb", LIST, {}))
        thread.start()
        thread.join()

    gone_by = time.monotonic() + 5
    while open_files() > before and time.monotonic() < gone_by:
        time.sleep(0.01)  # the other end is closed by a thread of the test's own
    assert (len({asked.connection for asked in aws.asked}), open_files()) == (5, before)
    assert not recwarn.list


def test_connection_is_kept(aws: Aws) -> None:
    """One request after another goes over one connection."""
    for _ in range(3):
        assert "TableNames" in post_json("dynamodb", LIST, {})

    assert len({asked.connection for asked in aws.asked}) == 1


def test_connection_that_failed_is_not_kept(aws: Aws) -> None:
    """After a connection was lost the next attempt has another one."""
    aws.lose("ListTables")

    post_json("dynamodb", LIST, {})

    assert len(aws.asked) == len({asked.connection for asked in aws.asked}) == 2


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("status", [500, 503, 0])
def test_number_of_attempts(aws: Aws, status: int) -> None:
    """An outage is asked three times, and then told."""
    with aws.outage(status), pytest.raises(Unavailable):
        post_json("dynamodb", LIST, {})

    assert len(aws.asked) == ATTEMPTS


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "ConditionalCheckFailedException"])
def test_refusal_is_not_sent_again(aws: Aws, code: str) -> None:
    """What was refused for good is refused once, with the answer's fields."""
    aws.refuse("ListTables", code, Item={"a": {"S": "b"}})

    with pytest.raises(AwsError) as caught:
        post_json("dynamodb", LIST, {})

    assert (caught.value.code, caught.value.answer["Item"]) == (code, {"a": {"S": "b"}})
    assert len(aws.asked) == 1


@pytest.mark.parametrize("name", CREDENTIALS)
def test_missing_credentials_are_named(aws: Aws, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Without credentials nothing is sent, and the variable is named."""
    monkeypatch.delenv(name)

    with pytest.raises(Misconfigured) as caught:
        post_json("dynamodb", LIST, {})

    assert caught.value.detail == f"{name} is not set"
    assert aws.asked == []


@pytest.mark.parametrize(
    ("region", "host"),
    [("eu-central-1", "dynamodb.eu-central-1.amazonaws.com"), ("cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn")],
)
def test_endpoint_is_that_of_the_region(monkeypatch: pytest.MonkeyPatch, region: str, host: str) -> None:
    """Without an endpoint of its own a service is where AWS has it, which a test may not reach."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB")
    monkeypatch.setenv("AWS_REGION", region)

    with pytest.raises(RuntimeError, match=f"^a test wants to reach {host}$"):
        post_json("dynamodb", LIST, {})


def test_request_is_that_of_the_protocol(aws: Aws) -> None:
    """A request is JSON under the headers of AWS's protocol."""
    post_json("dynamodb", LIST, {"Limit": 1})

    [asked] = aws.asked
    assert json.loads(asked.body) == {"Limit": 1}
    assert asked.headers["content-type"] == "application/x-amz-json-1.0"
    assert asked.headers["x-amz-target"] == LIST
