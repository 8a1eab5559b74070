"""Keys of a deployment that make way for one another: what Secrets Manager, CloudFormation and operators ask for."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest

from symbolon.rotation.rings import HttpKeys
from symbolon.settings.keyring import KeyRing
from symbolon.settings.succession import LEAD_SECONDS
from tests.conftest import Log
from tests.helpers.players.client import Answer, Call, Client, basic
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.keeper import GENERATED, STEPS, URL, Keeper, instance

DAY = 24 * 3600
READ_LATE = 901
KEPT_BY_API_GATEWAY = 2 * 3600


@pytest.fixture
def keeper(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """Give the keys of a new stack."""
    assert aws.url
    return Keeper(monkeypatch)


class CloudFormation:
    """Where a resource's function answers to."""

    def __init__(self) -> None:
        """Listen on a free port."""
        answers: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                assert not self.headers["content-type"]
                answers.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self.answers = answers
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def tell(self, keeper: Keeper, request: str) -> dict[str, Any]:
        """Tell the function that its resource is made, changes or goes, and give its answer."""
        keeper.invoke(
            {
                "RequestType": request,
                "ResponseURL": f"http://127.0.0.1:{self._server.server_port}/answer",
                "StackId": "a-stack",
                "RequestId": "a-request",
                "LogicalResourceId": "Keys",
                "ResourceProperties": {"ServiceToken": "…", "Because": "…"},
            }
        )
        return self.answers.pop()


@pytest.fixture
def stack() -> Iterator[CloudFormation]:
    """Give CloudFormation."""
    cloudformation = CloudFormation()
    yield cloudformation
    cloudformation.close()


def kids(listed: list[dict[str, Any]], ring: str = "session") -> list[str]:
    """Give the ids of a ring's keys."""
    return [key["kid"] for key in listed if key["ring"] == ring]


def header_of(session: Answer) -> dict[str, Any]:
    """Give the header of a session's token."""
    return dict(jwt.get_unverified_header(session.token))


@pytest.mark.parametrize("algorithm", ["HS256", "ES256", "RS256"])
def test_first_key_of_a_stack(keeper: Keeper, stack: CloudFormation, client: Client, algorithm: str) -> None:
    """`sam deploy` alone makes a key of the algorithm, by the API's address, and publishes what is public of it."""
    keeper.configure(algorithm=algorithm)

    answer = stack.tell(keeper, "Create")

    session = client.sign_in("anna")
    assert (answer["Status"], answer["PhysicalResourceId"], answer["RequestId"]) == ("SUCCESS", "keys", "a-request")
    assert header_of(session)["alg"] == algorithm
    assert keeper.published()["issuer"] == URL
    assert [key["kid"] for key in keeper.published()["keys"]] == (
        [] if algorithm == "HS256" else [header_of(session)["kid"]]
    )
    assert session.claims.get("iss", URL) == URL
    assert client.get_account(session).status == 200


def test_change_of_a_stack(keeper: Keeper, stack: CloudFormation, client: Client, clock: Clock) -> None:
    """When the algorithm changes, its key is published at once and signs after the lead; old tokens hold."""
    keeper.configure(token_expiry_sec=DAY)
    stack.tell(keeper, "Create")
    before = client.sign_in("anna")
    keeper.configure(algorithm="RS256")

    assert stack.tell(keeper, "Update")["Status"] == "SUCCESS"

    early = client.sign_in("anna")
    clock.advance(LEAD_SECONDS + 1)
    late = client.sign_in("anna")
    assert [header_of(session)["alg"] for session in (before, early, late)] == ["HS256", "HS256", "RS256"]
    assert [client.get_account(session).status for session in (before, early, late)] == [200, 200, 200]
    assert [key["kid"] for key in keeper.published()["keys"]] == [header_of(late)["kid"]]


def test_stack_that_is_old(keeper: Keeper, stack: CloudFormation, client: Client, clock: Clock) -> None:
    """A stack that gets this resource later has players: its first key pair waits like every other."""
    clock.advance(2 * DAY)
    keeper.configure(algorithm="ES256")

    stack.tell(keeper, "Create")

    assert header_of(client.sign_in("anna"))["alg"] == "HS256"


def test_nothing_changes_twice(keeper: Keeper, stack: CloudFormation) -> None:
    """An update that changes nothing writes no secret; a deletion leaves the keys where they are."""
    stack.tell(keeper, "Create")
    before = keeper.text()

    assert stack.tell(keeper, "Update")["Status"] == "SUCCESS"
    assert stack.tell(keeper, "Delete")["Status"] == "SUCCESS"
    assert keeper.text() == before


def test_failure_is_told_to_the_stack(keeper: Keeper, stack: CloudFormation, aws: Aws) -> None:
    """CloudFormation hears of a failure at once, with a reason that shows no key, instead of waiting for an hour."""
    aws.refuse("PutParameter", "AccessDeniedException")

    answer = stack.tell(keeper, "Create")

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == f"parameter {keeper.public}: AccessDeniedException"
    assert keeper.text() == GENERATED["session"]


@pytest.mark.parametrize("ring", ["session", "refresh", "http"])
def test_rotation_keeps_what_was_there(keeper: Keeper, client: Client, clock: Clock, ring: str) -> None:
    """A rotation puts a new key into the ring, and what was signed or shown with the old one still counts."""
    session = client.sign_in("anna")
    before = keeper.text(ring)

    keeper.rotate(ring)

    clock.advance(READ_LATE)
    assert keeper.text(ring) != before
    assert keeper.labels(ring) == ["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"] or "AWSPENDING" not in keeper.labels(ring)
    assert client.get_account(session).status == 200
    assert client.refresh(session.refresh_token).status == 200
    for key in [GENERATED["http"]] if ring != "http" else json.loads(keeper.text("http")):
        answer = client.call("POST /v2/rpc/none", headers={"authorization": basic(key)})
        assert answer.error[:2] == (404, 5)


def test_http_keys_are_known_before_they_are_used(keeper: Keeper) -> None:
    """A server that was told of no rotation has a whole period to learn of it, and no instance has to learn the key."""
    keeper.rotate("http")
    first = json.loads(keeper.text("http"))
    keeper.rotate("http")
    second = json.loads(keeper.text("http"))

    assert first[1] == GENERATED["http"]
    assert second[:2] == [first[2], first[0]]
    assert len({*first, *second}) == 4
    assert [len(key) for key in second] == [64, 64, 64]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_http_key_that_has_leaked(place: int) -> None:
    """A retired key is in the list no more; the two others stay, and one that instances know is there to use."""
    keys = HttpKeys()
    text = keys.rotated(GENERATED["http"])
    before = json.loads(text)

    after = json.loads(keys.retired(text, keys.listed(text)[place]["kid"]))

    assert {*before} - {*after} == {before[place]}
    assert after[0] == before[2 if place == 0 else 0]
    assert len(after) == 3


@pytest.mark.parametrize("ring", ["session", "refresh", "http"])
def test_nobody_is_refused_while_keys_rotate(keeper: Keeper, client: Client, clock: Clock, ring: str) -> None:
    """Between any two steps of a rotation, and after it, two instances take what the other, and what the ring, gives.

    They have read their rings long before, and somebody's wrong key has just kept them from reading them again.
    """
    keeper.rotate("http")
    knowledge: list[dict[str, Any]] = [{}, {}]
    players: list[Answer] = []

    def use() -> None:
        key = json.loads(keeper.text("http"))[0]
        for state in knowledge:
            with instance(state):
                players.append(client.sign_in("anna"))
                assert client.call("POST /v2/rpc/none", headers={"authorization": basic("wrong")}).status == 401
                assert client.call("POST /v2/rpc/none", headers={"authorization": basic(key)}).status == 404
                assert {client.get_account(player).status for player in players} == {200}
                assert client.refresh(players[0].refresh_token).status == 200

    use()
    for _ in range(2):
        version = ""
        for step in range(1, len(STEPS) + 1):
            version = version or keeper.rotate(ring, STEPS[:step])
            keeper.step(STEPS[step - 1], ring, version)
            use()
        clock.advance(READ_LATE)
        use()


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_each_step_may_come_again(keeper: Keeper, steps: int) -> None:
    """Secrets Manager repeats a step whose answer it did not get: nothing is made twice."""
    version = keeper.rotate(steps=("createSecret", "setSecret", "testSecret", "finishSecret")[:steps])
    before = keeper.text()
    for step in ("createSecret", "setSecret", "testSecret"):
        keeper.step(step, "session", version)
    assert keeper.text() == before
    keeper.step("finishSecret", "session", version)
    after = keeper.text()
    keeper.step("finishSecret", "session", version)

    assert keeper.text() == after != before
    assert len(json.loads(after)["keys"]) == 2


def test_test_without_a_new_key(keeper: Keeper) -> None:
    """When rotation is set up, Secrets Manager asks for a test of what there is."""
    keeper.step("testSecret", "session", "00000000-0000-4000-8000-000000000000")

    assert keeper.text() == GENERATED["session"]


@pytest.mark.parametrize(
    "event",
    [
        {"Step": "createSecret", "SecretId": "another", "ClientRequestToken": "t"},
        {"Step": "somethingElse", "SecretId": "session", "ClientRequestToken": "t"},
        {"action": "retire", "ring": "session", "kid": "none"},
        {"action": "retire", "ring": "http", "kid": "none"},
        {"action": "rotate", "ring": "everything"},
        {"action": "steal", "ring": "session"},
        {},
    ],
    ids=str,
)
def test_events_of_no_use(keeper: Keeper, event: dict[str, str]) -> None:
    """What is asked for by mistake fails, and changes nothing."""
    asked = {name: keeper.arns.get(value, value) if name == "SecretId" else value for name, value in event.items()}

    with pytest.raises(Exception, match=r"^[A-Z][^{]*|^a rotation") as failed:
        keeper.invoke(asked)

    assert type(failed.value).__name__ == "KeysFailed"
    assert [keeper.text(ring) for ring in GENERATED] == list(GENERATED.values())


def test_operators_see_no_key(keeper: Keeper, log: Log) -> None:
    """What an operator is shown, and what is logged, has ids and times alone."""
    keeper.invoke({"action": "rotate", "ring": "session"})
    listed = keeper.invoke({"action": "list"})

    shown = json.dumps([listed, log()])
    secrets = [key["k"] for key in json.loads(keeper.text())["keys"]]
    assert {key["ring"] for key in listed} == {"session", "refresh", "http"}
    assert not [secret for secret in [*secrets, *GENERATED.values()] if secret in shown]


def test_retired_key_counts_no_more(keeper: Keeper, client: Client, clock: Clock) -> None:
    """Within a quarter of an hour every instance refuses what a leaked key signed, and signs with another."""
    leaked = client.sign_in("mallory")
    [kid] = kids(keeper.invoke({"action": "list"}))

    keeper.invoke({"action": "retire", "ring": "session", "kid": kid})

    clock.advance(READ_LATE)
    assert client.get_account(leaked).status == 401
    assert header_of(client.sign_in("anna"))["kid"] != kid
    assert client.refresh(leaked.refresh_token).status == 200


def test_rotation_does_not_bring_a_retired_key_back(keeper: Keeper) -> None:
    """A rotation that was under way when a key was retired ends in nothing, and the next one goes well."""
    [kid] = kids(keeper.invoke({"action": "list"}))
    version = keeper.rotate(steps=("createSecret", "setSecret", "testSecret"))
    keeper.invoke({"action": "retire", "ring": "session", "kid": kid})

    with pytest.raises(Exception, match="not pending any more"):
        keeper.step("finishSecret", "session", version)

    assert kid not in keeper.text()
    keeper.rotate()
    assert kid not in keeper.text()


def test_keys_of_ones_own(keeper: Keeper, client: Client) -> None:
    """Keys that were put into the secret by hand are published when the operator says so."""
    keeper.configure(algorithm="ES256")
    keeper.put("session", json.dumps([{"kty": "oct", "k": "a" * 43}]))

    listed = keeper.invoke({"action": "ensure"})

    assert [key["alg"] for key in listed if key["ring"] == "session"] == ["ES256", "HS256"]
    assert len(keeper.published()["keys"]) == 1
    assert client.get_account(client.sign_in("anna")).status == 200


def test_weak_keys_are_not_put_to_use(keeper: Keeper) -> None:
    """A secret with a weak key is refused before it is published, and the secret stays."""
    keeper.put("session", "short")

    with pytest.raises(Exception, match="published or under 32 bytes"):
        keeper.invoke({"action": "rotate", "ring": "session"})

    assert keeper.text() == "short"


@pytest.mark.long
def test_months_with_two_instances(keeper: Keeper, stack: CloudFormation, client: Client, clock: Clock) -> None:
    """Over months of rotations no session is refused before it expires, by either of two instances or by others.

    The instances read the ring when they please; others keep the key set as long as API Gateway does.
    """
    keeper.configure(algorithm="ES256")
    stack.tell(keeper, "Create")
    knowledge: list[dict[str, Any]] = [{}, {}]
    kept: tuple[float, list[str]] = (0.0, [])
    live: list[Answer] = []
    signers: set[str] = set()
    for day in range(80):
        if day % 30 == 15:
            keeper.rotate("session")
            keeper.rotate("refresh")
        is_near = day % 30 == 15
        for _ in range(16 if is_near else 1):
            clock.advance(DAY / 16 if is_near else DAY)
            live = [session for session in live if session.claims["exp"] > clock.now()]
            for state in knowledge:
                with instance(state):
                    live.append(client.sign_in("anna"))
                    assert {client.get_account(session).status for session in live} == {200}
                    assert client.refresh(live[0].refresh_token).status == 200
            if kept[0] < clock.now() - KEPT_BY_API_GATEWAY:
                kept = (clock.now(), [key["kid"] for key in keeper.published()["keys"]])
            signers |= {header_of(session)["kid"] for session in live}
            assert {header_of(session)["kid"] for session in live} <= set(kept[1])

    assert len(signers) == 4
    ring = KeyRing.parse("ring", json.loads(keeper.text()), allow_weak=False)
    assert len(ring.accepted) == 1
    assert client.send(Call("GET /healthcheck")).status == 200
