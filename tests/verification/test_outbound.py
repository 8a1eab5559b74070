"""The door to the internet: what is asked of whom, how long that may take, and what is tried again."""

import time

import pytest

from symbolon.errors import Unavailable
from symbolon.internet.answers import Answer, Call, NonsenseAnswer
from symbolon.internet.outbound import BUDGET_SECONDS, Outbound
from tests.helpers.providers.internet import APPLE, GRAPH, Internet
from tests.helpers.providers.replies import OUTAGES, SLOW, Reply, as_json

KEYS = f"https://{APPLE}/auth/keys"
PLACE = f"{APPLE}/auth/keys"
DOWN = "Apple is not available at the moment."
SECRET = "a-token-that-nobody-may-read"


def ask(url: str = KEYS, seconds: float = BUDGET_SECONDS, **more: object) -> Answer:
    """Ask Apple for something, with more of the request."""
    return Outbound("Apple", [APPLE], seconds).ask(Call(url, **more))  # type: ignore[arg-type]


def test_answer_is_returned(internet: Internet) -> None:
    """Status, headers and body come back as the host sent them."""
    internet.announce(PLACE, as_json({"keys": []}, 404, Cache_Control="max-age=60"))

    answer = ask()

    assert (answer.status, answer.headers["cache-control"], answer.json()) == (404, "max-age=60", {"keys": []})


def test_request_is_what_the_call_says(internet: Internet) -> None:
    """Parameters go into the query, escaped, headers along with it, and a form makes it a POST."""
    internet.announce(PLACE, as_json({}))

    ask(params={"after": "a&b=c#d"}, headers={"x-webapi-key": "key"})
    ask(form={"code": "4/0 é"})

    get, post = internet.seen
    assert (get.method, get.query, get.headers["x-webapi-key"]) == ("GET", {"after": "a&b=c#d"}, "key")
    assert (post.method, post.form, post.query) == ("POST", {"code": "4/0 é"}, {})


@pytest.mark.parametrize(
    "url",
    [
        "http://appleid.apple.com/auth/keys",
        "https://appleid.apple.com.evil.example.com/auth/keys",
        "https://appleid.apple.com:444/auth/keys",
        "https://anna@appleid.apple.com/auth/keys",
        "https://APPLEID.apple.com/auth/keys",
        "https://169.254.169.254/latest/meta-data",
        "//appleid.apple.com/auth/keys",
        "file:///etc/passwd",
    ],
)
def test_other_places_are_not_asked(internet: Internet, url: str) -> None:
    """Only the named hosts are asked, by https, whatever the URL tries."""
    with pytest.raises(Unavailable) as caught:
        ask(url)

    assert isinstance(caught.value.__cause__, NonsenseAnswer)
    assert internet.seen == []


def test_redirections_are_not_followed(internet: Internet) -> None:
    """A host that sends elsewhere is out of order, even when it sends to itself."""
    internet.announce(PLACE, Reply(302, b"", {"Location": f"https://{APPLE}/auth/keys2"}))
    internet.announce(f"{PLACE}2", as_json({}))

    with pytest.raises(Unavailable):
        ask()

    assert internet.asked(APPLE) == 1


@pytest.mark.parametrize("outage", OUTAGES)
def test_nonsense_is_an_outage(internet: Internet, outage: str) -> None:
    """An answer that is none says that the provider is down, by its name and nothing else of the request."""
    internet.fail(APPLE, OUTAGES[outage])

    with pytest.raises(Unavailable) as caught:
        ask(params={"access_token": SECRET}).json()

    limit = "the provider's limit of requests was reached" if outage == "busy" else ""
    assert (caught.value.message, caught.value.detail) == (DOWN, limit)


@pytest.mark.parametrize("pace", SLOW)
def test_slow_answer_is_not_waited_for(internet: Internet, pace: str) -> None:
    """The deadline is for the whole answer: it holds against silence, and against an answer in drops."""
    internet.fail(APPLE, SLOW[pace])
    start = time.monotonic()

    with pytest.raises(Unavailable, match=DOWN):
        ask(seconds=0.3)

    assert 0.25 < time.monotonic() - start < 1


def test_budget_is_for_all_requests_together(internet: Internet) -> None:
    """A second request through the same door has only the time that the first one left."""
    internet.announce(PLACE, Reply(body=b"{}", delay=0.2))
    door = Outbound("Apple", [APPLE], 0.3)
    door.ask(Call(KEYS))

    with pytest.raises(Unavailable, match=DOWN):
        door.ask(Call(KEYS))


def test_door_to_another_host_has_the_time_that_is_left(internet: Internet) -> None:
    """A door to the next host is no new budget."""
    internet.announce(f"{GRAPH}/me", Reply(body=b"{}", delay=0.2))
    door = Outbound("Apple", [APPLE], 0.1)

    with pytest.raises(Unavailable):
        door.to(GRAPH).ask(Call(f"https://{GRAPH}/me"))


def test_broken_connection_is_tried_once_more(internet: Internet) -> None:
    """A connection that breaks before the answer, as a pooled one does that idled too long, costs one repetition."""
    replies = iter([Reply(raw=b""), as_json({"second": "time"})])
    internet.announce(PLACE, lambda _: next(replies))

    assert ask().json() == {"second": "time"}
    assert internet.asked(APPLE) == 2


def test_broken_connections_are_tried_no_more_than_once(internet: Internet) -> None:
    """The second breach is an outage."""
    internet.fail(APPLE, Reply(raw=b""))

    with pytest.raises(Unavailable):
        ask()

    assert internet.asked(APPLE) == 2


def test_form_is_never_sent_again(internet: Internet) -> None:
    """What a form carries may be spent by a request whose answer got lost."""
    internet.fail(APPLE, Reply(raw=b""))

    with pytest.raises(Unavailable):
        ask(form={"code": "works-once"})

    assert internet.asked(APPLE) == 1


def test_connection_is_used_again(internet: Internet) -> None:
    """A second request goes over the connection of the first, without another handshake."""
    internet.announce(PLACE, as_json({}))

    ask()
    ask()

    assert internet.seen[0].connection == internet.seen[1].connection
