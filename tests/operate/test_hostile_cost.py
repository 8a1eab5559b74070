"""What hostile requests cost: reads and writes are counted as they are made, on an engine that counts units."""

import json
from collections.abc import Callable, Mapping

import pytest

from local import ROOT
from local.operate.cost import table
from local.operate.hostile import HOSTILE
from local.template.template import load_template
from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Client, basic, bearer
from tests.helpers.players.friends import wish
from tests.helpers.players.matchmaking import HTTP_KEY
from tests.helpers.service import lambdas
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store
from tests.helpers.watch.lines import timestamp, whole

OWNER, STRANGER = "198.51.100.7", "203.0.113.9"
EMAIL, PASSWORD = "anna@example.com", "the password of anna"

Attack = Callable[[], Answer]
Prepare = Callable[[Callable[..., None]], Attack]


def at(address: str) -> Client:
    """Give a client at this IP address."""
    return Client(lambdas.from_address(address))


def guess(client: Client, email: str = EMAIL) -> Answer:
    """Guess at a password."""
    return client.authenticate("email", {"create": "false"}, email=email, password="a wrong password")


def _owner() -> None:
    assert at(OWNER).authenticate("email", email=EMAIL, password=PASSWORD).status == 200


def _wrong_server_key(_limit: Callable[..., None]) -> Attack:
    return lambda: Client(lambdas.invoke, "wrong").authenticate("device", id="a-device-of-nobody")


def _wrong_token(_limit: Callable[..., None]) -> Attack:
    return lambda: at(STRANGER).refresh("not.a.token")


def _forged_id_token(_limit: Callable[..., None]) -> Attack:
    return lambda: at(STRANGER).authenticate("apple", token="not.a.token")


def _wrong_password(_limit: Callable[..., None]) -> Attack:
    _owner()
    return lambda: guess(at(STRANGER))


def _delayed(_limit: Callable[..., None]) -> Attack:
    _owner()
    for _ in range(10):
        guess(at(STRANGER))
    return lambda: guess(at(STRANGER))


def _nobody(_limit: Callable[..., None]) -> Attack:
    return lambda: guess(at("203.0.113.77"), "nobody@example.com")  # a network that no read of late has cleared


def _new_account(_limit: Callable[..., None]) -> Attack:
    return lambda: at(STRANGER).authenticate("device", id="a-device-of-anna")


def _too_many_accounts(limit: Callable[..., None]) -> Attack:
    limit(network_accounts_per_hour=1)
    at(STRANGER).sign_in("anna")
    return lambda: at(STRANGER).authenticate("device", id="a-device-of-bert")


def _wrong_http_key(_limit: Callable[..., None]) -> Attack:
    shown = {"authorization": basic("1234567890.wrong")}
    return lambda: at(STRANGER).call("POST /v2/rpc/match/label", {}, {"unwrap": ""}, shown)


def _others(client: Client) -> list[str]:
    return [client.sign_in(f"player-{number}").user_id for number in range(20)]


def _invites(_limit: Callable[..., None]) -> Attack:
    client = at(STRANGER)
    anna, others = client.sign_in("anna"), _others(client)
    return lambda: wish(client, "add", anna, ids=others)


def _too_many_invites(limit: Callable[..., None]) -> Attack:
    limit(account_changes_per_hour=20)
    client = at(STRANGER)
    anna, others = client.sign_in("anna"), _others(client)
    wish(client, "add", anna, ids=others)
    return lambda: wish(client, "add", anna, ids=others)


def _look_up(_limit: Callable[..., None]) -> Attack:
    client = at(STRANGER)
    anna = client.sign_in("anna")
    for number in range(98):
        client.sign_in(f"player-{number}")
    return lambda: client.get_users(anna, usernames=[f"player-{number}" for number in range(98)])


def _logout(_limit: Callable[..., None]) -> Attack:
    client = at(STRANGER)
    anna = client.sign_in("anna")
    return lambda: client.call("POST /v2/session/logout", {}, headers=bearer(anna))


ATTACKS: Mapping[str, Prepare] = {
    "wrong server key": _wrong_server_key,
    "refresh with what is no token": _wrong_token,
    "forged ID token": _forged_id_token,
    "wrong password": _wrong_password,
    "password of no account": _nobody,
    "guess while delayed": _delayed,
    "new account": _new_account,
    "new account beyond the limit": _too_many_accounts,
    "wrong key of a game server": _wrong_http_key,
    "20 invites": _invites,
    "20 invites beyond the limit": _too_many_invites,
    "98 users by username": _look_up,
    "logout everywhere": _logout,
}


UNCOUNTED = {
    "new account beyond the limit": (0, 1),
    "20 invites": (42, 0),
    "20 invites beyond the limit": (42, 1),
    "98 users by username": (198, 0),
}
"""Reads and writes that the engine does not count: of batches, and those that a condition refused."""


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch, store: Store) -> Callable[..., None]:
    """Give a function that sets limits; those that are not set have their defaults."""
    assert store.rows("UsersTable") == []

    def change(**limits: int) -> None:
        sections = {"http_key": HTTP_KEY, "apple": {"audiences": ["com.example.game"]}, "limits": limits}
        monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | sections))
        restart()

    change()
    return change


@pytest.mark.parametrize("engine", ["embedded"], indirect=True, scope="session")
@pytest.mark.parametrize("name", ATTACKS)
def test_units(name: str, limit: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """Each reads and writes as many units as its cost is computed from, and its log line is as long as that says."""
    attack = ATTACKS[name](limit)
    capsys.readouterr()

    attack()

    text = capsys.readouterr().out.strip().rpartition("\n")[2]
    line, [operation] = whole(text), [one for one in HOSTILE if one.name == name]
    reads, writes = UNCOUNTED.get(name, (0, 0))
    assert (line["read_units"] + reads, line["write_units"] + writes) == (operation.read_units, operation.write_units)
    assert operation.log_bytes == pytest.approx(len(text) - len(timestamp(text)), abs=5)


def test_each_is_counted() -> None:
    """No row of the table is without a request that was made."""
    assert [one.name for one in HOSTILE] == list(ATTACKS)


def test_memory_is_that_of_the_template() -> None:
    """What hashes passwords, or calls procedures, has the memory of those functions, all else that of the others."""
    memory = {function.name: function.memory_mb for function in load_template().functions}

    assert memory["EmailFunction"] == memory["RpcFunction"] == max(one.memory_mb for one in HOSTILE)
    assert memory["DeviceFunction"] == memory["FriendFunction"] == min(one.memory_mb for one in HOSTILE)


def test_the_documentation_has_the_table() -> None:
    """docs/cost.md shows what the command prints."""
    assert table(HOSTILE) in (ROOT / "docs/cost.md").read_text(encoding="utf-8")
