"""Friends of a player's friends: who is shown, in which order, page by page, at what cost."""

from typing import Any

import pytest

from symbolon.friends import acquaintances
from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.friends import Player, do, make_friends
from tests.helpers.service.aws import Aws
from tests.helpers.service.store import Store

BAD_CURSOR = (400, 3, "Cursor is invalid.")
BAD_LIMIT = (400, 3, "Invalid limit - limit must be between 1 and 100.")


def ask(client: Client, session: Answer, /, **query: str) -> Answer:
    """Ask for a page of the friends of the player's friends."""
    return client.call("GET /v2/friend/friends", query=query, headers=bearer(session))


def pairs(answer: Answer) -> list[tuple[str, str]]:
    """Give who is shown, as pairs of the friend and the friend's friend."""
    return [(entry["referrer"], entry["user"]["id"]) for entry in answer.body.get("friends_of_friends", [])]


def all_pages(client: Client, session: Answer, limit: int) -> list[list[tuple[str, str]]]:
    """Give the pages from the first to the last."""
    pages, query = [], {"limit": str(limit)}
    for _ in range(50):
        answer = ask(client, session, **query)
        assert answer.status == 200, answer.body
        pages.append(pairs(answer))
        if "cursor" not in answer.body:
            return pages
        query["cursor"] = answer.body["cursor"]
    raise AssertionError("the list has no end")


def player(client: Client, name: str) -> Answer:
    """Give the session of a player."""
    return client.sign_in(name)


def test_friends_of_friends_are_shown_with_the_friend(client: Client) -> None:
    """Each entry has the friend who knows the user, and the user as everyone sees them."""
    anna, bert, carl = (player(client, name) for name in ("anna", "bert", "carl"))
    make_friends(client, bert, anna, carl)

    [entry] = ask(client, anna).body["friends_of_friends"]

    assert entry["referrer"] == bert.user_id
    assert entry["user"] == client.get_users(anna, ids=carl.user_id).body["users"][0]
    assert entry["user"]["username"] == "carl"


def test_who_is_left_out(client: Client) -> None:
    """Oneself, one's own friends, whom one has blocked, and who is no friend of the friend's are not shown."""
    anna = Player.new(client, "anna")
    bert, carl, blocked, invited, gone, stranger = (
        Player.new(client, name) for name in ("bert", "carl", "blocked", "invited", "gone", "stranger")
    )
    anna.befriend(bert, carl)
    bert.befriend(carl, blocked, gone, stranger)
    bert.add(invited)
    anna.block(blocked)
    gone.delete_account()

    assert pairs(ask(client, anna.session)) == [(bert.user_id, stranger.user_id)]


def test_an_invite_is_no_friendship(client: Client) -> None:
    """Whom one has only invited, or who has invited one, leads to nobody."""
    anna, bert, carl = (player(client, name) for name in ("anna", "bert", "carl"))
    make_friends(client, bert, carl)
    do(client, "add", anna, bert)

    assert ask(client, anna).body == ask(client, bert).body == {}


def circle(client: Client) -> tuple[Answer, list[tuple[str, str]]]:
    """Give a player with three friends, who share some of their friends, and all who are to be shown, in order."""
    anna, *friends = (player(client, name) for name in ("anna", "bert", "carl", "dora"))
    others = [player(client, f"other-{number}") for number in range(7)]
    make_friends(client, anna, *friends)
    make_friends(client, friends[0], *others[:5])
    make_friends(client, friends[1], *others[2:])
    make_friends(client, friends[2], friends[0])
    known = [(friends[0], other) for other in others[:5]] + [(friends[1], other) for other in others[2:]]
    return anna, sorted((friend.user_id, other.user_id) for friend, other in known)


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 9, 10, 11, 100])
def test_pages_have_everybody_once(client: Client, limit: int) -> None:
    """Whatever the size of pages, they have all pairs once, in order, and only the last has no cursor."""
    anna, expected = circle(client)

    pages = all_pages(client, anna, limit)

    assert [pair for page in pages for pair in page] == expected
    assert [len(page) for page in pages] == [min(limit, 10 - first) for first in range(0, 10, limit)]


def test_default_is_ten(client: Client) -> None:
    """Without a limit a page has ten, as Nakama's."""
    anna, bert, *others = (player(client, f"p{number}") for number in range(14))
    make_friends(client, bert, anna, *others)

    first = ask(client, anna)

    assert (len(pairs(first)), "cursor" in first.body) == (10, True)


def test_the_list_goes_on_when_friends_have_gone(client: Client) -> None:
    """A cursor is good when the friend at whom it stopped is none any more: the list goes on with those behind."""
    anna, *friends = (player(client, name) for name in ("anna", "bert", "carl", "dora"))
    make_friends(client, anna, *friends)
    for friend in friends:
        make_friends(client, friend, *(player(client, f"of-{friend.user_id}-{number}") for number in range(3)))
    expected = [pair for page in all_pages(client, anna, 100) for pair in page]
    first = ask(client, anna, limit="4")
    parted = expected[3][0]
    assert client.call("DELETE /v2/friend", query={"ids": parted}, headers=bearer(anna)).status == 200

    rest = ask(client, anna, limit="100", cursor=first.body["cursor"])

    assert pairs(rest) == [pair for pair in expected if pair[0] > parted]


@pytest.mark.parametrize("limit", ["0", "101", "-1"])
def test_limit_has_bounds(client: Client, limit: str) -> None:
    """A page has 1 to 100 entries."""
    assert ask(client, player(client, "anna"), limit=limit).error == BAD_LIMIT


@pytest.mark.parametrize("cursor", ["nonsense", "W10=", "WyJmcmllbmRzIl0=", "bnVsbA=="])
def test_cursors_that_are_none(client: Client, cursor: str) -> None:
    """What is no cursor is refused."""
    assert ask(client, player(client, "anna"), cursor=cursor).error == BAD_CURSOR


def test_a_cursor_is_good_for_its_list(client: Client) -> None:
    """A cursor of another player's list, or of another list, is refused."""
    anna, _ = circle(client)
    bert = client.authenticate("device", id="device-of-bert")
    own = ask(client, anna, limit="1").body["cursor"]
    other = client.call("GET /v2/friend", query={"limit": "1"}, headers=bearer(anna)).body["cursor"]

    assert ask(client, bert, cursor=own).error == BAD_CURSOR
    assert ask(client, anna, cursor=other).error == BAD_CURSOR
    assert client.call("GET /v2/friend", query={"cursor": own}, headers=bearer(anna)).error == BAD_CURSOR


def test_a_session_is_needed(client: Client) -> None:
    """Nobody looks without a session."""
    assert client.call("GET /v2/friend/friends").error == (401, 16, "Auth token required")


@pytest.mark.parametrize("work", [51, 53, 120])
def test_work_of_a_page_is_bounded(client: Client, monkeypatch: pytest.MonkeyPatch, work: int) -> None:
    """However little one page may look at, pages end, and together have everybody."""
    anna, expected = circle(client)
    monkeypatch.setattr(acquaintances, "MOST_WORK", work)

    pages = all_pages(client, anna, 3)

    assert [pair for page in pages for pair in page] == expected


def test_a_popular_friend_costs_no_more_than_a_page(
    client: Client, store: Store, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a friend with many invites one page reads a bounded number, and the next goes on behind them."""
    monkeypatch.setattr(acquaintances, "MOST_WORK", 150)
    anna, bert, carl = (player(client, name) for name in ("anna", "bert", "carl"))
    make_friends(client, bert, anna)
    for number in range(120):
        store.put_edge(bert.user_id, f"00000000-0000-4000-8000-{number:012}", 1)
    make_friends(client, bert, carl)
    aws.asked.clear()

    first = ask(client, anna)
    asked = [request for request in aws.asked if request.operation == "Query"]
    second: dict[str, Any] = ask(client, anna, cursor=first.body["cursor"]).body

    assert (pairs(first), len(asked)) == ([], 3)
    assert [entry["user"]["username"] for entry in second["friends_of_friends"]] == ["carl"]
