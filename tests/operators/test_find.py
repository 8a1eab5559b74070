"""Players are found by whatever is known of them, each by a look at one item."""

import json

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.players.operator import Operator
from tests.helpers.service.aws import Aws
from tests.helpers.service.process import restart
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

pytestmark = ENGINES
EMAIL = {"email": "Anna@example.com", "password": "3bc8f72e95a9"}


@pytest.fixture
def operator() -> Operator:
    """Give an operator."""
    return Operator()


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give a session of a player with a device and an address."""
    session = client.sign_in("Anna")
    client.link(session, "email", **EMAIL)
    return session


def test_by_what_identifies(operator: Operator, client: Client, anna: Answer, store: Store) -> None:
    """A player is found by user id, username, address, device, custom id and a provider's subject."""
    client.link(anna, "custom", id="custom-id-of-anna")
    store.put_identity("steam#76561190000000001", anna.user_id)
    store.put_identity("partner#1234567890#anna", anna.user_id)
    known = {
        anna.user_id: "user_id",
        anna.user_id.upper(): "user_id",
        "Anna": "username",
        "ANNA@Example.com": "email",
        device_of("Anna"): "device",
        "custom-id-of-anna": "custom",
        "76561190000000001": "steam",
        "steam:76561190000000001": "steam",
        "1234567890#anna": "partner",
    }

    assert {text: operator.found(text) for text in known} == {text: [("Anna", by)] for text, by in known.items()}


def test_by_an_issuers_subject(operator: Operator, anna: Answer, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A subject of an OpenID Connect issuer is found, by itself and with the issuer's name before it."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"oidc": {"corp": {"issuer": "https://id.example.com"}}}))
    restart()
    store.put_identity("oidc:corp#00u1", anna.user_id)

    assert operator.found("00u1") == operator.found("oidc:corp:00u1") == [("Anna", "oidc:corp")]


def test_beginning_of_a_username(operator: Operator, client: Client) -> None:
    """All whose username begins with a text are found, in alphabetical order, whatever the case."""
    for name in ("anna", "Annabel", "ANNE", "Ann", "bert", "anno"):
        client.sign_in(name)

    assert [name for name, _ in operator.found("ANN")] == ["Ann", "anna", "Annabel", "ANNE", "anno"]
    assert operator.found("anna ") == operator.found("annz") == []


def test_pages(operator: Operator, client: Client) -> None:
    """A long list comes in pages, of which a cursor leads to the next, and nobody is shown twice or left out."""
    names = [f"player{number:02}" for number in range(7)] + ["PLAYER03"]
    for name in names:
        client.sign_in(name)

    seen, query = [], {"limit": "3"}
    while True:
        body = operator.find("pl", **query).body
        assert len(body["users"]) <= 3
        seen += [user["username"] for user in body["users"]]
        if "cursor" not in body:
            break
        query = {"limit": "3", "cursor": body["cursor"]}

    assert seen == sorted(names, key=lambda name: (name.casefold(), name))


def test_renamed_player(operator: Operator, client: Client, anna: Answer) -> None:
    """A player is found by the new username and no more by the old one."""
    client.update_account(anna, username="Bella")

    assert operator.found("Anna") == operator.found("ann") == []
    assert operator.found("bel") == [("Bella", "username")]


def test_row_from_before_the_index(operator: Operator, anna: Answer, store: Store) -> None:
    """A username that is not in the index is found by itself, if not by its beginning."""
    store.put_username("Old-Timer", anna.user_id)
    store.set_user(anna.user_id, username="Old-Timer")

    assert operator.found("Old-Timer") == [("Old-Timer", "username")]
    assert operator.found("old") == []


def test_exact_look_ups_read_single_items(operator: Operator, anna: Answer, aws: Aws) -> None:
    """Nothing is scanned, and no partition is read but those of the index of usernames."""
    aws.asked.clear()

    assert operator.found(device_of("Anna")) == [("Anna", "device")]

    operations = [asked.operation for asked in aws.asked]
    assert set(operations) == {"BatchGetItem", "Query"}
    assert {asked.content["IndexName"] for asked in aws.asked if asked.operation == "Query"} == {"Prefix"}
    assert operations.count("BatchGetItem") == 2
    assert anna.user_id
