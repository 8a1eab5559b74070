"""The development gateway's answers, over HTTP on loopback, are those of API Gateway."""

import base64
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.gateway.answers import Answer as Response
from local.gateway.cors import preflight, with_cors
from local.gateway.gateway import MAX_BODY_BYTES, Gateway
from local.gateway.listener import listening
from local.stopping import stop
from local.template.template import Cors, Function, Route

Answer = tuple[int, dict[str, str], Any]
Call = Callable[..., Answer]

ROUTES = (
    Route("GET", "/echo"),
    Route("POST", "/echo"),
    Route("GET", "/items/{id}"),
    Route("GET", "/items/fixed"),
    Route("GET", "/deep/{rest+}"),
    Route("ANY", "/any"),
    Route("GET", "/any"),
)
CORS = Cors(
    origins=("https://game.example", "http://*.local"),
    methods=("GET", "POST"),
    headers=("authorization", "content-type"),
    exposed=("date",),
    max_age_sec=60,
)


class Functions:
    """Two functions: one answers with the event and context it was given, or with `result` when that is set."""

    result: Any = None

    def handler(self, event: dict[str, Any], context: Any) -> Any:  # noqa: ANN401 - as Lambda has it
        """Answer, or fail when `result` is an exception."""
        if isinstance(self.result, Exception):
            raise self.result
        facts = {
            "name": context.function_name,
            "memory": context.memory_limit_in_mb,
            "request_id": context.aws_request_id,
            "arn": context.invoked_function_arn,
            "left": context.get_remaining_time_in_millis(),
        }
        return {"event": event, "context": facts} if self.result is None else self.result


@pytest.fixture(scope="module")
def functions() -> Functions:
    """Give the handlers behind the gateway."""
    return Functions()


@pytest.fixture(scope="module")
def port(functions: Functions) -> Iterator[int]:
    """Give the port of a running gateway."""
    function = Function("EchoFunction", "functions/echo", "app.handler", 128, 3, {}, ROUTES)
    application = Gateway([(function, functions.handler)], CORS)
    server: Any = listening(application, host="127.0.0.1", port=0, max_request_body_size=2 * MAX_BODY_BYTES)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    stop(server)


@pytest.fixture
def call(port: int, functions: Functions) -> Iterator[Call]:
    """Give a function that sends a request and returns status, headers in lower case, and the JSON of the body."""

    def send(method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, found, json.loads(content) if content[:1] in (b"{", b"[") else content

    yield send
    functions.result = None


def event_of(answer: Answer) -> dict[str, Any]:
    """Give the event that the function got."""
    event: dict[str, Any] = answer[2]["event"]
    return event


def test_event_has_the_form_of_payload_2(call: Call) -> None:
    """A request becomes an event of payload format 2.0, with lower-case headers and decoded parameters."""
    event = event_of(call("GET", "/echo?a=1&b=x%20y&a=2&flag", X_Custom="Value", User_Agent="a test"))

    context = event["requestContext"]
    assert event["version"] == "2.0"
    assert event["routeKey"] == context["routeKey"] == "GET /echo"
    assert event["rawPath"] == "/echo"
    assert event["rawQueryString"] == "a=1&b=x%20y&a=2&flag"
    assert event["queryStringParameters"] == {"a": "1,2", "b": "x y", "flag": ""}
    assert event["headers"]["x-custom"] == "Value"
    assert event["isBase64Encoded"] is False
    assert context["stage"] == "$default"
    assert context["http"] == {
        "method": "GET",
        "path": "/echo",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "a test",
    }
    assert context["timeEpoch"] > 1_700_000_000_000


def test_an_address_is_where_the_connection_is_from(call: Call) -> None:
    """No header moves a client elsewhere: its address is that of its connection, as API Gateway has it."""
    names = ("X_Forwarded_For", "Forwarded", "X_Real_IP", "CloudFront_Viewer_Address", "X_Symbolon_Edge")

    event = event_of(call("GET", "/echo", **dict.fromkeys(names, "203.0.113.9:1")))

    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    assert event["headers"]["cloudfront-viewer-address"] == "203.0.113.9:1"


def test_event_leaves_out_what_there_is_not(call: Call) -> None:
    """Without query, path variables, cookies or body the event does not have their keys."""
    event = event_of(call("GET", "/echo"))

    assert not event.keys() & {"queryStringParameters", "pathParameters", "cookies", "body"}


def test_cookies_are_a_list_of_their_own(call: Call) -> None:
    """Cookies are in the event's list and in none of its headers."""
    event = event_of(call("GET", "/echo", Cookie="a=1; b=2"))

    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]


def test_json_body_is_text(call: Call) -> None:
    """A JSON body arrives as text, whatever alphabet it is in."""
    event = event_of(call("POST", "/echo", '{"a":"é"}'.encode(), Content_Type="application/json; charset=utf-8"))

    assert (event["body"], event["isBase64Encoded"]) == ('{"a":"é"}', False)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b'{"a":1}'),
        ("application/json", b"\xff\xfe"),
        ("image/png", b"png"),
        ("", b"{}"),
    ],
)
def test_other_bodies_are_base64(call: Call, content_type: str, body: bytes) -> None:
    """A form's body, one that is no UTF-8, one of another type and one without a type arrive in base64."""
    event = event_of(call("POST", "/echo", body, **({"Content_Type": content_type} if content_type else {})))

    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


def test_context_is_that_of_the_function(call: Call) -> None:
    """The context names the function, and the time left is within its timeout."""
    answer = call("GET", "/echo")

    context = answer[2]["context"]
    assert context["name"] == "EchoFunction"
    assert context["memory"] == "128"
    assert context["arn"].endswith(":function:EchoFunction")
    assert context["request_id"] == event_of(answer)["requestContext"]["requestId"] == answer[1]["apigw-requestid"]
    assert 2000 < context["left"] <= 3000


@pytest.mark.parametrize(
    ("path", "route", "parameters"),
    [
        ("/items/7", "GET /items/{id}", {"id": "7"}),
        ("/items/a%20b%C3%A9", "GET /items/{id}", {"id": "a bé"}),
        ("/items/fixed", "GET /items/fixed", None),
        ("/deep/a/b/c", "GET /deep/{rest+}", {"rest": "a/b/c"}),
        ("/deep/a/", "GET /deep/{rest+}", {"rest": "a/"}),
        ("/any", "GET /any", None),
    ],
)
def test_most_specific_route_wins(call: Call, path: str, route: str, parameters: dict[str, str] | None) -> None:
    """A fixed path is taken before a variable, a method before ANY, and variables arrive decoded."""
    event = event_of(call("GET", path))

    assert event["routeKey"] == route
    assert event.get("pathParameters") == parameters


def test_any_takes_other_methods(call: Call) -> None:
    """A route for ANY takes the methods that have none of their own."""
    assert event_of(call("DELETE", "/any"))["routeKey"] == "ANY /any"


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/items", "/items/", "/items/7/more", "/deep", "/deep/", "/echo/", "//echo"]
)
def test_unknown_route(call: Call, path: str) -> None:
    """A path without a route is answered by the gateway itself."""
    status, _, body = call("GET", path)

    assert (status, body) == (404, {"message": "Not Found"})


def test_method_without_a_route(call: Call) -> None:
    """A method that a path has no route for is as unknown as the path."""
    assert call("PUT", "/echo")[0] == 404


def test_large_body_is_refused(call: Call, functions: Functions) -> None:
    """One byte over API Gateway's limit is refused before it reaches the function."""
    functions.result = {"statusCode": 200, "body": ""}

    at_limit = call("POST", "/echo", b"x" * MAX_BODY_BYTES)[0]
    status, _, body = call("POST", "/echo", b"x" * (MAX_BODY_BYTES + 1))

    assert at_limit == 200
    assert (status, body) == (413, {"message": "Request Entity Too Large"})


def test_answer_is_passed_on(call: Call, functions: Functions) -> None:
    """Status, headers, cookies and body of the function's answer are what the client gets."""
    functions.result = {"statusCode": 418, "headers": {"X-Tea": "green"}, "cookies": ["a=1"], "body": "pot"}

    status, headers, body = call("GET", "/echo")

    assert (status, headers["x-tea"], headers["set-cookie"], body) == (418, "green", "a=1", b"pot")
    assert headers["content-type"] == "text/plain;charset=UTF-8"


def test_base64_answer_is_decoded(call: Call, functions: Functions) -> None:
    """A body in base64 is sent as the bytes that it stands for, whatever the status."""
    functions.result = {"statusCode": 299, "body": base64.b64encode(b"\x00\xff").decode(), "isBase64Encoded": True}

    assert call("GET", "/echo")[2] == b"\x00\xff"


def test_answer_without_status_is_json(call: Call, functions: Functions) -> None:
    """A result without a statusCode is the JSON body of a 200."""
    functions.result = {"any": "thing"}

    status, headers, body = call("GET", "/echo")

    assert (status, headers["content-type"], body) == (200, "application/json", {"any": "thing"})


@pytest.mark.parametrize("result", [RuntimeError("secret detail"), {"statusCode": 200, "body": {"no": "string"}}])
def test_failure_of_a_function_is_a_500(
    call: Call, functions: Functions, capfd: pytest.CaptureFixture[str], result: object
) -> None:
    """An exception or a malformed answer is API Gateway's 500; the reason is on the console, not in the answer."""
    functions.result = result

    status, _, body = call("GET", "/echo")

    assert (status, body) == (500, {"message": "Internal Server Error"})
    assert "EchoFunction failed:\nTraceback" in capfd.readouterr().err


def test_preflight_is_answered_by_the_gateway(call: Call) -> None:
    """A preflight gets the configuration's answer, even where the path has no OPTIONS route."""
    status, headers, _ = call("OPTIONS", "/echo", Origin="https://game.example", Access_Control_Request_Method="POST")

    assert status == 204
    assert headers["access-control-allow-origin"] == "https://game.example"
    assert headers["access-control-allow-methods"] == "GET,POST"
    assert headers["access-control-allow-headers"] == "authorization,content-type"
    assert headers["access-control-max-age"] == "60"


@pytest.mark.parametrize("headers", [{"Origin": "https://other.example"}, {}])
def test_preflight_of_a_stranger(call: Call, headers: dict[str, str]) -> None:
    """Another origin, or none, gets no CORS headers, which is how a browser is told to stop."""
    status, found, _ = call("OPTIONS", "/echo", Access_Control_Request_Method="POST", **headers)

    assert status == 204
    assert not [name for name in found if name.startswith("access-control-")]


@pytest.mark.parametrize("path", ["/echo", "/nowhere"])
def test_cors_headers_are_on_answers(call: Call, path: str) -> None:
    """An answer to an allowed origin says so, the gateway's own errors included; patterns count."""
    headers = call("GET", path, Origin="http://web.local")[1]

    assert headers["access-control-allow-origin"] == "http://web.local"
    assert headers["access-control-expose-headers"] == "date"


def test_cors_headers_of_a_function_are_dropped(call: Call, functions: Functions) -> None:
    """The configuration decides alone, whatever the function says."""
    functions.result = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}, "body": ""}

    assert "access-control-allow-origin" not in call("GET", "/echo")[1]


def test_any_origin_with_credentials() -> None:
    """A configuration for all origins answers with the asterisk, and says so when credentials are allowed."""
    cors = Cors(origins=("*",), credentials=True)

    assert preflight(cors, "https://any.example", "GET").headers == [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-credentials", "true"),
    ]


def test_without_configuration_the_function_decides() -> None:
    """Where the API has no CORS configuration, the headers of the function are passed on."""
    answer = Response(200, headers=[("access-control-allow-origin", "https://its.example")])

    assert with_cors(Cors(), "https://its.example", answer) == answer
