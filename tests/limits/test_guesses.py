"""Guesses at passwords: how many, how fast, from where; and that nobody is locked out by somebody else's."""

import json
from dataclasses import replace
from itertools import count

import pytest

from symbolon.identities.passwords import Password
from symbolon.limits import counters
from tests.conftest import SETTINGS, Log
from tests.helpers.players.client import Answer, Call, Client
from tests.helpers.service import lambdas
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

EMAIL, PASSWORD = "anna@example.com", "the password of anna"
WRONG = "a wrong password"
OWNER, STRANGER = "198.51.100.7", "203.0.113.9"


def at(address: str) -> Client:
    """Give a client at this IP address."""
    return Client(lambdas.from_address(address))


def guess(client: Client, password: str = WRONG, email: str = EMAIL) -> Answer:
    """Try a password, without making an account."""
    return client.authenticate("email", {"create": "false"}, email=email, password=password)


def statuses(client: Client, number: int, email: str = EMAIL) -> list[int]:
    """Give what so many wrong guesses are answered with."""
    return [guess(client, email=email).status for _ in range(number)]


@pytest.fixture
def owner(store: Store) -> Client:  # noqa: ARG001 (it empties the tables)
    """Give the client of a player who has signed up with an address."""
    client = at(OWNER)
    assert client.authenticate("email", email=EMAIL, password=PASSWORD).status == 200
    return client


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("address", [OWNER, STRANGER])
def test_delay_after_failures_in_a_row(address: str) -> None:
    """Ten failures are free; from then on there are delays, and the right password does not pass either."""
    answers = statuses(at(address), 12)

    refused = guess(at(address), PASSWORD)
    assert answers == [401] * 10 + [429] * 2
    wait = int(refused.headers["retry-after"])
    assert 4 <= wait <= 5
    assert refused.error == (429, 8, f"Too many failed attempts. Try again in {wait} seconds.")


def test_delays_grow(owner: Client, clock: Clock) -> None:
    """Each failure after a delay doubles the next one, up to a quarter of an hour."""
    statuses(owner, 10)

    waits = []
    for _ in range(9):
        refused = guess(owner)
        waits.append(int(refused.headers["retry-after"]))
        clock.advance(waits[-1])
        assert guess(owner).status == 401
    expected = [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert all(0 <= full - wait <= 1 for wait, full in zip(waits, expected, strict=True)), (
        waits
    )  # a second may have begun


@pytest.mark.long
def test_owner_is_not_locked_out(owner: Client, clock: Clock) -> None:
    """However many strangers guess for however long, the owner signs in at once from where it did before."""
    for hour in range(3):
        for network in range(30):
            statuses(at(f"203.0.113.{network}"), 12)
        assert guess(owner, PASSWORD).status == 200, hour
        clock.advance(1200)


@pytest.mark.long
def test_budget_of_an_account(owner: Client, clock: Clock) -> None:
    """From everywhere together an account has no more than a hundred guesses in an hour."""
    looked_at = 0
    for network in range(60):
        for _ in range(6):
            looked_at += guess(at(f"203.0.113.{network}")).status == 401
            clock.advance(10)
    looked_at += statuses(owner, 100).count(401)

    assert 20 <= looked_at <= 100


@pytest.mark.usefixtures("owner")
def test_a_stranger_who_knows_the_password_becomes_known() -> None:
    """A network from which the right password came is the owner's from then on."""
    second = at("2001:db8:1:2:3:4:5:6")
    assert guess(second, PASSWORD).status == 200
    for network in range(30):
        statuses(at(f"203.0.113.{network}"), 12)

    assert guess(at("2001:db8:1:2:ffff::1"), PASSWORD).status == 200


def test_success_ends_the_row(owner: Client) -> None:
    """The right password makes failures free again."""
    first = statuses(owner, 9)
    assert guess(owner, PASSWORD).status == 200

    assert first + statuses(owner, 9) == [401] * 18


@pytest.mark.usefixtures("owner")
def test_unknown_address_is_limited_alike() -> None:
    """An address without an account answers as one with an account does, limits included."""
    known, unknown = at("203.0.113.1"), at("203.0.113.2")

    assert statuses(known, 12) == [401] * 10 + [429] * 2
    assert statuses(unknown, 12, "nobody@example.com") == [404] * 10 + [429] * 2


def test_a_network_has_a_budget_over_all_accounts(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tries one password each at very many accounts is stopped, and others of the same network play on."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"limits": {"network_guesses_per_hour": 40}}))
    restart()
    sprayer = at(STRANGER)

    answers = [guess(sprayer, email=f"player{number}@example.com").status for number in range(45)]

    assert answers.count(404) == 40
    assert answers[-1] == 429
    assert sprayer.sign_in("bert").status == 200
    assert guess(owner, PASSWORD).status == 200


def test_refused_guess_costs_no_hashing(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a delay lasts, no password is looked at."""
    statuses(owner, 10)
    monkeypatch.setattr(Password, "matches", lambda *_: pytest.fail("a password was looked at"))

    assert guess(owner, PASSWORD).status == 429


def test_right_password_from_a_known_network_is_free(owner: Client, aws: Aws) -> None:
    """Nothing is read or written for it besides the sign-in's two reads."""
    aws.asked.clear()

    assert guess(owner, PASSWORD).status == 200

    assert [asked.operation for asked in aws.asked] == ["GetItem", "GetItem"]


def test_tables_have_no_address(owner: Client, store: Store) -> None:
    """What is stored of networks and of addresses that were tried is hashes."""
    statuses(at(STRANGER), 3, "nobody@example.com")
    statuses(owner, 3)

    stored = str(store.rows("LimitsTable")) + str(store.rows("UsersTable"))
    assert store.rows("LimitsTable")
    assert not [text for text in (OWNER, STRANGER, "nobody@example.com") if text in stored]


def test_new_accounts_of_a_network(store: Store, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """A network makes so many accounts in an hour; who has one signs in all the same, and other networks go on."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"limits": {"network_accounts_per_hour": 3}}))
    restart()
    bots = at(STRANGER)

    made = [bots.authenticate("device", id=f"device-of-bot-{number}").status for number in range(5)]
    refused = bots.authenticate("device", id="device-of-bot-9")

    assert made == [200] * 3 + [429] * 2
    assert refused.body["code"] == 8
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert bots.authenticate("device", id="device-of-bot-1").status == 200
    assert at(OWNER).authenticate("device", id="device-of-anna").status == 200
    clock.advance(3601)
    assert bots.authenticate("device", id="device-of-bot-9").status == 200
    assert len(store.rows("UsersTable")) == 5


def test_counting_that_fails(owner: Client, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing can be counted, new accounts are made, and one guess in five seconds is looked at."""
    stranger = at(STRANGER)
    monkeypatch.setattr(counters, "_ROUGHLY", 10**9)
    for _ in range(12):
        aws.refuse("UpdateItem", "InternalServerError", 500)

    made = stranger.authenticate("device", id="device-of-bert")
    guesses = [guess(stranger, PASSWORD).status for _ in range(2)]

    assert made.status == 200
    assert guesses == [200, 429]
    assert guess(owner, PASSWORD).status == 200


def test_log_names_the_account(log: Log, owner: Client) -> None:
    """A refused guess says whose account was tried, by its id, and never the address."""
    user_id = guess(owner, PASSWORD).user_id
    restart()  # whose log is this test's

    statuses(at(STRANGER), 11)

    lines = log()[-11:]
    assert [(line["status"], line["user_id"]) for line in lines] == [(401, user_id)] * 10 + [(429, user_id)]
    assert [line["events"] for line in lines] == [["GuessesFailed"]] * 10 + [["GuessesRefused"]]
    assert EMAIL not in str(lines)


@pytest.mark.usefixtures("owner")
def test_forwarded_addresses_are_not_believed() -> None:
    """Headers that name other addresses change nothing: a guess comes from where the API saw it come from."""
    client, places = at(STRANGER), count()
    sent = client.send

    def disguised(call: Call) -> Answer:
        called = f"198.51.100.{next(places)}"
        names = ("x-forwarded-for", "x-real-ip", "true-client-ip", "cf-connecting-ip", "x-client-ip")
        disguise = dict.fromkeys(names, called) | {"forwarded": f"for={called}"}
        return sent(replace(call, headers={**call.headers, **disguise}))

    client.send = disguised

    assert statuses(client, 12) == [401] * 10 + [429] * 2


def test_guess_whose_count_was_not_acknowledged(owner: Client, aws: Aws, store: Store) -> None:
    """A guess is counted once where the answer to the count was lost."""
    assert owner.application
    aws.lose_answer("UpdateItem")

    assert statuses(at(STRANGER), 10) == [401] * 10

    [user] = store.rows("UsersTable")
    [row] = user["guard"]["rows"].values()
    assert int(row[0]) == 10
