"""Meta Quest: a nonce that Meta confirms once for a user of our app."""

import secrets

import pytest

from tests.helpers.answers.answered import LATER, LIMIT, OURS, PLAYERS, Answered, graph
from tests.helpers.players.client import Answer, Client
from tests.helpers.providers.credentials import Way, settle
from tests.helpers.providers.internet import Internet, Seen
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store

HOST, PLACE = "graph.oculus.com", "graph.oculus.com/user_nonce_validate"
QUEST = {"user_id": "4711000000000001", "nonce": "nonce-of-anna"}
MISCONFIGURED = (500, 13, "The service is not configured correctly.")
WITHOUT_TABLES = Client(lambdas.invoke)
SECTION = {"app_id": "1234", "app_secret": "the-secret-of-meta-quest"}


def announce(internet: Internet) -> None:
    """Have Meta confirm each nonce once."""
    checked: set[str] = set()

    def answer(seen: Seen) -> Reply:
        is_new = seen.form["nonce"] not in checked
        checked.add(seen.form["nonce"])
        return as_json({"is_valid": is_new})

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
    place=PLACE,
    forged="nonce",
    refusal=as_json({"is_valid": False}),
    faults=(
        Answered("`is_valid` is false", as_json({"is_valid": False}), PLAYERS),
        *graph(OURS, "settings: metaquest.app_id or metaquest.app_secret was refused by Meta", 102, 104, 190),
        *graph(LATER, LIMIT, 4, 17, 341, 613),
        *graph(LATER, "", 1, 2),
        *graph(PLAYERS, "", 100),
    ),
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


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"error": {"code": "100"}}, 400),
        ({"error": "words"}, 400),
        ({"is_valid": "true"}, 200),
        ({"is_valid": 1}, 200),
        ({"is_valid": True}, 400),
        ({}, 200),
        ([{"is_valid": True}], 200),
    ],
)
def test_nonsense(internet: Internet, said: object, status: int) -> None:
    """What Meta does not say is an outage, and no confirmation."""
    internet.announce(PLACE, as_json(said, status))

    assert sign_in(WITHOUT_TABLES).error == WAY.down


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
