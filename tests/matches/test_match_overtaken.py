"""Matches that change between a read and the write that follows it, and answers that get lost on the way."""

import pytest

from tests.helpers.players.client import Answer, Client
from tests.helpers.players.matchmaking import ENDPOINT, Matchmaking, use_settings
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock

MATCH_ID = "777f13d6-0080-4b71-8665-9783062c4fc7.dev-nakama"
GONE = (404, 5, "Match not found.")


@pytest.fixture
def matches(client: Client, monkeypatch: pytest.MonkeyPatch) -> Matchmaking:
    """Give the procedures of matches."""
    use_settings(monkeypatch)
    return Matchmaking(client)


@pytest.fixture
def operator(client: Client) -> Answer:
    """Give the session of somebody who operates game servers."""
    return client.sign_in("operator")


def test_join_that_a_closing_overtakes(matches: Matchmaking, operator: Answer, aws: Aws) -> None:
    """A player who came a moment too late stays outside."""
    match_id = matches.prepared(operator)
    aws.overtake("UpdateItem", lambda: matches.by_server("match/open", id=match_id, open=False))

    assert matches.join(operator, match_id).error == (400, 9, "Match is closed.")

    assert matches.label(match_id)["started"] is False


def test_join_that_the_end_overtakes(matches: Matchmaking, operator: Answer, aws: Aws) -> None:
    """A match that ended meanwhile does not come back by a join."""
    match_id = matches.prepared(operator)
    aws.overtake("UpdateItem", lambda: matches.by_server("match/unregister", id=match_id))

    assert matches.join(operator, match_id).error == GONE

    assert matches.by_server("match/label", id=match_id).error == GONE


def test_join_that_another_match_overtakes(matches: Matchmaking, operator: Answer, aws: Aws, clock: Clock) -> None:
    """Features were looked at for one match: when another has its place by then, they are looked at again."""
    matches.prepared(operator, id=MATCH_ID)

    def replace_the_match() -> None:
        clock.advance(61)
        wish: dict[str, object] = {"required_features": ["voice"]}
        matches.prepared(operator, wish, id=MATCH_ID, features=["voice"])

    aws.overtake("UpdateItem", replace_the_match)

    assert matches.join(operator, MATCH_ID).error == (400, 9, "IncompatibleServer")


def test_join_that_is_overtaken_time_and_again(matches: Matchmaking, operator: Answer, aws: Aws) -> None:
    """A join gives up after some attempts, and may be tried again."""
    match_id = matches.prepared(operator)
    item = {"match_id": {"S": match_id}, "expires_at": {"N": "99999999999"}, "broadcaster": {"M": {"sid": {"S": ""}}}}
    item |= {"app_id": {"S": ""}, "limit": {"N": "12"}, "open": {"BOOL": True}, "players": {"M": {}}}
    session = {"required_features": {"L": []}, "team_alignments": {"M": {}}}
    for attempt in range(6):
        other = {"M": session | {"mode": {"S": f"mode{attempt}"}}}
        aws.refuse("UpdateItem", "ConditionalCheckFailedException", Item=item | {"session": other})

    assert matches.join(operator, match_id).error == (503, 14, "The match is being changed by others.")

    assert matches.join(operator, match_id).status == 200


def test_preparation_that_another_server_overtakes(
    matches: Matchmaking, operator: Answer, aws: Aws, clock: Clock
) -> None:
    """A server that took over the id meanwhile is not prepared by who looked at the former one."""
    matches.parked(operator, id=MATCH_ID)

    def replace_the_server() -> None:
        clock.advance(61)
        matches.register(id=MATCH_ID, endpoint="198.51.100.7:6792")

    aws.overtake("UpdateItem", replace_the_server)

    assert matches.by(operator, "match/prepare", id=MATCH_ID, mode="arena").error[:2] == (400, 9)

    assert matches.label(MATCH_ID)["lobby_type"] == "unassigned"


def test_allocation_that_is_overtaken_takes_the_next(matches: Matchmaking, operator: Answer, aws: Aws) -> None:
    """Who wants any server and comes too late for one gets another."""
    first, second = matches.parked(operator), matches.parked(operator)
    taken = []

    def take_the_same() -> None:
        wanted = aws.asked[-1].content["Key"]["match_id"]["S"]
        taken.append(wanted)
        matches.by(operator, "match/prepare", id=wanted, mode="combat")

    aws.overtake("UpdateItem", take_the_same)

    answer = matches.by(operator, "match/prepare", mode="arena")

    assert {answer.body["id"], *taken} == {first, second}
    assert answer.body["label"]["mode"] == "arena"


def test_lost_answers(matches: Matchmaking, operator: Answer, aws: Aws) -> None:
    """A step whose answer from the store was lost is done once, and its caller is told so."""
    aws.lose_answer("UpdateItem")
    registered = matches.register(id=MATCH_ID, operator=operator.user_id)
    aws.lose_answer("UpdateItem")
    prepared = matches.by(operator, "match/prepare", id=MATCH_ID, mode="arena")
    aws.lose_answer("UpdateItem")
    joined = matches.join(operator, MATCH_ID)
    aws.lose_answer("UpdateItem")
    left = matches.by(operator, "match/leave", id=MATCH_ID)

    assert [answer.status for answer in (registered, prepared, joined, left)] == [200] * 4
    assert joined.body["label"]["size"] == 1
    assert "size" not in matches.label(MATCH_ID)


def test_leaving_again_after_a_lost_answer(matches: Matchmaking, operator: Answer, aws: Aws) -> None:
    """A request to leave that is sent again, since its answer was lost, leaves the place that was taken in between."""
    matches.register(id=MATCH_ID, operator=operator.user_id)
    matches.by(operator, "match/prepare", id=MATCH_ID, mode="arena")
    matches.join(operator, MATCH_ID)
    aws.lose_answer("UpdateItem")
    aws.overtake("UpdateItem", lambda: matches.join(operator, MATCH_ID))

    assert matches.by(operator, "match/leave", id=MATCH_ID).status == 200

    assert matches.label(MATCH_ID)["size"] == 1


def test_registration_that_a_twin_overtakes(matches: Matchmaking, aws: Aws) -> None:
    """Of two first registrations of one server the second keeps what the first made."""
    aws.overtake("UpdateItem", lambda: matches.register(id=MATCH_ID, regions=["first"]))

    answer = matches.register(id=MATCH_ID, regions=["second"])

    assert answer.body["label"]["broadcaster"]["regions"] == ["first"]
    assert answer.body["label"]["broadcaster"]["endpoint"] == ENDPOINT
