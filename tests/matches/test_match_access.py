"""Who may join a match, as what, and for whom its places are kept."""

import pytest

from tests.helpers.players.client import Answer, Client
from tests.helpers.players.matchmaking import ENDPOINT, Matchmaking, use_settings
from tests.helpers.service.aws import Aws
from tests.helpers.service.store import Store

PRIVATE: dict[str, object] = {"mode": "echo_arena_private"}
NOT_INVITED = (403, 7, "Match is private.")
NO_INVITER = (403, 7, "Only who prepared the match, is named by it or is in it may invite.")
NO_MODERATOR = (403, 7, "Only role_alignments make a moderator.")
FULL = (429, 8, "Match is full.")


@pytest.fixture
def matches(client: Client, monkeypatch: pytest.MonkeyPatch) -> Matchmaking:
    """Give the procedures of matches."""
    use_settings(monkeypatch)
    return Matchmaking(client)


@pytest.fixture
def operator(matches: Matchmaking) -> Answer:
    """Give the session of somebody who operates game servers and prepares their matches."""
    return matches.client.sign_in("operator")


@pytest.fixture
def named(matches: Matchmaking, store: Store) -> list[Answer]:
    """Give the sessions of players whom role_alignments name as the Discord ids 1, 2, 3."""
    players = [matches.client.sign_in(f"named-{number}") for number in (1, 2, 3)]
    for number, player in enumerate(players, 1):
        store.put_identity(f"discord#{number}", player.user_id)
    return players


def roles(*names: str) -> dict[str, object]:
    """Give the roles of the first of those whom a match names."""
    return {"role_alignments": {str(number): role for number, role in enumerate(names, 1)}}


def strangers(matches: Matchmaking, number: int) -> list[Answer]:
    """Give the sessions of players whom nobody knows."""
    return [matches.client.sign_in(f"stranger-{index}") for index in range(number)]


def invite(matches: Matchmaking, session: Answer, match_id: str, *others: Answer) -> Answer:
    """Invite others to a match."""
    return matches.by(session, "match/invite", id=match_id, user_ids=[other.user_id for other in others])


def test_a_private_match_is_listed_and_not_joined(matches: Matchmaking, operator: Answer) -> None:
    """Whoever lists matches finds a private one, and neither joins it nor learns its server's address."""
    match_id = matches.prepared(operator, PRIVATE)
    [stranger] = strangers(matches, 1)

    assert matches.listed(stranger) == [match_id]
    for role in ({}, {"role": "blue"}, {"role": "spectator"}, {"role": "moderator"}, {"features": ["any"]}):
        refused = matches.join(stranger, match_id, **role)
        assert refused.error == NOT_INVITED
        assert ENDPOINT not in refused.text
    assert ENDPOINT not in matches.by(stranger, "match/label", id=match_id).text
    assert ENDPOINT not in matches.by(stranger, "match/list").text
    assert "size" not in matches.label(match_id)


def test_who_is_named_joins(matches: Matchmaking, operator: Answer, named: list[Answer]) -> None:
    """Whom role_alignments name joins a private match with their team; so does the preparer, and nobody else."""
    match_id = matches.prepared(operator, PRIVATE | roles("blue", "moderator"))

    assert matches.join(named[0], match_id).body["team"] == 0
    assert matches.join(named[1], match_id, role="blue").body["team"] == 4
    assert matches.join(operator, match_id).status == 200
    assert matches.join(named[2], match_id).error == NOT_INVITED


def test_who_is_invited_joins(matches: Matchmaking, operator: Answer, named: list[Answer]) -> None:
    """The preparer, whom the match names, and players in it invite others, who then join and invite others."""
    match_id = matches.prepared(operator, PRIVATE | roles("blue"))
    first, second, third, fourth = strangers(matches, 4)

    assert invite(matches, operator, match_id, first).body == {}
    assert invite(matches, named[0], match_id, second).status == 200
    assert matches.join(first, match_id).status == 200
    assert invite(matches, first, match_id, third, second).status == 200
    assert matches.join(third, match_id).status == matches.join(second, match_id).status == 200
    assert matches.join(fourth, match_id).error == NOT_INVITED


def test_who_may_not_invite(matches: Matchmaking, operator: Answer) -> None:
    """Neither strangers invite, themselves least of all, nor who is invited and has not joined, nor who has left."""
    match_id = matches.prepared(operator, PRIVATE)
    first, second = strangers(matches, 2)

    assert invite(matches, first, match_id, first).error == NO_INVITER
    invite(matches, operator, match_id, first)
    assert invite(matches, first, match_id, second).error == NO_INVITER
    matches.join(first, match_id)
    matches.by(first, "match/leave", id=match_id)
    assert invite(matches, first, match_id, second).error == NO_INVITER
    assert matches.join(second, match_id).error == NOT_INVITED
    assert matches.join(first, match_id).status == 200


def test_a_server_invites(matches: Matchmaking, operator: Answer) -> None:
    """A game server, which has the http key, invites whom it likes."""
    match_id = matches.prepared(operator, PRIVATE)
    [stranger] = strangers(matches, 1)

    assert matches.by_server("match/invite", id=match_id, user_ids=[stranger.user_id.upper()]).status == 200
    assert matches.join(stranger, match_id).status == 200


def test_an_invitation_is_for_one_match(matches: Matchmaking, operator: Answer) -> None:
    """When a server plays another match, nobody is invited to that."""
    match_id = "777f13d6-0080-4b71-8665-9783062c4fc7.node"
    [stranger] = strangers(matches, 1)
    matches.prepared(operator, PRIVATE, id=match_id)
    invite(matches, operator, match_id, stranger)
    matches.by_server("match/unregister", id=match_id)
    matches.prepared(operator, PRIVATE, id=match_id)

    assert matches.join(stranger, match_id).error == NOT_INVITED


def test_what_is_no_invitation(matches: Matchmaking, operator: Answer) -> None:
    """An invitation is for users, of a match that is there and prepared."""
    parked, match_id = matches.parked(operator), matches.prepared(operator, PRIVATE)
    [stranger] = strangers(matches, 1)

    assert invite(matches, operator, parked, stranger).error == (400, 9, "Match is not prepared.")
    assert invite(matches, operator, match_id).error == (400, 3, "User IDs are required.")
    assert matches.by(operator, "match/invite", user_ids=["x"]).error == (400, 3, "Match ID is required.")
    assert matches.by(operator, "match/invite", id=match_id, user_ids=["x"]).error[:2] == (400, 3)
    gone = "777f13d6-0080-4b71-8665-9783062c4fc7.node"
    assert invite(matches, operator, gone, stranger).error == (404, 5, "Match not found.")


def test_invitations_are_bounded(matches: Matchmaking, operator: Answer) -> None:
    """A match remembers up to 256 who are invited; who is already does not count twice."""
    match_id = matches.prepared(operator, PRIVATE)
    user_ids = [f"00000000-0000-4000-8000-{number:012}" for number in range(257)]
    for first in range(0, 256, 32):
        assert matches.by(operator, "match/invite", id=match_id, user_ids=user_ids[first : first + 32]).status == 200

    assert matches.by(operator, "match/invite", id=match_id, user_ids=user_ids[:32]).status == 200
    too_many = matches.by(operator, "match/invite", id=match_id, user_ids=user_ids[256:])
    assert too_many.error == (429, 8, "At most 256 users can be invited to a match.")


def test_invitations_at_once_are_all_kept(matches: Matchmaking, operator: Answer, aws: Aws) -> None:
    """Of two invitations that meet, the second adds to what the first made of the match."""
    match_id = matches.prepared(operator, PRIVATE)
    first, second = strangers(matches, 2)
    aws.overtake("UpdateItem", lambda: invite(matches, operator, match_id, first))

    assert invite(matches, operator, match_id, second).status == 200

    assert [matches.join(player, match_id).status for player in (first, second)] == [200, 200]


def test_who_leaves_while_inviting_does_not(matches: Matchmaking, operator: Answer, aws: Aws) -> None:
    """A player's right to invite ends with the place in the match, in the same moment."""
    match_id = matches.prepared(operator, PRIVATE)
    first, second = strangers(matches, 2)
    invite(matches, operator, match_id, first)
    matches.join(first, match_id)
    aws.overtake("UpdateItem", lambda: matches.by(first, "match/leave", id=match_id))

    assert invite(matches, first, match_id, second).error == NO_INVITER


@pytest.mark.parametrize("mode", ["arena", "echo_arena_private"])
def test_nobody_makes_oneself_a_moderator(
    matches: Matchmaking, operator: Answer, named: list[Answer], mode: str
) -> None:
    """Who wants to be a moderator must be named as one: neither the preparer is, nor who is named as something else."""
    match_id = matches.prepared(operator, {"mode": mode} | roles("blue", "moderator"))
    [stranger] = strangers(matches, 1)
    invite(matches, operator, match_id, stranger)

    assert matches.join(stranger, match_id, role="moderator").error == NO_MODERATOR
    assert matches.join(operator, match_id, role="moderator").error == NO_MODERATOR
    assert matches.join(named[0], match_id, role="moderator").body["team"] == 0
    assert matches.join(named[1], match_id).body["team"] == 4
    assert matches.join(stranger, match_id, role="spectator").body["team"] == 2


def test_places_are_kept_for_who_is_named(matches: Matchmaking, operator: Answer, named: list[Answer]) -> None:
    """Strangers, however many, get the places that are left over, and leave; those who are named always get in."""
    match_id = matches.prepared(operator, roles("blue", "orange", "spectator"), limit=5)
    five = strangers(matches, 5)

    answers = [matches.join(stranger, match_id) for stranger in five]

    assert [answer.status for answer in answers] == [200, 200, 429, 429, 429]
    assert answers[2].error == FULL
    assert [matches.join(player, match_id).status for player in named] == [200, 200, 200]
    assert matches.label(match_id)["size"] == 5
    matches.by(named[0], "match/leave", id=match_id)
    assert matches.join(five[2], match_id).error == FULL
    matches.by_server("match/leave", id=match_id, user_id=five[0].user_id)
    assert matches.join(five[2], match_id).status == 200
    assert matches.join(named[0], match_id).status == 200


def test_more_are_named_than_there_are_places(matches: Matchmaking, operator: Answer, named: list[Answer]) -> None:
    """Where a match names more than it has places, no stranger gets one, and those who come first do."""
    match_id = matches.prepared(operator, roles("blue", "orange", "spectator"), limit=2)

    assert matches.join(operator, match_id).error == FULL
    assert [matches.join(player, match_id).status for player in named] == [200, 200, 429]


def test_places_of_guests_in_the_same_moment(
    matches: Matchmaking, operator: Answer, named: list[Answer], aws: Aws
) -> None:
    """The last place that is not kept is taken once, though two have seen it free."""
    match_id = matches.prepared(operator, roles("blue"), limit=2)
    first, second = strangers(matches, 2)
    aws.overtake("UpdateItem", lambda: matches.join(first, match_id))

    assert matches.join(second, match_id).error == FULL
    assert matches.join(named[0], match_id).status == 200


def test_matches_of_an_older_version(matches: Matchmaking, operator: Answer, named: list[Answer], store: Store) -> None:
    """A match that was prepared before places were kept is joined, left and invited to as ever."""
    match_id = matches.prepared(operator, PRIVATE | roles("blue"))
    [row] = store.rows("MatchesTable")
    store.put("MatchesTable", {name: value for name, value in row.items() if name not in ("guests", "invited")})
    [stranger] = strangers(matches, 1)

    assert matches.join(operator, match_id).status == matches.join(named[0], match_id).status == 200
    assert matches.by(operator, "match/leave", id=match_id).status == 200
    assert matches.by(operator, "match/leave", id=match_id).status == 200
    assert invite(matches, named[0], match_id, stranger).status == 200
    assert matches.join(stranger, match_id).status == 200
    assert matches.by(stranger, "match/leave", id=match_id).status == 200
    assert matches.label(match_id)["size"] == 1
