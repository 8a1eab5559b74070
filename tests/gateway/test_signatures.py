"""Routes for operators at the local gateway: signed requests get through, and nothing else does."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from local.errors import StartError
from local.gateway.gateway import Gateway
from local.gateway.iam.operators import CREDENTIALS_FILE, PROFILES, KeyPair, Operators, key_pairs
from local.gateway.listener import listening
from local.stopping import stop
from local.template.template import Cors, Function, Route
from tests.helpers.service.clock import Clock

ROUTES = (Route("GET", "/signed/{name}", is_signed=True), Route("POST", "/signed", is_signed=True))
OPEN = Route("GET", "/open")
POLICIES = {"OperatorAdmin": ("*/signed*",), "OperatorSupport": ("GET/signed/a?c",)}
FORBIDDEN = (403, {"message": "Forbidden"})
Answer = tuple[int, Any]


def echo(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer what the function was told of the caller."""
    told = {"caller": event["requestContext"].get("authorizer"), "body": event.get("body", "")}
    return {"statusCode": 200, "body": json.dumps(told)}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, KeyPair]:
    """Give the key pairs of a server by profile."""
    return {pair.profile: pair for pair in key_pairs(tmp_path_factory.mktemp("state"))}


@pytest.fixture(scope="module")
def url(pairs: dict[str, KeyPair]) -> Iterator[str]:
    """Give the URL of a gateway with signed routes."""
    function = Function("EchoFunction", "functions/echo", "app.handler", 128, 3, {}, (*ROUTES, OPEN))
    application = Gateway([(function, echo)], Cors(), Operators(list(pairs.values()), POLICIES))
    server: Any = listening(application, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    stop(server)


def signed(request: AWSRequest, pair: KeyPair, region: str = "us-east-1", service: str = "execute-api") -> AWSRequest:
    """Sign a request as AWS's SDKs do."""
    SigV4Auth(Credentials(pair.access_key, pair.secret), service, region).add_auth(request)
    return request


def send(request: AWSRequest | AWSPreparedRequest) -> Answer:
    """Send a request and give status and JSON of the answer."""
    answer = URLLib3Session().send(request.prepare() if isinstance(request, AWSRequest) else request)
    return answer.status_code, json.loads(answer.content)


@pytest.mark.parametrize("target", ["a", "%C3%A4%20b", "a?x=1&b=%C3%A4%2F&a&c=", "a%3Ab"])
def test_signed_request(url: str, pairs: dict[str, KeyPair], target: str) -> None:
    """A signed request gets through, whatever its path and query, and the function is told who sent it."""
    status, body = send(signed(AWSRequest("GET", f"{url}/signed/{target}"), pairs["default"]))

    assert status == 200
    caller = body["caller"]["iam"]
    assert caller["userArn"] == "arn:aws:iam::000000000000:user/OperatorAdmin"
    assert caller["accessKey"] == pairs["default"].access_key
    assert caller.keys() == {
        *("accessKey", "accountId", "callerId", "cognitoIdentity", "principalOrgId", "userArn", "userId")
    }


def test_signed_body(url: str, pairs: dict[str, KeyPair]) -> None:
    """A body is covered by the signature."""
    request = AWSRequest("POST", f"{url}/signed", data=b'{"a": 1}', headers={"content-type": "application/json"})
    prepared = signed(request, pairs["default"]).prepare()
    assert send(prepared)[1]["body"] == '{"a": 1}'

    prepared.body = b'{"a": 2}'

    assert send(prepared) == FORBIDDEN


def test_hash_of_another_body(url: str, pairs: dict[str, KeyPair]) -> None:
    """A hash that a client gives of its body, or refuses to give, takes no part in what the body is."""
    for claimed in ("0" * 64, "UNSIGNED-PAYLOAD"):
        request = AWSRequest("POST", f"{url}/signed", data=b"{}", headers={"X-Amz-Content-SHA256": claimed})
        assert send(signed(request, pairs["default"])) == FORBIDDEN


def test_strangers(url: str, pairs: dict[str, KeyPair]) -> None:
    """No signature, another kind of one, a stranger's key and a wrong secret are refused alike."""
    known = pairs["default"]
    requests = [
        AWSRequest("GET", f"{url}/signed/a"),
        AWSRequest("GET", f"{url}/signed/a", headers={"authorization": "Basic ZGVmYXVsdGtleTo="}),
        signed(AWSRequest("GET", f"{url}/signed/a"), KeyPair("default", "LOCALSTRANGER", known.secret)),
        signed(AWSRequest("GET", f"{url}/signed/a"), KeyPair("default", "LOCALSTRANGER", "")),
        signed(AWSRequest("GET", f"{url}/signed/a"), KeyPair("default", known.access_key, "another-secret")),
        signed(AWSRequest("GET", f"{url}/signed/a"), known, region="eu-central-1"),
        signed(AWSRequest("GET", f"{url}/signed/a"), known, service="dynamodb"),
    ]

    assert [send(request) for request in requests] == [FORBIDDEN] * len(requests)


@pytest.mark.parametrize("change", ["path", "query", "method", "date", "unsigned date"])
def test_request_that_was_changed(url: str, pairs: dict[str, KeyPair], change: str) -> None:
    """What was signed for one request is good for no other."""
    prepared = signed(AWSRequest("GET", f"{url}/signed/a?x=1"), pairs["default"]).prepare()
    if change == "path":
        prepared.url = f"{url}/signed/b?x=1"
    elif change == "query":
        prepared.url = f"{url}/signed/a?x=2"
    elif change == "method":
        prepared.method, prepared.url = "POST", f"{url}/signed"
    elif change == "date":
        prepared.headers["X-Amz-Date"] = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + 60))
    else:
        prepared.headers["Authorization"] = prepared.headers["Authorization"].replace("host;x-amz-date", "host")

    assert send(prepared) == FORBIDDEN


@pytest.mark.parametrize("ahead", [-400, 400])
def test_clocks_that_differ(url: str, pairs: dict[str, KeyPair], clock: Clock, ahead: float) -> None:
    """A signature is good for five minutes, by clocks that agree as well as that."""
    prepared = signed(AWSRequest("GET", f"{url}/signed/a"), pairs["default"]).prepare()
    clock.advance(ahead / 2)
    assert send(prepared)[0] == 200

    clock.advance(ahead / 2)

    assert send(prepared) == FORBIDDEN


def test_support(url: str, pairs: dict[str, KeyPair]) -> None:
    """Who has the policy of support gets no further than that."""
    support = pairs["support"]

    assert send(signed(AWSRequest("GET", f"{url}/signed/abc"), support))[0] == 200
    assert send(signed(AWSRequest("GET", f"{url}/signed/abcd"), support)) == FORBIDDEN
    assert send(signed(AWSRequest("POST", f"{url}/signed"), support)) == FORBIDDEN


def test_open_route(url: str) -> None:
    """A route that asks for no signature is told of no caller."""
    assert send(AWSRequest("GET", f"{url}/open")) == (200, {"caller": None, "body": ""})


def test_gateway_without_operators() -> None:
    """A gateway that knows no operators lets nobody in."""
    function = Function("EchoFunction", "functions/echo", "app.handler", 128, 3, {}, ROUTES)
    environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": "/signed"}
    setup_testing_defaults(environ)
    statuses: list[str] = []

    Gateway([(function, echo)], Cors())(
        environ | {"REMOTE_ADDR": "127.0.0.1"}, lambda status, _headers: statuses.append(status)
    )

    assert statuses == ["403 Forbidden"]


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    """The file is made once, nobody else can read it, and a server that starts again finds the same keys."""
    state = tmp_path / "a folder"

    first = key_pairs(state)
    (state / CREDENTIALS_FILE).chmod(0o644)
    second = key_pairs(state)

    assert first == second
    assert (state / CREDENTIALS_FILE).stat().st_mode & 0o777 == 0o600
    assert {pair.profile for pair in first} == {*PROFILES}
    assert len({pair.secret for pair in first}) == len(PROFILES)
    assert min(len(pair.secret) for pair in first) >= 40


@pytest.mark.parametrize("content", ["", "[default]\n", "nonsense", "[default]\naws_access_key_id = a\n"])
def test_file_without_keys(tmp_path: Path, content: str) -> None:
    """A file that has no keys stops the server, with a line that says which file it is."""
    (tmp_path / CREDENTIALS_FILE).write_text(content)

    with pytest.raises(StartError, match="does not have the operators' keys"):
        key_pairs(tmp_path)
