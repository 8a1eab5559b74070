"""The development gateway's connections: what it takes for HTTP, when it hangs up, and what it refuses by itself."""

import gzip
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.gateway.gateway import Gateway
from local.gateway.listener import listening
from local.stopping import stop
from local.template.template import DEFAULT, Cors, Function, Route

ROUTES = (Route("GET", "/echo"), Route("HEAD", "/echo"), Route("POST", "/echo"), DEFAULT)
CORS = Cors(origins=("*",), methods=("GET",), headers=("authorization",))
PREFLIGHT = {"Origin": "https://game.example", "Access-Control-Request-Method": "GET"}


def echo(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer with the event."""
    return {"statusCode": 404 if event["routeKey"] == "$default" else 200, "body": json.dumps(event)}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Give the port of a running gateway."""
    application = Gateway([(Function("EchoFunction", "functions/echo", "app.handler", 128, 3, {}, ROUTES), echo)], CORS)
    server: Any = listening(application, host="127.0.0.1", port=0, max_request_header_size=4096)
    threading.Thread(target=server.run, daemon=True).start()
    yield server.effective_port
    stop(server)


def test_nobody_looks_at_the_socket_once_it_has_ended(caplog: pytest.LogCaptureFixture) -> None:
    """Who has ended it may close the socket: the thread that waited there is over, and says nothing of it."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = listening(lambda *_: [], sockets=[listener], threads=1, asyncore_use_poll=True)
    waiting = threading.Thread(target=server.run, daemon=True)
    waiting.start()

    stop(server)
    listener.close()

    waiting.join(5)
    assert not waiting.is_alive()
    assert caplog.messages == []


def test_it_ends_while_something_else_wakes_its_thread() -> None:
    """A connection that ends at that moment wakes the thread, too: it closes nothing that is still needed."""
    server: Any = listening(lambda *_: [], host="127.0.0.1", port=0, threads=1)
    waiting = threading.Thread(target=server.run, daemon=True)
    waiting.start()
    wake = server.trigger._physical_pull  # noqa: SLF001 (where another may come between)

    def wake_after_another() -> None:
        wake()
        time.sleep(0.2)
        wake()

    server.trigger._physical_pull = wake_after_another  # noqa: SLF001 (as above)
    stop(server)

    waiting.join(5)
    assert not waiting.is_alive()


@pytest.fixture
def connection(port: int) -> Iterator[http.client.HTTPConnection]:
    """Give a connection to it."""
    opened = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    yield opened
    opened.close()


def sent_raw(port: int, request: bytes) -> tuple[int, Any]:
    """Send a request byte for byte, and give the status and the JSON of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as opened:
        opened.sendall(request)
        answer = http.client.HTTPResponse(opened)
        answer.begin()
        return answer.status, json.loads(answer.read())


@pytest.mark.parametrize(
    ("route", "headers", "status"),
    [
        ("OPTIONS /echo", PREFLIGHT, 204),
        ("GET /echo", {}, 200),
        ("HEAD /echo", {}, 200),
        ("GET /no", {}, 404),
    ],
)
def test_connection_is_kept(
    connection: http.client.HTTPConnection, route: str, headers: dict[str, str], status: int
) -> None:
    """The same connection carries the next request, after a preflight as after any other."""
    method, path = route.split()

    for _ in range(3):
        connection.request(method, path, headers=headers)
        used = connection.sock
        answer = connection.getresponse()
        content = answer.read()

        assert (answer.status, bool(content)) == (status, method == "GET")
        assert connection.sock is used


def test_connection_ends_when_the_client_wants_it(connection: http.client.HTTPConnection) -> None:
    """A client that asks for the end of the connection after its preflight gets it."""
    connection.request("OPTIONS", "/echo", headers=PREFLIGHT | {"Connection": "close"})

    answer = connection.getresponse()

    assert answer.getheader("connection") == "close"
    assert answer.will_close


def test_head_has_the_headers_of_get(connection: http.client.HTTPConnection) -> None:
    """HEAD says how long the answer to GET is, and leaves it out."""
    connection.request("HEAD", "/echo")
    answer = connection.getresponse()

    assert int(answer.getheader("content-length") or 0) > 0
    assert answer.read() == b""


@pytest.mark.parametrize("query", ["name=Zoë".encode(), b"name=Zo%C3%AB"])
def test_letters_in_a_query(port: int, query: bytes) -> None:
    """A query in UTF-8 that was not escaped says the same as one that was."""
    status, event = sent_raw(port, b"GET /echo?" + query + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert status == 200
    assert event["rawQueryString"] == "name=Zo%C3%AB"
    assert event["queryStringParameters"] == {"name": "Zoë"}


@pytest.mark.parametrize("path", [b"//echo", b"///echo", b"/echo//", b"/echo/", b"/%2Fecho", "/echo/ë".encode()])
def test_slashes_count(port: int, path: bytes) -> None:
    """A path with a slash more than a route is another path."""
    status, event = sent_raw(port, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert (status, event["routeKey"]) == (404, "$default")


@pytest.mark.parametrize(
    ("request_line", "status", "code"),
    [
        (b"get /echo HTTP/1.1\r\n", 400, 3),
        (b"nonsense\r\n", 400, 3),
        (b"GET /echo HTTP/1.1\r\nno header\r\n", 400, 3),
        (b"POST /echo HTTP/1.1\r\nContent-Length: many\r\n", 400, 3),
        (b"POST /echo HTTP/1.1\r\nTransfer-Encoding: br\r\n", 501, 12),
        (b"GET /echo HTTP/1.1\r\nX-Long: " + b"x" * 5000 + b"\r\n", 431, 3),
    ],
)
def test_what_is_no_http(port: int, request_line: bytes, status: int, code: int) -> None:
    """A request that cannot be read is refused in JSON, with a code, for clients that read one unchecked."""
    found, body = sent_raw(port, request_line + b"\r\n")

    assert (found, body["code"]) == (status, code)
    assert body["message"]


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
def test_packed_bodies_are_base64(connection: http.client.HTTPConnection, media_type: str) -> None:
    """A body with a Content-Encoding is no text, whatever it says to be."""
    headers = {"Content-Encoding": "gzip"} | ({"Content-Type": media_type} if media_type else {})
    connection.request("POST", "/echo", gzip.compress(b"{}"), headers)

    assert json.loads(connection.getresponse().read())["isBase64Encoded"] is True
