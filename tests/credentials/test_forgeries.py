"""Forged credentials: they cost the studio few of the calls that its providers allow, and no player anything."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from symbolon.limits import forgeries
from symbolon.settings.limits import Limits
from tests.conftest import SETTINGS, Log
from tests.helpers.answers.answered import oauth
from tests.helpers.players.client import Answer, Client
from tests.helpers.providers import credentials, discord
from tests.helpers.providers.credentials import AUTHENTICATE, DEBUG_TOKEN, EXCHANGE, Way
from tests.helpers.providers.internet import Internet, Seen
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.providers.ways import ANNOUNCED, WAYS
from tests.helpers.service import lambdas
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

pytestmark = pytest.mark.usefixtures("store")

MINUTE = 60
PATIENCE = Limits().network_forgeries_per_hour
MARK = "f0f0f0f0"
FORGER, SCHOOL, PLAYER = "203.0.113.5", "192.0.2.7", "198.51.100.7"
[UNKNOWN_CODE] = [answered.reply for answered in oauth("", "", "invalid_grant")]


@dataclass(frozen=True)
class Forgery:
    """A way to sign in that asks a provider: the field to forge, where the provider is asked, and how it refuses."""

    way: Way
    field: str
    place: str
    refusal: Reply

    def forge(self) -> Mapping[str, Any]:
        """Give a credential that the provider has not given."""
        return dict(self.way.credential()) | {self.field: MARK + secrets.token_hex(36)}

    def announce(self, internet: Internet) -> None:
        """Have the provider tell good credentials from forged ones."""
        self.way.announce(internet)
        honest = internet.answers[self.place]

        def answer(seen: Seen) -> Reply:
            shown = [*seen.query.values(), *seen.form.values(), seen.headers.get("authorization", "")]
            return (
                self.refusal if any(text.removeprefix("Bearer ").startswith(MARK) for text in shown) else honest(seen)
            )

        internet.announce(self.place, answer)


INVALID_TICKET = as_json({"response": {"error": {"errorcode": 101, "errordesc": "Invalid ticket"}}})
FORGERIES = {
    "steam": Forgery(WAYS["steam"], "token", AUTHENTICATE, INVALID_TICKET),
    "facebook": Forgery(WAYS["facebook"], "token", DEBUG_TOKEN, as_json({"data": {"is_valid": False}})),
    "play games": Forgery(WAYS["play games"], "token", EXCHANGE, UNKNOWN_CODE),
    "discord": Forgery(WAYS["discord"], "token", discord.ME.removeprefix("https://"), as_json({}, 401)),
    "discord, a code": Forgery(
        WAYS["discord, a code"], "code", discord.EXCHANGE.removeprefix("https://"), UNKNOWN_CODE
    ),
    **{name: Forgery(way, way.forged, way.place, way.refusal) for name, way in ANNOUNCED.items() if way.forged},
}


@pytest.fixture(params=FORGERIES)
def forgery(request: pytest.FixtureRequest, internet: Internet) -> Forgery:
    """Give each kind of forgery, which the provider tells from what is good."""
    found = FORGERIES[request.param]
    found.announce(internet)
    return found


@pytest.fixture
def steam(internet: Internet) -> Forgery:
    """Give forged tickets of Steam's."""
    FORGERIES["steam"].announce(internet)
    return FORGERIES["steam"]


def sign_in(address: str, forgery: Forgery, credential: Mapping[str, Any] | None = None) -> Answer:
    """Sign in from an address, with a good credential or with this one."""
    client = Client(lambdas.from_address(address))
    return client.authenticate(forgery.way.provider, **(credential or forgery.way.credential()))


def allow(monkeypatch: pytest.MonkeyPatch, forgery: Forgery, calls: int) -> None:
    """Make this a new process, and one of many, that may ask the provider so often a minute."""
    section: dict[str, dict[str, object]] = {forgery.way.provider: {"calls_per_minute": calls}}
    if forgery.way.provider == "google":
        application = credentials.SETTINGS["google"]["play_games"]
        section["google"] = {"play_games": application | {"calls_per_minute": calls}}
    credentials.settle(monkeypatch, **section)


def asked(internet: Internet, forgery: Forgery) -> int:
    """Tell how often the provider was asked about a credential."""
    return sum(seen.place == forgery.place for seen in internet.seen)


def test_same_forgery_again(internet: Internet, forgery: Forgery) -> None:
    """What a provider has refused it is not asked about again, wherever it comes from, with the same answer."""
    credential = forgery.forge()

    answers = [sign_in(f"203.0.113.{number}", forgery, credential) for number in range(20)]

    assert {answer.error for answer in answers} == {answers[0].error}
    assert answers[0].error[:2] == (401, 16)
    assert asked(internet, forgery) == 1


def test_refusal_is_forgotten(internet: Internet, clock: Clock, steam: Forgery) -> None:
    """After a minute the provider is asked again: a ticket may come before Valve knows it everywhere."""
    credential = steam.forge()
    sign_in(PLAYER, steam, credential)
    clock.advance(forgeries.REMEMBERED_SECONDS + 1)
    steam.way.announce(internet)

    assert sign_in(PLAYER, steam, credential).status == 200


def test_network_that_keeps_forging(internet: Internet, forgery: Forgery, log: Log) -> None:
    """A network whose credentials are refused again and again is not asked about, and players sign in meanwhile."""
    answers = [sign_in(FORGER, forgery, forgery.forge()) for _ in range(PATIENCE + 20)]
    calls = asked(internet, forgery)
    lines = log()

    refused = [answer.status for answer in answers]
    assert refused == [401] * (PATIENCE + 1) + [429] * 19
    assert calls == PATIENCE + 1
    assert answers[-1].error[2].startswith(f"Too many refused {forgery.way.title} sign-ins from this network.")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= forgeries.BLOCKED_SECONDS
    assert (lines[-1]["outcome"], lines[-1]["events"]) == ("ResourceExhausted", ["ForgeriesRefused"])
    assert sign_in(PLAYER, forgery).status == 200


def test_other_providers_and_devices_of_that_network(internet: Internet, steam: Forgery) -> None:
    """Who is behind the same address goes on with other providers and devices."""
    for _ in range(PATIENCE + 2):
        sign_in(FORGER, steam, steam.forge())
    FORGERIES["facebook"].announce(internet)

    assert sign_in(FORGER, steam).status == 429
    assert sign_in(FORGER, FORGERIES["facebook"]).status == 200
    assert Client(lambdas.from_address(FORGER)).sign_in("anna").status == 200


def test_block_ends(internet: Internet, clock: Clock, steam: Forgery) -> None:
    """After some minutes it is tried whether the network is better, with few calls if it is not."""
    for _ in range(PATIENCE + 2):
        sign_in(FORGER, steam, steam.forge())
    clock.advance(forgeries.BLOCKED_SECONDS + 1)
    internet.seen.clear()

    statuses = [sign_in(FORGER, steam, steam.forge()).status for _ in range(20)]

    assert statuses[0] == 401
    assert asked(internet, steam) == 1
    clock.advance(forgeries.BLOCKED_SECONDS + 1)
    assert sign_in(FORGER, steam).status == 200


def test_other_instances_learn_of_it(internet: Internet, steam: Forgery) -> None:
    """An instance that has not met the network asks about it a few times, and not as often as the first one."""
    for _ in range(PATIENCE + 2):
        sign_in(FORGER, steam, steam.forge())
    restart()
    internet.seen.clear()

    for _ in range(20):
        sign_in(FORGER, steam, steam.forge())

    assert asked(internet, steam) == 3


def test_school_with_expired_credentials(steam: Forgery) -> None:
    """Behind an address of many players, some of whose credentials have expired, everybody is asked about."""
    for _ in range(2 * PATIENCE):
        assert sign_in(SCHOOL, steam).status == 200
        assert sign_in(SCHOOL, steam, steam.forge()).status == 401
        assert sign_in(SCHOOL, steam).status == 200


@pytest.mark.parametrize("address", ["2001:db8:1:2::7", "2001:db8:1:2:ffff::1"])
def test_addresses_of_one_network(steam: Forgery, address: str) -> None:
    """Whoever has one address of an IPv6 network has the others too."""
    for number in range(PATIENCE + 2):
        sign_in(f"2001:db8:1:2::{number:x}", steam, steam.forge())

    assert sign_in(address, steam).status == 429
    assert sign_in("2001:db8:1:3::7", steam).status == 200


def test_good_sign_ins_cost_nothing_more(aws: Aws, forgery: Forgery) -> None:
    """The sign-in of an existing account reads and writes no more than it did."""
    sign_in(PLAYER, forgery)
    aws.asked.clear()

    sign_in(PLAYER, forgery)

    tables = {asked.content.get("TableName", "").partition("-LimitsTable")[1] for asked in aws.asked}
    assert tables == {""}


def test_form_that_is_none_is_no_forgery(steam: Forgery, store: Store) -> None:
    """What is refused without the provider is not counted, since it costs nothing."""
    for _ in range(PATIENCE + 5):
        assert sign_in(FORGER, steam, {"token": "no ticket"}).status == 401

    assert store.rows("LimitsTable") == []
    assert sign_in(FORGER, steam).status == 200


def test_limit_that_is_off(monkeypatch: pytest.MonkeyPatch, steam: Forgery) -> None:
    """With 0 nobody is refused for what the network did before."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"limits": {"network_forgeries_per_hour": 0}}))
    restart()

    statuses = {sign_in(FORGER, steam, steam.forge()).status for _ in range(PATIENCE + 5)}

    assert statuses == {401}


def test_counters_that_are_down(aws: Aws, steam: Forgery) -> None:
    """A refusal that cannot be counted is a refusal."""
    for _ in range(3):
        aws.refuse("UpdateItem", "InternalServerError", 500)

    assert sign_in(FORGER, steam, steam.forge()).status == 401


@pytest.mark.parametrize("name", FORGERIES)
def test_budget_of_a_minute(internet: Internet, monkeypatch: pytest.MonkeyPatch, clock: Clock, name: str) -> None:
    """A provider is asked so many times a minute, by all instances together, and not for who was refused for it."""
    forgery = FORGERIES[name]
    forgery.announce(internet)
    allow(monkeypatch, forgery, 5)
    clock.advance(MINUTE - clock.now() % MINUTE)

    statuses = []
    for number in range(8):
        statuses.append(sign_in(f"198.51.100.{number}", forgery).status)
        restart()
    refused = sign_in(PLAYER, forgery)

    assert statuses == [200] * 5 + [429] * 3
    assert refused.error[2].startswith(f"Too many {forgery.way.title} sign-ins at the moment. Try again in ")
    assert 1 <= int(refused.headers["retry-after"]) <= MINUTE
    clock.advance(MINUTE)
    assert sign_in(PLAYER, forgery).status == 200


def test_forgers_have_half_of_the_budget(
    internet: Internet, monkeypatch: pytest.MonkeyPatch, clock: Clock, steam: Forgery
) -> None:
    """Networks whose credentials are refused cannot use up what players need, however many they are."""
    allow(monkeypatch, steam, 20)
    clock.advance(MINUTE - clock.now() % MINUTE)
    for number in range(5):
        for _ in range(6):
            sign_in(f"203.0.113.{number}", steam, steam.forge())
    calls = asked(internet, steam)

    players = [sign_in(f"198.51.100.{number}", steam).status for number in range(5)]

    assert calls <= 20 // 2 + 5
    assert players == [200] * 5


def test_large_budget_is_taken_in_portions(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, aws: Aws, steam: Forgery
) -> None:
    """A large budget is counted once for many calls, and kept all the same."""
    allow(monkeypatch, steam, 500)
    clock.advance(MINUTE - clock.now() % MINUTE)
    sign_in(PLAYER, steam)
    aws.asked.clear()

    for _ in range(9):
        sign_in(PLAYER, steam)

    counted = [asked for asked in aws.asked if asked.content.get("TableName", "").endswith("LimitsTable")]
    assert counted == []


@pytest.mark.parametrize("calls", [-1, 1.5, True, "100"])
def test_budget_that_cannot_be_meant(monkeypatch: pytest.MonkeyPatch, steam: Forgery, log: Log, calls: object) -> None:
    """A budget that is no number stops everybody, and the log names it."""
    credentials.settle(monkeypatch, steam={"calls_per_minute": calls})

    assert sign_in(PLAYER, steam).status == 500
    assert log()[0]["detail"] == "settings: steam.calls_per_minute must be a whole number, 0 or more"
