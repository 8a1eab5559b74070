"""Game Center's key addresses are the client's choice: however many are invented, Apple is asked for few of them."""

from typing import Any

import pytest

from symbolon.verification.certificates import MOST_UNKNOWN
from tests.helpers.players.client import Client
from tests.helpers.providers import gamecenter
from tests.helpers.providers.credentials import settle
from tests.helpers.providers.internet import GAMECENTER, Internet
from tests.helpers.providers.replies import Reply
from tests.helpers.service.clock import Clock

MINUTE = 60
REFUSED = (401, 16, "Could not authenticate GameCenter profile.")
TOO_MANY = (429, 8, "Too many sign-ins with unknown keys, try again later.")


def invented(number: int) -> dict[str, Any]:
    """Give a credential whose key is said to be at an address that Apple does not have."""
    return gamecenter.credential(public_key_url=f"https://{GAMECENTER}/public-key/gc-prod-{number}.cer")


def announce_nothing(internet: Internet, numbers: range) -> None:
    """Have Apple publish nothing at these addresses."""
    for number in numbers:
        internet.announce(f"{GAMECENTER}/public-key/gc-prod-{number}.cer", Reply(404))


def test_invented_address_is_asked_for_once(
    client: Client, internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That there is nothing at an address is remembered, for all instances."""
    announce_nothing(internet, range(100, 101))

    for _ in range(5):
        assert client.authenticate("gamecenter", **invented(100)).error == REFUSED
        settle(monkeypatch)

    assert internet.asked(GAMECENTER) == 1


def test_many_invented_addresses(client: Client, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more addresses than Apple could have, a few a minute are asked for, by all instances together."""
    gamecenter.publish(internet)
    assert client.authenticate("gamecenter", **gamecenter.credential()).status == 200
    numbers = range(100, 140)
    announce_nothing(internet, numbers)

    answers = []
    for number in numbers:
        settle(monkeypatch)
        answers.append(client.authenticate("gamecenter", **invented(number)))

    refused = [answer.error for answer in answers]
    assert refused.count(REFUSED) <= 2 * MOST_UNKNOWN - 1
    assert refused[-1] == TOO_MANY
    assert 1 <= int(answers[-1].headers["retry-after"]) <= MINUTE
    assert internet.asked(GAMECENTER) <= 2 * MOST_UNKNOWN
    assert client.authenticate("gamecenter", **gamecenter.credential()).status == 200


def test_new_address_of_apple(client: Client, internet: Internet, clock: Clock) -> None:
    """A new address that Apple publishes is found, also after somebody has tried it too early."""
    announce_nothing(internet, range(13, 14))
    assert client.authenticate("gamecenter", **invented(13)).error == REFUSED
    gamecenter.publish(internet, place=f"{GAMECENTER}/public-key/gc-prod-13.cer")
    clock.advance(5 * MINUTE + 1)

    assert client.authenticate("gamecenter", **invented(13)).status == 200
