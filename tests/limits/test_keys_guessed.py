"""Guesses at the keys of servers: counted by network, whichever key and wherever it is shown."""

import uuid
from collections.abc import Callable

import pytest

from tests.helpers.players.client import Answer, Client, basic
from tests.helpers.players.matchmaking import HTTP_KEY, use_settings
from tests.helpers.players.partner_server import register_at
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

ATTACKER, SERVER = "203.0.113.9", "198.51.100.7"
ALLOWED = 5

Shown = Callable[[Client, str], Answer]


def _by_rpc(client: Client, key: str) -> Answer:
    return client.call("POST /v2/rpc/match/label", {"id": "x"}, {"unwrap": ""}, {"authorization": basic(key)})


def _by_query(client: Client, key: str) -> Answer:
    return client.call("POST /v2/rpc/match/label", {"id": "x"}, {"unwrap": "", "http_key": key}, {})


def _by_own_key(client: Client, key: str) -> Answer:
    return _by_rpc(client, key if key == HTTP_KEY else f"1234567890.{key}")


def _as_partner(client: Client, secret: str) -> Answer:
    headers = {"x-client-id": "1234567890", "x-client-secret": secret}
    return client.call("POST /s2s/session", {"user_id": "anna"}, headers=headers)


WAYS: dict[str, Shown] = {"rpc": _by_rpc, "query": _by_query, "own key": _by_own_key, "partner": _as_partner}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    assert store.rows("LimitsTable") == []
    use_settings(monkeypatch, limits={"network_guesses_per_hour": ALLOWED})


def at(address: str) -> Client:
    """Give a client at this IP address."""
    return Client(lambdas.from_address(address))


@pytest.mark.parametrize("way", WAYS)
def test_wrong_keys_of_a_network(way: str, clock: Clock) -> None:
    """So many wrong ones are refused as wrong, then the network is told when to come back, and an hour later anew."""
    statuses = [WAYS[way](at(ATTACKER), uuid.uuid4().hex).status for _ in range(ALLOWED + 2)]
    refused = WAYS[way](at(ATTACKER), uuid.uuid4().hex)

    assert statuses == [401] * ALLOWED + [429] * 2
    assert refused.error[:2] == (429, 8)
    assert refused.error[2].startswith("Too many failed attempts from this network. Try again in ")
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert WAYS[way](at(SERVER), uuid.uuid4().hex).status == 401
    clock.advance(3601)
    assert WAYS[way](at(ATTACKER), uuid.uuid4().hex).status == 401


@pytest.mark.parametrize("way", ["rpc", "query", "own key"])
def test_the_right_key_always_passes(way: str) -> None:
    """A server behind an attacker's address goes on: its key is too long to be found by guessing."""
    for _ in range(ALLOWED + 2):
        WAYS[way](at(ATTACKER), uuid.uuid4().hex)

    assert WAYS[way](at(ATTACKER), HTTP_KEY).status == 400  # of the id, which is none


def test_the_right_secret_of_a_partner_always_passes(engine: str) -> None:
    """A partner's server goes on whatever else was tried from its address."""
    issued = register_at(engine).add("A partner")
    for _ in range(ALLOWED + 2):
        _as_partner(at(ATTACKER), uuid.uuid4().hex)

    headers = {"x-client-id": issued.client_id, "x-client-secret": issued.secret}
    assert at(ATTACKER).call("POST /s2s/session", {"user_id": "anna"}, headers=headers).status == 200
