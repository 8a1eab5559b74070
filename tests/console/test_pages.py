"""The mailbox, the page that tries a sign-in, and the port that the console listens on."""

import hashlib
import json
import urllib.request
from typing import Any
from urllib.parse import parse_qsl

import pytest

from local.console.asking import Answer as Answered
from local.console.console import Console
from local.console.pages import trying
from local.console.providers import PROVIDERS
from local.console.rendering import STATIC
from local.console.running import running_console
from local.errors import StartError
from tests.helpers.console.visitor import SERVICE, Visitor, said
from tests.helpers.players.client import Client, basic

LETTER = {
    "to": ("anna@example.com",),
    "subject": "<b>Hi</b>",
    "time": "2026-01-01T00:00:00Z",
    "text": "Code\n\nABCD-EFGH",
}


def test_mail_as_a_page_and_as_json() -> None:
    """Letters are shown as text, whatever is in them, and given as JSON to who asks for it."""
    visitor = Visitor(letters=lambda: [LETTER])

    page = visitor.get("/mail").text

    assert "&lt;b&gt;Hi" in page
    assert "ABCD-EFGH" in page
    assert visitor.get("/mail", Accept="application/json").json == [LETTER | {"to": ["anna@example.com"]}]
    assert "No letter was sent yet" in Visitor().text("/mail")


def test_mail_of_a_deployed_stack() -> None:
    """Where letters go to people, the page says so."""
    assert "Amazon SES" in Visitor(letters=None, is_local=False).text("/mail")


def test_htmx_is_as_it_was_published() -> None:
    """The file is the release that the licence beside it names, to the letter."""
    digest = hashlib.sha256((STATIC / "htmx.min.js").read_bytes()).hexdigest()

    assert digest in (STATIC / "htmx.LICENSE.txt").read_text(encoding="utf-8")


@pytest.fixture
def asked(client: Client, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Let the page ask the functions in this process; give what it has sent."""
    sent: list[tuple[str, Any]] = []

    def ask(url: str, server_key: str, body: object) -> Answered:
        path, _, query = url.removeprefix(SERVICE.url).partition("?")
        sent.append((path, body))
        headers = {"authorization": basic(server_key)}
        answer = client.call(f"POST {path}", json.loads(json.dumps(body)), dict(parse_qsl(query)), headers)
        return Answered(answer.status, answer.body, 1.0)

    monkeypatch.setattr(trying, "ask", ask)
    return sent


def test_sign_in_shows_the_session(asked: list[tuple[str, Any]]) -> None:
    """A sign-in's claims are shown with their times, and the way to the player."""
    fields = {"provider": "device", "id": "a-device-of-mine", "username": "anna", "create": "yes"}

    answer = Visitor().send("/try", **fields, vars='{"platform": "ios"}')

    assert answer.status_code == 200
    assert asked == [("/v2/account/authenticate/device", {"id": "a-device-of-mine", "vars": {"platform": "ios"}})]
    text = said(answer)
    for words in (
        "A new account was made.",
        "Session token",
        "Refresh token",
        "usn anna",
        '"platform": "ios"',
    ):
        assert words in text
    assert "/players/" in answer.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"provider": "device", "id": "short"}, "400"),
        ({"provider": "device", "id": "a-device-of-nobody"}, "User account not found."),
        ({"provider": "apple", "token": "x"}, "Apple authentication is not configured."),
        ({"provider": "nonsense", "id": "a-device-of-nobody"}, "User account not found."),
        ({"provider": "device", "id": "a-device-of-mine", "vars": "[]"}, "vars must be a JSON object"),
        ({"provider": "device", "id": "a-device-of-mine", "vars": '{"a": 1}'}, "vars must be a JSON object"),
        ({"provider": "device", "id": "a-device-of-mine", "vars": "{"}, "vars must be a JSON object"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_sign_in_that_fails(fields: dict[str, str], words: str) -> None:
    """The answer is shown as a game would get it."""
    assert words in said(Visitor().send("/try", **fields))


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_can_be_tried(asked: list[tuple[str, Any]], name: str) -> None:
    """Each provider has a form with its fields, which go out under the names that the API has for them."""
    visitor, provider = Visitor(), PROVIDERS[name]
    page = visitor.get(f"/try?provider={name}").text
    values = {one.name: "1773119783" if one.kind == "number" else f"value-of-{one.name}" for one in provider.fields}

    visitor.send("/try", provider=name, **values)

    [(path, body)] = asked
    if name == "oidc":
        assert (path, body) == ("/v2/account/authenticate/custom", {"id": "value-of-issuer|value-of-token"})
    else:
        numbers = {one.name: 1773119783 for one in provider.fields if one.kind == "number"}
        assert (path, body) == (f"/v2/account/authenticate/{name}", {**values, **numbers})
    assert all(f'name="{one.name}"' in page for one in provider.fields)
    assert ("is not set up" in page) == bool(provider.page)


def test_password_is_not_in_the_page(asked: list[tuple[str, Any]]) -> None:
    """A password that was typed is sent, and not shown again."""
    fields = {"email": "anna@example.com", "password": "3bc8f72e95a9"}

    page = Visitor().send("/try", provider="email", create="yes", **fields).text

    assert asked[0][1] == fields
    assert ("anna@example.com" in page, "3bc8f72e95a9" in page) == (True, False)


def test_server_key_of_a_deployed_stack(asked: list[tuple[str, Any]]) -> None:
    """Where the console does not know the server key, the form asks for it and the page does not keep it."""
    visitor = Visitor(server_key="", is_local=False)
    assert 'name="server_key"' in visitor.get("/try").text

    answer = visitor.send("/try", provider="device", id="a-device-of-mine", server_key="defaultkey", create="yes")

    assert len(asked) == 1
    assert "Session token" in said(answer)
    assert "defaultkey" not in answer.text


@pytest.mark.parametrize("asked_port", ["x", "65536", "-1", "²"])
def test_ports_that_are_none(asked_port: str) -> None:
    """A port that is no port is refused by the variable's name."""
    with pytest.raises(StartError, match="CONSOLE_PORT must be"), running_console(asked_port, Console(SERVICE)):
        pass


def test_no_console() -> None:
    """The port 0 means that there is none."""
    with running_console("0", Console(SERVICE)) as where:
        assert where == "none (CONSOLE_PORT=0)"


def test_port_that_is_taken() -> None:
    """A port that was asked for and is taken is an error; where the console is all there is, the usual one too."""
    with running_console("0", Console(SERVICE), is_needed=True) as where:
        port = where.rpartition(":")[2]
        with pytest.raises(StartError, match=f"cannot listen on {port}"), running_console(port, Console(SERVICE)):
            pass


def test_console_over_http() -> None:
    """The console listens on loopback and answers."""
    with running_console("0", Console(SERVICE), is_needed=True) as where:
        with urllib.request.urlopen(f"{where}/mail", timeout=10) as answer:  # noqa: S310 (http)
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert where.startswith("http://127.0.0.1:")
