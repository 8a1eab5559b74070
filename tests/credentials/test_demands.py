"""What the settings demand of ID tokens besides their being in order: a nonce, and to be new. One rule for all."""

import hashlib
import json

import pytest

from tests.conftest import SETTINGS, Log
from tests.helpers.players.client import Answer, Client
from tests.helpers.providers import issuer as studio
from tests.helpers.providers.id_tokens import ISSUERS, Changes
from tests.helpers.providers.internet import Internet
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

NONCE = "a-nonce-of-the-game"
HASHED = hashlib.sha256(NONCE.encode()).hexdigest()
PROVIDERS = [*ISSUERS, "oidc:studio"]
REFUSED = (401, 16)

providers = pytest.mark.parametrize("provider", PROVIDERS)


@pytest.fixture(autouse=True)
def _published(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    studio.settle(internet, monkeypatch)
    for issuer in ISSUERS.values():
        issuer.publish(internet)


def demand(monkeypatch: pytest.MonkeyPatch, **demands: object) -> None:
    """Make this a new process whose settings demand that of ID tokens."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"id_tokens": demands}))
    restart()


def token_of(provider: str, changed: Changes | None = None) -> str:
    """Give a token of the provider, with changes of its claims."""
    if provider in ISSUERS:
        return ISSUERS[provider].token(changed)
    return f"studio|{studio.token(changed)}"


def sign_in(client: Client, provider: str, token: str, nonce: str = "") -> Answer:
    """Sign in with the token, and the nonce for which the game has asked for it."""
    variables = {"nonce": nonce} if nonce else {}
    if provider in ISSUERS:
        return client.authenticate(provider, token=token, vars=variables)
    return client.authenticate("custom", id=token, vars=variables)


@providers
@pytest.mark.parametrize("claim", [HASHED, HASHED.upper()])
def test_token_that_was_made_for_the_nonce(client: Client, provider: str, claim: str) -> None:
    """A token that has the SHA-256 of the game's nonce signs in."""
    assert sign_in(client, provider, token_of(provider, {"nonce": claim}), NONCE).status == 200


@providers
@pytest.mark.parametrize("claim", [None, "", "another", NONCE, HASHED[:-1], [HASHED], "\ud800", 7])
def test_token_that_was_made_for_another(client: Client, provider: str, claim: object) -> None:
    """A token is refused with another nonce, without any, and with the nonce itself, which a thief could read."""
    assert sign_in(client, provider, token_of(provider, {"nonce": claim}), NONCE).error[:2] == REFUSED


@providers
def test_what_the_token_has_is_no_nonce(client: Client, provider: str) -> None:
    """Whoever has found a token does not learn from it what to send as the nonce."""
    token = token_of(provider, {"nonce": HASHED})

    assert sign_in(client, provider, token, HASHED).error[:2] == REFUSED


@providers
@pytest.mark.parametrize("claim", [None, HASHED])
def test_nonce_is_the_game_s_choice(client: Client, provider: str, claim: str | None) -> None:
    """Where nothing is demanded a game that sends no nonce signs in, whatever the token has."""
    assert sign_in(client, provider, token_of(provider, {"nonce": claim})).status == 200


@providers
def test_nonce_that_is_demanded(client: Client, monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    """Where a nonce is demanded, a token is good with the right one alone."""
    demand(monkeypatch, nonce_required=[provider])

    assert sign_in(client, provider, token_of(provider)).error[:2] == REFUSED
    assert sign_in(client, provider, token_of(provider, {"nonce": HASHED})).error[:2] == REFUSED
    assert sign_in(client, provider, token_of(provider, {"nonce": HASHED}), NONCE).status == 200
    others = [other for other in PROVIDERS if other != provider]
    assert [sign_in(client, other, token_of(other)).status for other in others] == [200] * len(others)


@providers
def test_token_that_works_once(client: Client, monkeypatch: pytest.MonkeyPatch, clock: Clock, provider: str) -> None:
    """Where tokens are to be used once, one signs in within a minute of its first use and not later."""
    demand(monkeypatch, once=[provider])
    token, another = token_of(provider), token_of(provider, {"jti": "another"})

    first = sign_in(client, provider, token)
    soon = sign_in(client, provider, token)
    clock.advance(61)

    assert first.user_id == soon.user_id
    assert sign_in(client, provider, token).error[:2] == REFUSED
    assert sign_in(client, provider, another).user_id == first.user_id


@pytest.mark.parametrize("flourish", ["=", "==", "!", " "])
def test_token_in_other_letters(client: Client, monkeypatch: pytest.MonkeyPatch, clock: Clock, flourish: str) -> None:
    """A token whose signature is written in another way, which may mean the same, is the same token."""
    demand(monkeypatch, once=["apple"])
    token = token_of("apple")
    sign_in(client, "apple", token)
    clock.advance(61)

    last = token[-1]
    for written in (token + flourish, token[:-1] + chr(ord(last) ^ 1)):
        assert sign_in(client, "apple", written).status == 401


@providers
def test_tokens_may_be_used_until_they_expire(client: Client, clock: Clock, store: Store, provider: str) -> None:
    """Where nothing is demanded, a token signs in as long as it is valid, and no trace of it is kept."""
    token = token_of(provider)
    sign_in(client, provider, token)
    clock.advance(61)

    assert sign_in(client, provider, token).status == 200
    assert store.rows("ProofsTable") == []


WRONG = [
    {"nonce_required": "apple"},
    {"nonce_required": ["Apple"]},
    {"once": ["aple"]},
    {"once": ["oidc"]},
    {"once": ["oidc:"]},
    {"once": [True]},
    {"once": True},
    {"only_once": ["apple"]},
]


@pytest.mark.parametrize("demands", WRONG, ids=str)
def test_demands_that_cannot_be_meant(
    client: Client, monkeypatch: pytest.MonkeyPatch, log: Log, demands: dict[str, object]
) -> None:
    """A demand that is misspelt skips no check: nobody signs in, and the log says where it is."""
    demand(monkeypatch, **demands)

    assert sign_in(client, "apple", token_of("apple")).status == 500
    assert log()[0]["detail"].startswith("settings: id_tokens")


@pytest.mark.parametrize("nothing", [[], [""]])
def test_empty_parameter_demands_nothing(client: Client, monkeypatch: pytest.MonkeyPatch, nothing: list[str]) -> None:
    """A deployment whose parameters are empty has lists of nothing."""
    demand(monkeypatch, once=nothing, nonce_required=nothing)

    assert sign_in(client, "apple", token_of("apple")).status == 200
