"""Providers' keys outlive an instance: what one has fetched all find, and together they ask for it once."""

import time
from collections.abc import Callable

import pytest

from symbolon.errors import Unavailable
from symbolon.internet.outbound import Outbound
from symbolon.internet.publications import COOLDOWN_SECONDS, RENEWAL_PAUSE_SECONDS
from symbolon.verification.keysets import KeySet, UnknownKeyId
from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import settle
from tests.helpers.providers.deaths import late
from tests.helpers.providers.id_tokens import APPLE_ID
from tests.helpers.providers.internet import APPLE, Internet
from tests.helpers.providers.replies import OUTAGES, SLOW, Reply
from tests.helpers.providers.ways import WAYS
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
URL = f"https://{APPLE_ID.keys_at}"
PUBLISHED = ["apple", "google", "limited login", "gamecenter"]
Instance = Callable[[str], bool]


def instance() -> Instance:
    """Give a new instance: what tells whether it finds the key with an id."""
    keys = KeySet(URL)

    def works(kid: str = "1") -> bool:
        try:
            return keys.key(kid, "RS256", Outbound("Apple", [APPLE])) is not None
        except UnknownKeyId:
            return False

    return works


@pytest.fixture
def apple(internet: Internet, store: Store) -> Internet:
    """Give the internet, in which Apple publishes a key, and a table that no instance has written to."""
    assert store.rows("PublicationsTable") == []
    APPLE_ID.publish(internet)
    return internet


@ENGINES
def test_keys_are_fetched_once_for_all(apple: Internet) -> None:
    """The second instance finds what the first one fetched, and asks nobody."""
    assert instance()("1")
    assert instance()("1")
    assert apple.asked(APPLE) == 1


@pytest.mark.parametrize("fault", ["silent", "late", "down"])
def test_outage_of_a_day(apple: Internet, clock: Clock, fault: str) -> None:
    """While the provider is down for a day, new instances find the keys of before, and nobody waits long for them."""
    first = instance()
    first("1")
    apple.fail(APPLE, {**OUTAGES, **SLOW}[fault])
    clock.advance(5 * MINUTE + DAY - 60)
    start = time.monotonic()

    assert instance()("1")
    assert first("1")
    assert instance()("1")
    assert time.monotonic() - start < 2
    assert apple.asked(APPLE) <= 3


def test_old_keys_do_not_serve_for_ever(apple: Internet, clock: Clock) -> None:
    """After that day nobody is let in with them, by whichever instance."""
    instance()("1")
    apple.fail(APPLE, Reply(503))
    clock.advance(5 * MINUTE + DAY + 1)

    with pytest.raises(Unavailable):
        instance()("1")


@ENGINES
def test_one_instance_renews(apple: Internet, clock: Clock) -> None:
    """Of many instances whose keys have had their time one asks the provider, and the others take what it got."""
    instances = [instance() for _ in range(5)]
    for works in instances:
        works("1")
    APPLE_ID.publish(apple, "1", "2")
    clock.advance(6 * MINUTE)

    for works in instances:
        assert works("1")
    assert apple.asked(APPLE) == 2

    clock.advance(RENEWAL_PAUSE_SECONDS + 1)
    for works in instances:
        assert works("2")
    assert apple.asked(APPLE) == 2


def test_renewal_that_fails_is_tried_by_one(apple: Internet, clock: Clock) -> None:
    """While the provider is down it is asked once in half a minute, by all instances together."""
    instances = [instance() for _ in range(5)]
    for works in instances:
        works("1")
    apple.fail(APPLE, Reply(503))
    clock.advance(6 * MINUTE)

    for _ in range(3):
        assert all(works("1") for works in instances)
        clock.advance(RENEWAL_PAUSE_SECONDS + 1)
    assert apple.asked(APPLE) == 1 + 3


@ENGINES
def test_forged_key_ids_cost_one_fetch_for_all(apple: Internet, clock: Clock) -> None:
    """Unknown key ids drive one fetch in ten seconds, whichever instances they come to."""
    instances = [instance() for _ in range(10)]
    for works in instances:
        works("1")

    assert not any(works(f"forged {number}") for number, works in enumerate(instances))
    assert apple.asked(APPLE) == 2
    clock.advance(COOLDOWN_SECONDS + 1)
    assert not any(works(f"forged {number}") for number, works in enumerate(instances))
    assert apple.asked(APPLE) == 3


@ENGINES
def test_new_key_is_found_for_all(apple: Internet) -> None:
    """A key that one instance has found, the others take from the table; another rotation may follow at once."""
    first, second = instance(), instance()
    first("1")
    second("1")

    for number, kid in enumerate(("2", "3"), 2):
        APPLE_ID.publish(apple, "1", kid)
        assert first(kid)
        assert second(kid)
        assert apple.asked(APPLE) == number


def test_search_that_failed_is_not_repeated_by_others(apple: Internet, clock: Clock) -> None:
    """While the provider is down, one of all instances looks for an unknown key; the others say so at once."""
    instances = [instance() for _ in range(5)]
    for works in instances:
        works("1")
    apple.fail(APPLE, Reply(503))

    for works in instances:
        with pytest.raises(Unavailable):
            works("2")
        assert works("1")
    assert apple.asked(APPLE) == 2

    apple.mend(APPLE)
    APPLE_ID.publish(apple, "1", "2")
    clock.advance(COOLDOWN_SECONDS + 1)
    assert all(works("2") for works in instances)
    assert apple.asked(APPLE) == 3


def test_search_of_another_instance_is_waited_for(apple: Internet, aws: Aws) -> None:
    """An instance that was overtaken by the search of another one takes what that found."""
    first, second = instance(), instance()
    first("1")
    second("1")
    APPLE_ID.publish(apple, "1", "2")
    aws.overtake("UpdateItem", lambda: first("2"))

    assert second("2")
    assert apple.asked(APPLE) == 2


def test_older_keys_never_replace_newer_ones(apple: Internet, store: Store, aws: Aws) -> None:
    """An answer that took longer than somebody else's newer one is not put in its place."""
    APPLE_ID.publish(apple, "1", "2")
    aws.overtake("UpdateItem", lambda: instance()("1"))
    instance()("1")
    [newer] = store.rows("PublicationsTable")

    assert instance()("2")
    assert newer["fetched_at"] == store.rows("PublicationsTable")[0]["fetched_at"]


@pytest.mark.parametrize("body", ["bm9uc2Vuc2U=", "e30=", "W10="])
def test_nonsense_in_the_table(apple: Internet, store: Store, body: str) -> None:
    """What makes no sense there is fetched anew."""
    now = int(time.time())
    item = {"url": URL, "body": body, "fetched_at": (now - 5) * 1000, "fresh_until": now + 300}
    store.put("PublicationsTable", item)

    assert instance()("1")
    assert apple.asked(APPLE) == 1


def test_item_outlives_what_serves(apple: Internet, store: Store) -> None:
    """DynamoDB deletes an item no sooner than its keys have served for the last time."""
    instance()("1")

    [item] = store.rows("PublicationsTable")
    assert item["expires_at"] > item["fresh_until"] + DAY
    assert item.keys() == {"url", "body", "fetched_at", "fresh_until", "expires_at"}
    assert apple.asked(APPLE) == 1


@pytest.mark.usefixtures("apple")
def test_table_that_is_down(aws: Aws) -> None:
    """An instance that has keys needs no table to verify with them."""
    works = instance()
    works("1")

    with aws.outage():
        assert works("1")


@pytest.mark.parametrize("name", PUBLISHED)
def test_new_instance_while_the_provider_is_gone(
    client: Client, internet: Internet, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A new instance signs a player in without a word from the provider, which another instance has asked before."""
    way = WAYS[name]
    way.announce(internet)
    client.authenticate(way.provider, **way.credential())
    settle(monkeypatch)
    internet.fail(way.host, SLOW["late"])
    internet.seen.clear()

    assert client.authenticate(way.provider, **way.credential()).status == 200
    assert internet.seen == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_provider_that_is_far_away(
    client: Client, internet: Internet, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Where the provider takes 150 ms for each answer, only the very first instance waits for one."""
    way = WAYS[name]
    way.announce(internet)
    for place, answer in internet.answers.items():
        internet.announce(place, late(answer, 0.15))

    seconds = []
    for _ in range(2):
        settle(monkeypatch)
        start = time.monotonic()
        assert client.authenticate(way.provider, **way.credential()).status == 200
        seconds.append(time.monotonic() - start)

    assert len(internet.seen) == 1
    assert seconds[1] < 0.15 < seconds[0]
