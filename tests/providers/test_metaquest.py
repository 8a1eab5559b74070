"""Meta Quest: a nonce that Meta confirms once for a user of our app."""

import json
from typing import Any

import pytest

from tests.helpers.players.client import Answer, Client
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import as_json
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

HOST, PLACE = "graph.oculus.com", "graph.oculus.com/user_nonce_validate"
QUEST = {"user_id": "4711000000000001", "nonce": "nonce-of-anna"}
REFUSED = (401, 16, "Could not authenticate Meta Quest profile.")
SECTION = {"app_id": "1234", "app_secret": "the-secret-of-meta-quest"}


@pytest.fixture(autouse=True)
def _settings(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 (it has settings of its own)
    configure(monkeypatch, SECTION)


def configure(monkeypatch: pytest.MonkeyPatch, section: object) -> None:
    """Put the section into the settings."""
    monkeypatch.setenv("PROVIDER_SETTINGS", json.dumps({"metaquest": section}))
    restart()


def sign_in(client: Client, **changed: str) -> Answer:
    """Sign in with Anna's proof."""
    return client.authenticate("metaquest", **{**QUEST, **changed})


def test_proof_signs_in(client: Client, store: Store, internet: Internet) -> None:
    """Meta is asked once, by a form that has our app's token; a new proof leads to the same account."""
    internet.announce(PLACE, as_json({"is_valid": True}))

    first, second = sign_in(client), sign_in(client, nonce="another-nonce")

    assert (first.body["created"], second.user_id) == (True, first.user_id)
    assert store.owners() == {"metaquest#4711000000000001": first.user_id}
    assert internet.asked(HOST) == 2
    assert internet.seen[0].method == "POST"
    assert internet.seen[0].form == QUEST | {"access_token": "OC|1234|the-secret-of-meta-quest"}


def test_link_unlink_and_sign_in(client: Client, internet: Internet) -> None:
    """One proof is tried at a link that is refused, and signs in then: Meta is asked once for it."""
    internet.announce(PLACE, as_json({"is_valid": True}))
    owner, anna = sign_in(client, nonce="first"), client.sign_in("anna")

    refused = client.link(anna, "metaquest", **QUEST)
    found = sign_in(client)

    assert refused.error == (409, 6, "Meta Quest ID is already in use.")
    assert found.user_id == owner.user_id
    assert internet.asked(HOST) == 2
    assert client.link(owner, "device", id="device-of-the-owner").body == {}
    assert client.unlink(owner, "metaquest").body == {}


def test_used_proof(client: Client, internet: Internet, clock: Clock) -> None:
    """A proof that made a session is spent."""
    internet.announce(PLACE, as_json({"is_valid": True}))
    sign_in(client)
    clock.advance(61)

    assert sign_in(client).error == REFUSED
    assert internet.asked(HOST) == 1


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        ({"is_valid": False}, 200, REFUSED),
        ({"error": {"code": 100, "message": "Invalid nonce"}}, 400, REFUSED),
        ({"error": {"code": 190, "message": "Invalid OAuth access token"}}, 400, (500, 13, None)),
        ({"error": {"code": 104, "message": "Incorrect signature"}}, 400, (500, 13, None)),
        ({"error": {"code": 4, "message": "Application request limit reached"}}, 400, (503, 14, None)),
        ({"is_valid": "true"}, 200, (503, 14, None)),
        ({}, 200, (503, 14, None)),
        ({}, 500, (503, 14, None)),
    ],
)
def test_what_meta_may_say(internet: Internet, said: dict[str, Any], status: int, error: Any) -> None:  # noqa: ANN401
    """A proof that is none is the player's fault, a refused token ours, and a limit or nonsense an outage."""
    internet.announce(PLACE, as_json(said, status))

    answer = sign_in(Client(lambdas.invoke))

    assert answer.error[:2] == error[:2]
    assert error[2] in (None, answer.error[2])


@pytest.mark.parametrize(
    "changed", [{"user_id": ""}, {"nonce": ""}, {"user_id": "x"}, {"user_id": "1" * 40}, {"nonce": "n" * 2000}]
)
def test_malformed_proof(client: Client, internet: Internet, changed: dict[str, str]) -> None:
    """What is no proof is refused without asking Meta."""
    answer = sign_in(client, **changed)

    assert answer.status == (400 if "" in changed.values() else 401)
    assert internet.asked(HOST) == 0


@pytest.mark.parametrize(("section", "error"), [({}, (400, 9)), ({"app_id": "1234"}, (500, 13)), ([1], (500, 13))])
def test_settings(client: Client, monkeypatch: pytest.MonkeyPatch, section: object, error: tuple[int, int]) -> None:
    """Without the section it is not configured; with half of it the operator is told."""
    configure(monkeypatch, section)

    assert sign_in(client).error[:2] == error
