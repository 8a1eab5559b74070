"""Discord: authorization codes, exchanged with their PKCE verifier for a token of our application."""

import json

import pytest

from tests.conftest import Log
from tests.helpers.players.client import Client
from tests.helpers.providers.discord import (
    APPLICATION,
    CODE,
    DOWN,
    EXCHANGE,
    ME,
    MISCONFIGURED,
    OUTAGES,
    REFUSED,
    SECTION,
    TOKEN,
    configure,
    said,
)
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import Reply, as_json


@pytest.fixture(autouse=True)
def _configured(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 (it has settings of its own)
    configure(monkeypatch)


@pytest.mark.parametrize("secret", [SECTION["client_secret"], "", None])
def test_code_signs_in(client: Client, internet: Internet, monkeypatch: pytest.MonkeyPatch, secret: str | None) -> None:
    """A code is exchanged with its verifier, and our secret where we have one, for a token that is judged as any."""
    configure(monkeypatch, client_secret=secret)
    internet.announce(EXCHANGE, as_json({"access_token": TOKEN, "token_type": "Bearer"}))
    internet.announce(ME, as_json(said()))

    answer = client.authenticate("discord", **CODE)

    form = CODE | {"grant_type": "authorization_code", "client_id": APPLICATION}
    assert answer.body["created"] is True
    assert internet.seen[0].form == form | ({"client_secret": secret} if secret else {})
    assert internet.seen[1].headers["authorization"] == f"Bearer {TOKEN}"


def test_token_of_a_code_is_judged_too(client: Client, internet: Internet) -> None:
    """A code that leads to a token of another application is refused."""
    internet.announce(EXCHANGE, as_json({"access_token": TOKEN}))
    internet.announce(ME, as_json(said(application={"id": "1"})))

    assert client.authenticate("discord", **CODE).error == REFUSED


@pytest.mark.parametrize("answer", [as_json({"error": "invalid_grant"}, 400), as_json({}, 403)], ids=str)
def test_code_that_is_refused(client: Client, internet: Internet, answer: Reply) -> None:
    """A code that Discord does not take, since it was used or has another verifier, is refused."""
    internet.announce(EXCHANGE, answer)

    assert client.authenticate("discord", **CODE).error == REFUSED


NO_TOKEN = {"no token": as_json({}), "no token in order": as_json({"access_token": "two words"})}


@pytest.mark.parametrize("outage", [*OUTAGES, *NO_TOKEN])
def test_outage_of_the_exchange(client: Client, internet: Internet, outage: str) -> None:
    """An exchange that fails is not tried again, since the code may be spent."""
    internet.announce(EXCHANGE, {**OUTAGES, **NO_TOKEN}[outage])

    assert client.authenticate("discord", **CODE).error == DOWN
    assert len(internet.seen) == 1


@pytest.mark.parametrize(
    "redirect_uri",
    ["", "https://game.example.com/signed-in/", "https://game.example.com/signed-in?a=b", "https://evil.example.com"],
)
def test_redirect_uri_that_is_not_ours(client: Client, redirect_uri: str) -> None:
    """A code that was sent to somebody else's address is not exchanged: ours are compared letter for letter."""
    answer = client.authenticate("discord", **CODE | {"redirect_uri": redirect_uri})

    assert answer.error == (400, 3, "Discord redirect URI is not allowed.")


@pytest.mark.parametrize("uris", [None, [], [""]])
def test_no_redirect_uri_is_ours(client: Client, monkeypatch: pytest.MonkeyPatch, uris: list[str] | None) -> None:
    """Without any in the settings there are no codes."""
    configure(monkeypatch, redirect_uris=uris)

    for redirect_uri in ("", CODE["redirect_uri"]):
        answer = client.authenticate("discord", **CODE | {"redirect_uri": redirect_uri})
        assert answer.error == (400, 3, "Discord redirect URI is not allowed.")


@pytest.mark.parametrize("verifier", ["", "v" * 42, "v" * 129, "v" * 42 + "é", "v" * 42 + " "])
def test_code_without_a_verifier(client: Client, verifier: str) -> None:
    """A code without the proof that this very client asked for it is not exchanged."""
    answer = client.authenticate("discord", **CODE | {"code_verifier": verifier})

    assert answer.error[:2] == (400, 3)
    assert answer.error[2].startswith("Discord code verifier is required")


def test_code_that_is_too_long(client: Client) -> None:
    """What is no code goes nowhere."""
    assert client.authenticate("discord", **CODE | {"code": "x" * 1025}).error == REFUSED


def test_secret_that_discord_refuses(client: Client, internet: Internet, log: Log) -> None:
    """A wrong secret is the studio's mistake and not the player's; the log says so and has neither secret nor code."""
    internet.announce(EXCHANGE, as_json({"error": "invalid_client"}, 401))

    answer = client.authenticate("discord", **CODE)

    [line] = log()
    assert (answer.error, line["detail"]) == (MISCONFIGURED, "settings: discord.client_secret was refused")
    for secret in (SECTION["client_secret"], *CODE.values()):
        assert secret not in json.dumps(line)
