"""What is written of sign-ins with providers: nothing with which anybody else could sign in, whatever happens."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.helpers.players.client import Client
from tests.helpers.providers import gamecenter
from tests.helpers.providers.credentials import (
    EXCHANGE,
    SECRETS,
    announce_facebook,
    announce_play_games,
    announce_steam,
    settle,
    signed_player_info,
)
from tests.helpers.providers.id_tokens import ISSUERS
from tests.helpers.providers.internet import DISCORD, Internet
from tests.helpers.providers.replies import OUTAGES, Reply, as_json
from tests.helpers.providers.ways import ANNOUNCED, ASKING, WAYS
from tests.helpers.service import lambdas

Written = Callable[[], str]
NAMES = pytest.mark.parametrize("name", WAYS)
PROOFS = ("token", "signed_player_info", "signature", "nonce")
OURS = [*SECRETS, *(way.section[name] for way in WAYS.values() for name in way.secrets)]
ADDRESS = "anna@example.com"
BAD_HEADERS = Reply(raw=b"HTTP/1.1 200 \r\nno colon\r\nContent-Length: 2\r\n\r\n{}")


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Written:
    """Give a function that takes all that was written, by us or by a library at its most talkative."""
    caplog.set_level(logging.DEBUG)
    return lambda: caplog.text + "".join(capsys.readouterr())


def leaked(text: str, credential: Mapping[str, object]) -> list[str]:
    """Give which secrets are in a text: the player's, ours, and what providers gave us for them."""
    proofs = [str(credential[name]) for name in PROOFS if name in credential]
    return [secret for secret in (*proofs, *OURS, "ya29.", "appsecret_proof", ADDRESS) if secret in text]


@NAMES
def test_success(client: Client, internet: Internet, written: Written, name: str) -> None:
    """A sign-in is written down with its provider and user, and without what proved it or what it gave."""
    way = WAYS[name]
    way.announce(internet)
    credential = way.credential()

    session = client.authenticate(way.provider, **credential)

    text = written()
    assert session.status == 200
    assert f'"user_id":"{session.user_id}"' in text
    assert leaked(text, credential) == []
    assert session.token not in text


@NAMES
def test_refusal(client: Client, internet: Internet, written: Written, name: str) -> None:
    """What is wrong with a credential can be said without it."""
    way = WAYS[name]
    everybody_refuses(internet)
    credential = dict(way.credential())
    if name == "facebookinstantgame":
        credential["signed_player_info"] = signed_player_info("another-secret")

    answer = client.authenticate(way.provider, **credential)

    text = written()
    assert answer.status == 401
    assert '"outcome":"Unauthenticated"' in text
    assert leaked(text, credential) == []


def everybody_refuses(internet: Internet) -> None:
    """Have no provider know the credentials."""
    for issuer in ISSUERS.values():
        issuer.publish(internet, "another")
    announce_facebook(internet, is_valid=False)
    announce_steam(internet, result="Fail")
    announce_play_games(internet)
    refused = as_json({"error": "invalid_grant", "error_description": "Bad Request"}, 400)
    for exchange in (EXCHANGE, f"{DISCORD}/api/oauth2/token"):
        internet.announce(exchange, refused)
    internet.announce(f"{DISCORD}/api/oauth2/@me", as_json({"message": "401: Unauthorized", "code": 0}, 401))
    for way in ANNOUNCED.values():
        internet.announce(way.place, way.refusal)
    gamecenter.publish(internet, replace(gamecenter.APPLE, organizations=("Somebody Else Ltd",)))


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize(
    "reply",
    [OUTAGES["down"], OUTAGES["silent"], OUTAGES["a page"], BAD_HEADERS],
    ids=["down", "silent", "a page", "bad headers"],
)
def test_outage(internet: Internet, written: Written, reply: Reply, name: str) -> None:
    """Nor does an error have the URL that failed, which may have a token in it."""
    way = ASKING[name]
    way.announce(internet)
    internet.fail(way.host, reply)
    credential = way.credential()

    Client(lambdas.invoke).authenticate(way.provider, **credential)

    assert leaked(written(), credential) == []


@pytest.mark.usefixtures("internet")
def test_wrong_settings(monkeypatch: pytest.MonkeyPatch, written: Written) -> None:
    """A mistake in the settings is named, without what the setting is."""
    settle(monkeypatch, facebook={"graph_version": "the-app-secret"}, apple={"audiences": "the-publisher-key"})

    for way in (WAYS["facebook"], WAYS["apple"]):
        assert Client(lambdas.invoke).authenticate(way.provider, **way.credential()).status == 500

    text = written()
    assert "settings: facebook.graph_version" in text
    assert leaked(text, {}) == []
