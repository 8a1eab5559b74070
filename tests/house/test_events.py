"""The sample events: each is what API Gateway sends, and the function that gets it does what it asks for."""

import json
from typing import Any

import pytest

from local import ROOT
from symbolon.settings.settings import load_settings
from tests.helpers.players.client import Answer, Call, Client
from tests.helpers.service import lambdas

EVENTS = ROOT / "events"
NO_REQUESTS = ("env.", "events_", "friendimport_", "keys_", "legacy_", "mail_", "revocation_")
FILES = sorted(path.name for path in EVENTS.glob("*.json") if not path.name.startswith(NO_REQUESTS))
LATER = {"cookies", "pathParameters", "queryStringParameters", "stageVariables", "body"}
"""What an event has only where there is any."""

PROVIDERS = pytest.mark.parametrize("provider", ["device", "custom", "email"])


def event_of(name: str, session: Answer | None = None) -> dict[str, Any]:
    """Give a sample event, with the tokens of a session in their places."""
    text = (EVENTS / f"{name}.json").read_text()
    if session:
        text = text.replace("a-session-token", session.token).replace("a-refresh-token", session.refresh_token)
    event: dict[str, Any] = json.loads(text)
    return event


@pytest.mark.parametrize("name", FILES)
def test_event_has_the_form_of_payload_2(name: str) -> None:
    """An event has what API Gateway sends for a route of the template, and says the same of it everywhere."""
    event = json.loads((EVENTS / name).read_text())
    context = event["requestContext"]
    asked = f"{context['http']['method']} {event['rawPath']}"
    method, path = (asked if event["routeKey"] == "$default" else event["routeKey"]).split(" ")

    usual = lambdas.make_event(Call(event["routeKey"]))
    assert event.keys() - LATER == usual.keys() - LATER
    assert context.keys() == usual["requestContext"].keys()
    assert context["http"].keys() == usual["requestContext"]["http"].keys()
    assert event["routeKey"] == context["routeKey"]
    assert event["routeKey"] in lambdas.handlers()
    assert (context["http"]["method"], context["http"]["path"]) == (method, event["rawPath"])
    assert "{" in path or path == event["rawPath"]
    assert all(header == header.lower() for header in event["headers"])


@PROVIDERS
@pytest.mark.usefixtures("store")
def test_authenticate_events(provider: str) -> None:
    """A sign-in with the development server key makes an account where there is none."""
    answer = lambdas.run(event_of(f"{provider}_authenticate"))

    assert answer.status == 200
    assert answer.body["created"] is True


@PROVIDERS
def test_link_and_unlink_events(client: Client, provider: str) -> None:
    """With the token of a session in its place the identity is linked, signs in, and is unlinked."""
    session = client.sign_in("anna")

    assert lambdas.run(event_of(f"{provider}_link", session)).body == {}
    assert lambdas.run(event_of(f"{provider}_authenticate")).user_id == session.user_id
    assert lambdas.run(event_of(f"{provider}_unlink", session)).body == {}


def test_session_events(client: Client) -> None:
    """A session is refreshed, and then ended."""
    session = client.sign_in("anna")

    assert lambdas.run(event_of("session_refresh", session)).claims["tid"] == session.claims["tid"]
    assert lambdas.run(event_of("session_logout", session)).body == {}
    assert client.get_account(session).status == 401
    assert lambdas.run(event_of("session_healthcheck")).body == {}


def test_account_events(client: Client) -> None:
    """An account is changed, shown, found by others, and deleted."""
    session = client.sign_in("player-42")

    assert lambdas.run(event_of("account_update", session)).body == {}
    assert lambdas.run(event_of("account_get", session)).body["user"]["display_name"] == "Player 42"
    assert len(lambdas.run(event_of("account_users", session)).body["users"]) == 1
    assert lambdas.run(event_of("account_delete", session)).body == {}
    assert lambdas.run(event_of("account_get", session)).status == 404


def test_friend_events(client: Client) -> None:
    """A player is invited, listed, removed and blocked."""
    session = client.sign_in("player-42")
    client.sign_in("player-43")

    assert lambdas.run(event_of("friend_add", session)).body == {}
    assert len(lambdas.run(event_of("friend_list", session)).body["friends"]) == 1
    assert lambdas.run(event_of("friend_delete", session)).body == {}
    assert lambdas.run(event_of("friend_list", session)).body == {}
    assert lambdas.run(event_of("friend_block", session)).body == {}


def test_environment_for_sam() -> None:
    """env.json has the tables as they are named on this machine, and keys of its own that a deployment would accept."""
    variables = json.loads((EVENTS / "env.json").read_text())["Parameters"]

    settings = load_settings(variables)

    given = [pair for function in lambdas.TEMPLATE.functions for pair in function.environment.items()]
    tables = {name: value for name, value in given if name.endswith("_TABLE")}
    nothing_secret = {"SETTINGS_SECRETS": "{}", "PROVIDER_SECRETS": "{}", "RINGS": "{}"}
    assert variables == {"SETTINGS": variables["SETTINGS"], **nothing_secret, **tables}
    assert settings.server_key == "defaultkey"
    assert settings.session_keys.signing != settings.refresh_keys.signing
