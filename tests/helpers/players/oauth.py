"""A client of OAuth's endpoints: forms in, JSON out."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest

from symbolon.settings import settings
from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Call, Client, basic

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
FORM = "application/x-www-form-urlencoded"
HTTP_KEY = "the-http-key-of-the-tests"
ISSUER = "https://id.example.com"
AUDIENCES: dict[str, Any] = {
    "match-server": {"token_expiry_sec": 120, "vars": ["clan"]},
    "shop": {"claims": ["name", "locale"], "callers": ["partner"]},
    "servers-alone": {"callers": ["server"]},
}

Form = Mapping[str, str | Sequence[str]]


def settle(monkeypatch: pytest.MonkeyPatch, session: Mapping[str, object], **sections: object) -> None:
    """Make the functions' settings those of a service with audiences, an http key and an issuer."""
    named = SETTINGS["session"] | {"issuer": ISSUER} | dict(session)
    document = SETTINGS | {"session": named, "http_key": HTTP_KEY, "audiences": AUDIENCES} | sections
    monkeypatch.setenv("SETTINGS", json.dumps(document))
    settings.SETTINGS.forget()


class OAuth:
    """The endpoints, asked by whoever the authorization header shows."""

    def __init__(self, client: Client, authorization: str = "") -> None:
        """Take who carries the calls, and who asks."""
        self._client, self._authorization = client, authorization

    def post(self, path: str, form: Form, **headers: str) -> Answer:
        """Send a form."""
        shown = {"authorization": self._authorization} if self._authorization else {}
        body = urlencode(form, doseq=True)
        return self._client.send(Call(f"POST /oauth2/{path}", "", {"content-type": FORM, **shown, **headers}, body))

    def exchange(self, token: str, audience: str = "match-server", **form: str | Sequence[str]) -> Answer:
        """Ask for a token for an audience."""
        usual: Form = {
            "grant_type": EXCHANGE,
            "audience": audience,
            "subject_token": token,
            "subject_token_type": ACCESS_TOKEN,
        }
        return self.post("token", {**usual, **form})

    def introspect(self, token: str) -> dict[str, Any]:
        """Ask what a token is worth."""
        answer = self.post("introspect", {"token": token})
        assert answer.status == 200, answer.body
        return answer.body

    def revoke(self, token: str, **form: str) -> Answer:
        """End a token."""
        return self.post("revoke", {"token": token, **form})


def player(client: Client) -> OAuth:
    """Give the endpoints as a game asks them that shows nothing."""
    return OAuth(client)


def server(client: Client) -> OAuth:
    """Give the endpoints as a game server asks them."""
    return OAuth(client, basic(HTTP_KEY))


def by_password(client: Client, user: str, password: str) -> OAuth:
    """Give the endpoints as somebody asks them with user name and password."""
    return OAuth(client, "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())


def refused(answer: Answer) -> tuple[int, str]:
    """Give status and code of an error, which must have the form of RFC 6749, section 5.2."""
    assert answer.body.keys() == {"error", "error_description"}, answer.body
    assert answer.headers["cache-control"] == "no-store"
    description = answer.body["error_description"]
    assert description.isascii()
    assert not set(description) & {'"', "\\"}
    return answer.status, str(answer.body["error"])
