"""The address before a deployed API passes everything on as it came, but for the host name."""

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from local.trial.front import front

HOST = "an-id.execute-api.localhost"
BYTES = bytes(range(256))


class _Upstream(BaseHTTPRequestHandler):
    """Answers each request with what it was sent, and notes it."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str, list[tuple[str, str]], bytes]]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append(
            (self.command, self.path, [(name.lower(), value) for name, value in self.headers.items()], body)
        )
        self.send_response_only(418, "As chosen")
        for header in (("X-Twice", "one"), ("X-Twice", "two"), ("Transfer-Encoding", "chunked")):
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n")

    do_POST = do_DELETE = do_PURGE = _answer  # noqa: N815 (http.server's names)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def seen() -> list[tuple[str, str, list[tuple[str, str]], bytes]]:
    """Give what has reached the API: method, path, headers, body."""
    _Upstream.seen = []
    return _Upstream.seen


@pytest.fixture
def connection(seen: list[object]) -> Iterator[http.client.HTTPConnection]:
    """Give a connection to the front of an API that nothing has reached yet."""
    assert seen == []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Upstream) as upstream:
        threading.Thread(target=upstream.serve_forever, args=(0.01,), daemon=True).start()
        with front(f"http://127.0.0.1:{upstream.server_port}", HOST) as url:
            client = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
            yield client
            client.close()
        upstream.shutdown()


def test_requests_are_passed_on(connection: http.client.HTTPConnection, seen: list[tuple[object, ...]]) -> None:
    """Method, path and query as they were written, headers and every byte of the body arrive, under the API's name."""
    path = "/v2/account/%2Fa%20b?create=false&x=%C3%A9&empty="

    connection.request("POST", path, BYTES, {"X-Own": "sent", "X-Accented": "\xe9"})
    connection.getresponse().read()

    [(method, arrived, headers, body)] = seen
    assert (method, arrived, body) == ("POST", path, BYTES)
    assert isinstance(headers, list)
    assert {("x-own", "sent"), ("x-accented", "\xe9"), ("content-length", "256")} <= set(headers)
    assert [value for name, value in headers if name == "host"] == [HOST]


def test_paths_that_the_stand_in_takes_for_its_own(
    connection: http.client.HTTPConnection, seen: list[tuple[object, ...]]
) -> None:
    """OAuth's routes arrive with their stage, by which the stand-in knows that they are the API's."""
    connection.request("POST", "/oauth2/token?x=1", b"grant_type=none")
    connection.getresponse().read()

    assert seen[0][1] == "/$default/oauth2/token?x=1"


def test_answers_are_passed_back(connection: http.client.HTTPConnection) -> None:
    """Status, reason, repeated headers and every byte of the body come back, on a connection that is kept."""
    for body in (BYTES, b"", BYTES * 5000):
        connection.request("POST", "/", body)
        answer = connection.getresponse()

        assert (answer.status, answer.reason) == (418, "As chosen")
        assert answer.headers.get_all("X-Twice") == ["one", "two"]
        assert answer.read() == body


def test_requests_without_a_body_are_passed_on(
    connection: http.client.HTTPConnection, seen: list[tuple[object, ...]]
) -> None:
    """A DELETE has no body, and gets none on the way."""
    connection.request("DELETE", "/v2/account")
    connection.getresponse().read()

    [(method, _, headers, body)] = seen
    assert (method, body) == ("DELETE", b"")
    assert isinstance(headers, list)
    assert "content-length" not in dict(headers)


def test_bodies_of_unknown_length_are_refused(connection: http.client.HTTPConnection, seen: list[object]) -> None:
    """A body that comes in chunks is refused, not cut off."""
    connection.putrequest("POST", "/")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()  # the front does not wait for the chunks

    assert connection.getresponse().status == 411
    assert seen == []


def test_an_api_that_is_gone_is_a_bad_gateway() -> None:
    """When nothing listens behind it, the front says so."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Upstream) as closed:
        gone = f"http://127.0.0.1:{closed.server_port}"
    with front(gone, HOST) as url:
        client = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
        client.request("GET", "/healthcheck")

        assert client.getresponse().status == 502
        client.close()


def test_any_method_is_passed_on(connection: http.client.HTTPConnection, seen: list[tuple[object, ...]]) -> None:
    """What the API makes of a method that nobody knows is for the API to say."""
    connection.request("PURGE", "/v2/account")
    connection.getresponse().read()

    assert [method for method, *_ in seen] == ["PURGE"]


def test_an_encoded_body_is_no_text(connection: http.client.HTTPConnection, seen: list[tuple[object, ...]]) -> None:
    """A compressed body arrives as bytes, which the stand-in would take for text by the type of what is inside."""
    headers = {"Content-Type": "application/json", "content-encoding": "gzip"}

    connection.request("POST", "/", BYTES, headers)
    connection.getresponse().read()

    [(_, _, arrived, body)] = seen
    assert isinstance(arrived, list)
    assert [value for name, value in arrived if name == "content-type"] == ["application/octet-stream"]
    assert (("content-encoding", "gzip") in arrived, body) == (True, BYTES)
