"""Matches that many want at once, over HTTP on the embedded store: what the conditions of the writes are for."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from local.gateway.settings import DEVELOPMENT
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.matchmaking import ENDPOINT, Matchmaking, over_http
from tests.helpers.service.local_gateway import start

pytestmark = pytest.mark.long

PLAYERS = 20


@pytest.fixture(scope="module")
def matches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matchmaking]:
    """Give the procedures of matches of a development server with an empty store."""
    started = start(tmp_path_factory.mktemp("races"))
    yield Matchmaking(Client(over_http(started.wait_for_url())), str(DEVELOPMENT["http_key"]))
    started.end()


@pytest.fixture(scope="module")
def players(matches: Matchmaking) -> list[Answer]:
    """Give the sessions of players."""
    return [matches.client.sign_in(f"player{number}") for number in range(PLAYERS)]


@pytest.fixture(scope="module")
def operator(matches: Matchmaking) -> Answer:
    """Give the session of somebody who operates game servers."""
    return matches.client.sign_in("operator")


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Make all calls at the same time."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


@pytest.mark.parametrize("limit", [1, 8, 12, PLAYERS])
def test_joins_never_exceed_the_limit(
    matches: Matchmaking, operator: Answer, players: list[Answer], limit: int
) -> None:
    """Of twenty players who join at once exactly as many get in as there are places, and the others learn why not."""
    match_id = matches.prepared(operator, limit=limit)

    answers = at_once([partial(matches.join, player, match_id) for player in players])

    assert sorted(answer.status for answer in answers) == [200] * limit + [429] * (PLAYERS - limit)
    label = matches.label(match_id)
    inside = {player.user_id for player, answer in zip(players, answers, strict=True) if answer.status == 200}
    assert {player["user_id"] for player in label["players"]} == inside
    assert label["size"] == limit
    assert {answer.body["label"]["started"] for answer in answers if answer.status == 200} == {True}


def test_one_player_joins_once(matches: Matchmaking, operator: Answer, players: list[Answer]) -> None:
    """Of ten joins of one player at once a single one succeeds."""
    match_id = matches.prepared(operator)

    answers = at_once([partial(matches.join, players[0], match_id)] * 10)

    assert sorted(answer.status for answer in answers) == [200] + [409] * 9
    assert matches.label(match_id)["size"] == 1


def test_places_change_hands(matches: Matchmaking, operator: Answer, players: list[Answer]) -> None:
    """While players come and go, a match never has more of them than places, and in the end exactly who stayed."""
    match_id = matches.prepared(operator, limit=5)
    goers, comers = players[:5], players[5:15]
    for player in goers:
        matches.join(player, match_id)

    answers = at_once(
        [partial(matches.by, player, "match/leave", id=match_id) for player in goers]
        + [partial(matches.join, player, match_id) for player in comers]
    )

    came = {player.user_id for player, answer in zip(comers, answers[5:], strict=True) if answer.status == 200}
    assert {player["user_id"] for player in matches.label(match_id).get("players", [])} == came
    assert len(came) <= 5


def test_one_of_many_prepares_wins(matches: Matchmaking, operator: Answer) -> None:
    """Of ten who prepare a match at once, even alike, one wins, and the match is as that one was told."""
    match_id = matches.parked(operator)

    answers = at_once([partial(matches.by, operator, "match/prepare", id=match_id, mode="arena")] * 10)

    assert sorted(answer.status for answer in answers) == [200] + [400] * 9
    [winner] = [answer for answer in answers if answer.status == 200]
    assert matches.label(match_id) == winner.body["label"]


def test_allocations_share_no_server(matches: Matchmaking, operator: Answer) -> None:
    """Of twelve who want any server while eight are free, eight get one each and four none."""
    free = {matches.parked(operator, regions=["allocation"]) for _ in range(8)}

    answers = at_once([partial(matches.by, operator, "match/prepare", mode="arena", region="allocation")] * 12)

    assert sorted(answer.status for answer in answers) == [200] * 8 + [429] * 4
    assert {answer.body["id"] for answer in answers if answer.status == 200} == free


def test_heartbeats_disturb_nobody(matches: Matchmaking, operator: Answer, players: list[Answer]) -> None:
    """A server that reports while players join loses none of them."""
    match_id = matches.prepared(operator)

    answers = at_once(
        [partial(matches.join, player, match_id) for player in players[:10]]
        + [partial(matches.register, id=match_id, endpoint=ENDPOINT)] * 10
    )

    assert {answer.status for answer in answers} == {200}
    assert matches.label(match_id)["size"] == 10


def test_one_registration_wins(matches: Matchmaking) -> None:
    """Of servers that want one id at once, one has it; its own repetitions are welcome."""
    match_id = "777f13d6-0080-4b71-8665-9783062c4fc7.races"
    endpoints = ["192.0.2.1:6792", "192.0.2.2:6792"] * 5

    answers = at_once([partial(matches.register, id=match_id, endpoint=endpoint) for endpoint in endpoints])

    owner = matches.label(match_id)["broadcaster"]["endpoint"]
    expected = [200 if endpoint == owner else 409 for endpoint in endpoints]
    assert [answer.status for answer in answers] == expected
