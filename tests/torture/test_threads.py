"""The same operations by threads, on engines that are not ours, judged and audited in the same way."""

import json
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from random import Random
from threading import Thread

import pytest

from local.audit.audit import Pace, audit
from local.torture.judge.history import History, Operation
from local.torture.judge.verdict import violations
from local.torture.play.board import Board
from local.torture.play.referee import Referee
from local.torture.play.surroundings import Surroundings
from local.torture.play.turn import PLAYS, Turn, perform
from local.torture.play.wire import Answer, Call
from local.torture.run import PARTNER
from symbolon.partners.partners import hash_secret
from tests.conftest import SETTINGS
from tests.helpers.players import client
from tests.helpers.service.lambdas import OPERATOR, make_event, run, signed_by
from tests.helpers.service.real_engines import REAL_ENGINES
from tests.helpers.service.store import Store

PLAYERS, LENGTH, REFEREE = 4, 14, 9
HTTP_KEY = "the-http-key-of-the-threads-0123456789"
FILES = ("signing_in", "linking", "accounts", "sessions", "friends", "operators", "matches")


def send(_turn: Turn, call: Call) -> Answer:
    """Carry a call to the function that has its route."""
    event = make_event(client.Call(call.route, call.query, call.headers, call.body))
    if call.is_signed:
        event["requestContext"]["authorizer"] = {"iam": signed_by(OPERATOR)}
    answer = run(event)
    return Answer(answer.status, answer.body, answer.headers)


@pytest.fixture
def around(store: Store, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """Give what players share: a studio with a partner and a key for its game servers."""
    monkeypatch.setenv("SETTINGS", json.dumps({**SETTINGS, "http_key": HTTP_KEY}))
    client_id, secret = PARTNER
    secrets = [{"hash": hash_secret(secret), "created": ""}]
    store.put("PartnersTable", {"client_id": client_id, "name": "A partner", "enabled": True, "secrets": secrets})
    return Surroundings(
        send, Board(), History(), client.SERVER_KEY, HTTP_KEY, PARTNER, (), 0.7, now=time.time, wait=time.sleep
    )


def turns(around: Surroundings, player: int) -> Iterator[Turn]:
    """Yield a player's turns."""
    names = [name for name, play in PLAYS.items() if play.__module__.rpartition(".")[2] in FILES]
    draw, number = Random(player), 0  # noqa: S311 (chance, and no secret)
    while True:
        number += 1
        name = "sign_in" if number == 1 else draw.choice(names)
        chance = Random(f"{player}/{number}")  # noqa: S311 (as above)
        yield Turn(Operation(player, number, name), chance, around)


def play(around: Surroundings, player: int) -> None:
    """Have a player do what it does."""
    for turn in islice(turns(around, player), LENGTH):
        perform(turn.operation.name, turn)


@REAL_ENGINES
def test_nothing_is_lost_by_threads(around: Surroundings) -> None:
    """Whatever threads do to few accounts at once, an order explains all answers, and all tables agree."""
    threads = [Thread(target=partial(play, around, player)) for player in range(PLAYERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    Referee(turns(around, REFEREE)).inspect()

    assert len(around.history.operations) > PLAYERS * LENGTH
    assert [violation.says for violation in violations(around.history)] == []
    assert [violation.finding.says for violation in audit(Pace(segments=2, pause_seconds=0))] == []
