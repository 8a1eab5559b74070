"""Meta Quest: a nonce that Meta confirms once for a user of our app."""

import secrets

import pytest

from tests.helpers.players.client import Answer, Client
from tests.helpers.providers.credentials import Way, settle
from tests.helpers.providers.internet import Internet, Seen
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service import lambdas
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

HOST, PLACE = "graph.oculus.com", "graph.oculus.com/user_nonce_validate"
QUEST = {"user_id": "4711000000000001", "nonce": "nonce-of-anna"}
REFUSED = (401, 16, "Could not authenticate Meta Quest profile.")
DOWN = (503, 14, "Meta Quest is not available at the moment.")
MISCONFIGURED = (500, 13, "The service is not configured correctly.")
WITHOUT_TABLES = Client(lambdas.invoke)
SECTION = {"app_id": "1234", "app_secret": "the-secret-of-meta-quest"}


def announce(internet: Internet, **said: object) -> None:
    """Have Meta confirm each nonce once, with changes in what it says."""
    checked: set[str] = set()

    def answer(seen: Seen) -> Reply:
        is_new = seen.form["nonce"] not in checked
        checked.add(seen.form["nonce"])
        return as_json({"is_valid": is_new} | said)

    internet.announce(PLACE, answer)


WAY = Way(
    "metaquest",
    "Meta Quest",
    lambda: QUEST | {"nonce": secrets.token_hex(16)},
    announce,
    HOST,
    once=True,
    code=True,
    section=SECTION,
    secrets=("app_secret",),
    required="Meta Quest user ID and nonce are required.",
    refuse=lambda internet: announce(internet, is_valid=False),
)


def sign_in(client: Client, **changed: str) -> Answer:
    """Sign in with Anna's proof."""
    return client.authenticate("metaquest", **{**QUEST, **changed})


def test_proof_signs_in(client: Client, store: Store, internet: Internet) -> None:
    """Meta is asked once, by a form that has our app's token; a new proof leads to the same account."""
    announce(internet)

    first, second = sign_in(client), sign_in(client, nonce="another-nonce")

    assert (first.body["created"], second.user_id) == (True, first.user_id)
    assert store.owners() == {"metaquest#4711000000000001": first.user_id}
    assert internet.asked(HOST) == 2
    assert internet.seen[0].method == "POST"
    assert internet.seen[0].form == QUEST | {"access_token": "OC|1234|the-secret-of-meta-quest"}


def test_link_unlink_and_sign_in(client: Client, internet: Internet) -> None:
    """One proof is tried at a link that is refused, and signs in then: Meta is asked once for it."""
    announce(internet)
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
    announce(internet)
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
        ({"error": {"code": 190, "message": "Invalid OAuth access token"}}, 400, MISCONFIGURED),
        ({"error": {"code": 104, "message": "Incorrect signature"}}, 400, MISCONFIGURED),
        ({"error": {"code": 4, "message": "Application request limit reached"}}, 400, DOWN),
        ({"error": {"code": "100"}}, 400, DOWN),
        ({"error": "words"}, 400, DOWN),
        ({"is_valid": "true"}, 200, DOWN),
        ({"is_valid": 1}, 200, DOWN),
        ({"is_valid": True}, 400, DOWN),
        ({}, 200, DOWN),
        ([{"is_valid": True}], 200, DOWN),
    ],
)
def test_what_meta_may_say(internet: Internet, said: object, status: int, error: tuple[int, int, str]) -> None:
    """A proof that is none is the player's fault, a refused token ours, and a limit or nonsense an outage."""
    internet.announce(PLACE, as_json(said, status))

    assert sign_in(WITHOUT_TABLES).error == error


@pytest.mark.parametrize(
    "changed", [{"user_id": ""}, {"nonce": ""}, {"user_id": "x"}, {"user_id": "1" * 40}, {"nonce": "n" * 2000}]
)
def test_malformed_proof(client: Client, internet: Internet, changed: dict[str, str]) -> None:
    """What is no proof is refused without asking Meta."""
    answer = sign_in(client, **changed)

    assert answer.status == (400 if "" in changed.values() else 401)
    assert internet.asked(HOST) == 0


@pytest.mark.usefixtures("internet")
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"app_id": None, "app_secret": None}, (400, 9, "Meta Quest authentication is not configured.")),
        ({"app_secret": None}, MISCONFIGURED),
        ({"app_id": ""}, MISCONFIGURED),
        ({"app_secret": ["x"]}, MISCONFIGURED),
    ],
)
def test_settings(monkeypatch: pytest.MonkeyPatch, changed: dict[str, object], error: tuple[int, int, str]) -> None:
    """Without the section it is not configured; with half of it the operator is told, and no check is left out."""
    settle(monkeypatch, metaquest=changed)

    assert sign_in(WITHOUT_TABLES).error == error
