"""The scan that watches every test finds what it is there for; tests of single secrets are in test_confidentiality."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest

from symbolon.api.responses import Json
from symbolon.errors import InvalidArgument
from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Call, Client, basic
from tests.helpers.service import lambdas
from tests.helpers.service.deployment import properties
from tests.helpers.watch import contract
from tests.helpers.watch.leaks import LEAKS, error_text

SERVED = "GET /v2/account"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOiJhbm5hIn0.c2lnbmF0dXJlLW9mLWFubmE"


def leaked() -> str:
    """Give what leaked so far, and forget it, since this test means to leak."""
    found = "\n".join(LEAKS.end())
    LEAKS.begin()
    return found


@pytest.mark.parametrize(
    ("headers", "query", "body", "secret"),
    [
        ({"authorization": f"Bearer {TOKEN}"}, "", "", TOKEN),
        ({"authorization": f"Bearer {TOKEN}"}, "", "", TOKEN.split(".")[2]),
        ({"authorization": basic("a-secret-http-key")}, "", "", "a-secret-http-key"),
        ({"x-client-secret": "a-secret-of-a-partner"}, "", "", "a-secret-of-a-partner"),
        ({}, "http_key=a-secret-in-a-query", "", "a-secret-in-a-query"),
        ({}, "", '{"email": "anna@example.com", "password": "a-password-of-anna"}', "a-password-of-anna"),
        ({}, "", '{"email": "anna@example.com", "password": "a-password-of-anna"}', "anna@example.com"),
        ({}, "", '{"account": {"token": "a-ticket-of-steam"}}', "a-ticket-of-steam"),
        ({}, "", "grant_type=x&subject_token=a-token-in-a-form", "a-token-in-a-form"),
        ({}, "", "", SETTINGS["session"]["keys"][0]),
    ],
)
def test_a_secret_in_the_log_is_found(headers: Mapping[str, str], query: str, body: str, secret: str) -> None:
    """Whatever a request shows is found in a line of whichever logger, by which its test fails."""
    LEAKS.use(lambdas.used_by(lambdas.make_event(Call(SERVED, query, headers, body))))
    handler = logging.StreamHandler()
    handler.format(logging.LogRecord("any", logging.INFO, "", 0, "something with %s in it", (secret,), None))

    assert f"the log shows {secret!r}" in leaked()


def test_a_secret_in_an_error_is_found(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that quotes a token in its refusal is found; that the log has only the reason does not save it."""

    def careless(event: dict[str, Any], _context: object) -> dict[str, Any]:
        shown = event["headers"]["authorization"].partition(" ")[2]
        refusal = InvalidArgument("The token {} is no good.").quoting(shown)
        return {"statusCode": 400, "headers": {}, "body": json.dumps({"code": 3, "message": refusal.message})}

    monkeypatch.setattr(lambdas, "handlers", lambda: {SERVED: careless})
    monkeypatch.setattr(contract, "compare", lambda _event, _answer: None)
    client.call(SERVED, headers={"authorization": f"Bearer {TOKEN}"})

    assert f"the error 400 of {SERVED} shows {TOKEN!r}" in leaked()


def test_a_secret_in_a_traceback_is_found(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a function lets out, Lambda logs with its text."""

    def broken(_event: dict[str, Any], _context: object) -> Json:
        raise RuntimeError(f"bad token {TOKEN}")

    monkeypatch.setattr(lambdas, "handlers", lambda: {SERVED: broken})
    with pytest.raises(RuntimeError):
        client.call(SERVED, headers={"authorization": f"Bearer {TOKEN}"})

    assert f"a traceback, which Lambda logs, shows {TOKEN!r}" in leaked()


def test_an_http_key_in_any_query_is_found() -> None:
    """A recorded query is found by the name of its parameter, whether or not the test used the key."""
    LEAKS.show("the log", "GET /v2/rpc/match/list?http_key=somebodys")

    assert "an http key in a query" in leaked()


def test_the_access_log_has_no_query() -> None:
    """What API Gateway records of a request is its route: no path, query, header or body."""
    written = properties("Api")["AccessLogSettings"]["Format"]

    assert "$context.routeKey" in written
    assert not [
        name for name in ("path", "rotocol", "querystring", "resourcePath", "header", "body") if name in written
    ]


def test_a_ticket_and_a_form_are_for_who_asked() -> None:
    """The ticket of a refusal and the inputs of a page are shown to who sent the request; a password never is."""
    refusal = Answer(409, {}, {"code": 6, "ticket": TOKEN}, "")
    page = Answer(400, {}, {}, '<input name="email" value="anna@example.com"><input type="password" value="a-word">')

    assert TOKEN not in error_text(refusal)
    assert "anna@example.com" not in error_text(page)
    assert "a-word" in error_text(page)
