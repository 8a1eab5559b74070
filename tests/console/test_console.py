"""The console: what it shows, to whom, and in which form."""

from collections.abc import Iterable
from typing import Any

import pytest

from local.console.console import Console, running_console
from local.errors import StartError

LETTER = {
    "to": ("anna@example.com",),
    "subject": "<b>Hi</b>",
    "time": "2026-01-01T00:00:00Z",
    "text": "Code\n\nABCD-EFGH",
}
OWN = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_HOST": "127.0.0.1:7351"}


def ask(letters: Iterable[dict[str, Any]] = (), **environ: str) -> tuple[str, dict[str, str], str]:
    """Give status, headers and body of an answer."""
    seen: list[Any] = []
    console = Console({"Address": "http://127.0.0.1:7350"}, lambda: list(letters))
    body = b"".join(console(OWN | environ, lambda status, headers: seen.extend([status, dict(headers)])))
    return seen[0], seen[1], body.decode()


def test_overview() -> None:
    """The first page says what is served."""
    status, headers, body = ask()

    assert status == "200 OK"
    assert headers["Content-Type"].startswith("text/html")
    assert "http://127.0.0.1:7350" in body


def test_mail_as_a_page_and_as_json() -> None:
    """Letters are shown as text, whatever is in them, and given as JSON to who asks for it."""
    _, _, page = ask([LETTER], PATH_INFO="/mail")
    _, headers, text = ask([LETTER], PATH_INFO="/mail", HTTP_ACCEPT="application/json")

    assert "&lt;b&gt;Hi" in page
    assert "ABCD-EFGH" in page
    assert headers["Content-Type"] == "application/json"
    assert '"subject": "<b>Hi</b>"' in text
    assert "No letter was sent yet" in ask(PATH_INFO="/mail")[2]


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"HTTP_HOST": "evil.example"}, "403 Forbidden"),
        ({"HTTP_HOST": "127.0.0.1.evil.example:7351"}, "403 Forbidden"),
        ({"HTTP_HOST": ""}, "403 Forbidden"),
        ({"HTTP_ORIGIN": "https://evil.example"}, "403 Forbidden"),
        ({"HTTP_ORIGIN": "null"}, "403 Forbidden"),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, "403 Forbidden"),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, "403 Forbidden"),
        ({"HTTP_ORIGIN": "http://127.0.0.1:7351", "HTTP_SEC_FETCH_SITE": "same-origin"}, "200 OK"),
        ({"HTTP_HOST": "localhost:7351"}, "200 OK"),
        ({"REQUEST_METHOD": "POST"}, "405 Method Not Allowed"),
        ({"PATH_INFO": "/elsewhere"}, "404 Not Found"),
    ],
)
def test_who_is_answered(environ: dict[str, str], status: str) -> None:
    """Pages of other sites, and names that only resolve to this machine, get nothing."""
    answer = ask([LETTER], **{"PATH_INFO": "/mail", **environ})

    assert answer[0] == status
    assert ("ABCD-EFGH" in answer[2]) == (status == "200 OK")


@pytest.mark.parametrize("asked", ["x", "65536", "-1"])
def test_ports_that_are_none(asked: str) -> None:
    """A port that is no port is refused by the variable's name."""
    with pytest.raises(StartError, match="CONSOLE_PORT must be"), running_console(asked, Console({}, list)):
        pass


def test_no_console() -> None:
    """The port 0 means that there is none."""
    with running_console("0", Console({}, list)) as where:
        assert where == "none (CONSOLE_PORT=0)"
