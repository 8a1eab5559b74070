"""The hook before a sign-in: what it is told, and what becomes of what it says."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import SETTINGS, Log
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.players.races import at_once
from tests.helpers.providers.credentials import STEAM_ID, TICKET, announce_steam
from tests.helpers.providers.internet import Internet
from tests.helpers.service.lambdas import from_address
from tests.helpers.service.store import Store
from tests.helpers.studio.hooks import StudiosHook, running_hook

EMAIL: dict[str, Any] = {"email": "anna@example.com", "password": "the password of anna"}
WORDS = "In the words of the studio's own: come back on 4 December."
REFUSED = (403, 7, "Refused by the game.")


@pytest.fixture
def hook(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[StudiosHook]:  # noqa: ARG001 (it empties the tables)
    """Give the hook, asked before sign-ins."""
    with running_hook(monkeypatch, SETTINGS, before=["sign_in"]) as hook:
        yield hook


def arrive(client: Client) -> Answer:
    """Sign in with the device of anna, or be refused."""
    return client.authenticate("device", {"username": "anna"}, id=device_of("anna"))


def test_hook_is_told_of_a_new_account(client: Client, hook: StudiosHook) -> None:
    """Of a device it gets the hash of its id, what the client wishes for, the network, and that there is no account."""
    client.authenticate("device", {"username": "anna"}, id=device_of("anna"), vars={"build": "42"})

    hashed = hashlib.sha256(device_of("anna").encode()).hexdigest()
    assert hook.asked == [
        {
            "version": 1,
            "before": "sign_in",
            "identity": {"provider": "device", "subject_sha256": hashed},
            "said": {},
            "new": True,
            "account": None,
            "username": "anna",
            "vars": {"build": "42"},
            "network": "192.0.2.1",
            "request_id": "JKJaXmPLvHcESHA=",
        }
    ]


def test_hook_is_told_of_an_account(client: Client, hook: StudiosHook) -> None:
    """Of an account that is there it gets what identifies it, and by which providers it can be signed in to."""
    arrive(client)
    anna = client.authenticate("device", id=device_of("anna"))

    told = hook.asked[1]
    account = told["account"]
    assert (told["new"], account["user_id"], account["username"]) == (False, anna.user_id, "anna")
    assert (account["providers"], account["metadata"]) == (["device"], {})
    assert device_of("anna") not in str(hook.asked)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_hook_is_told_of_the_network(hook: StudiosHook, address: str, network: str) -> None:
    """It gets an IPv4 address, and of an IPv6 one the part that is the subscriber's."""
    Client(from_address(address)).sign_in("anna")

    assert hook.asked[0]["network"] == network


def test_hook_is_told_what_steam_says(client: Client, hook: StudiosHook, internet: Internet) -> None:
    """It gets the owner of a borrowed game and bans, as Valve tells them, and can refuse for them."""
    announce_steam(internet, ownersteamid="76561197960287930", vacbanned=True)
    hook.answer = lambda event: {"allow": not event["said"]["vacbanned"], "message": WORDS}

    assert client.authenticate("steam", token=TICKET).error == (403, 7, WORDS)

    [told] = hook.asked
    assert told["identity"] == {"provider": "steam", "subject": STEAM_ID}
    assert (told["said"]["ownersteamid"], told["said"]["publisherbanned"]) == ("76561197960287930", False)


def test_hook_is_told_of_a_verified_address_alone(client: Client, hook: StudiosHook) -> None:
    """Nobody gets to it with a wrong password, and no password gets to it."""
    client.authenticate("email", **EMAIL)

    assert client.authenticate("email", **EMAIL | {"password": "another password"}).status == 401
    assert client.authenticate("email", {"username": "anna"}, email="", password="of nobody").status == 404
    assert [told["identity"] for told in hook.asked] == [{"provider": "email", "subject": "anna@example.com"}]
    assert EMAIL["password"] not in str(hook.asked)


def test_banned_account_is_not_asked_about(client: Client, hook: StudiosHook, store: Store) -> None:
    """Who is banned hears that, and the studio pays for no question."""
    anna = client.sign_in("anna")
    store.ban(anna.user_id)

    assert arrive(client).error == (403, 7, "User account banned.")
    assert len(hook.asked) == 1


def test_refusal_leaves_nothing_behind(client: Client, hook: StudiosHook, store: Store) -> None:
    """Who is refused gets no account, and the hook's words; the same device is let in once the hook lets it in."""
    hook.answer = {"allow": False, "message": WORDS}

    assert arrive(client).error == (403, 7, WORDS)
    assert (store.rows("UsersTable"), store.owners()) == ([], {})

    hook.answer = {"allow": True}
    assert client.sign_in("anna").body["created"] is True


def test_refusal_leaves_an_account_as_it_was(client: Client, hook: StudiosHook, store: Store) -> None:
    """An account that is refused is not written to."""
    client.sign_in("anna")
    [before] = store.rows("UsersTable")
    hook.answer = {"allow": False}

    assert arrive(client).error == REFUSED
    assert store.rows("UsersTable") == [before]


@pytest.mark.parametrize(
    "message", ["two\nlines", "a\0b", "\u202eevil", "x" * 257, 7, None, "", "  ", "\ud800"], ids=ascii
)
def test_refusal_is_one_whatever_its_words(client: Client, hook: StudiosHook, message: object) -> None:
    """Words that cannot be shown are replaced; nobody gets in by them."""
    hook.answer = {"allow": False, "message": message, "more": 1}

    assert arrive(client).error == REFUSED


def test_words_of_a_refusal_are_not_logged(client: Client, hook: StudiosHook, log: Log) -> None:
    """They may name somebody: the line says that the hook refused, and how long it took."""
    hook.answer = {"allow": False, "message": WORDS}

    arrive(client)

    [line] = log()
    assert (line["outcome"], line["reason"]) == ("RefusedByHook", "Refused by the game.")
    assert WORDS not in str(line)
    assert line["hook_ms"].isdecimal()


def test_hook_names_a_new_account(client: Client, hook: StudiosHook) -> None:
    """A new account gets the hook's username in place of the client's; one that is there keeps its own."""
    hook.answer = {"allow": True, "username": "Ada"}
    assert client.authenticate("device", {"username": "rude"}, id=device_of("anna")).claims["usn"] == "Ada"

    hook.answer = {"allow": True, "username": "Grace"}
    assert client.sign_in("anna").claims["usn"] == "Ada"


def test_hook_sets_vars(client: Client, hook: StudiosHook) -> None:
    """The session has the hook's vars in place of the client's; without any of its own, the client's; {} are none."""
    session = {"id": device_of("anna"), "vars": {"role": "admin"}}

    assert client.authenticate("device", **session).claims["vrs"] == {"role": "admin"}
    hook.answer = {"allow": True, "vars": {"role": "player"}}
    assert client.authenticate("device", **session).claims["vrs"] == {"role": "player"}
    hook.answer = {"allow": True, "vars": {}}
    assert "vrs" not in client.authenticate("device", **session).claims


def test_hook_is_asked_once_in_a_race(client: Client, hook: StudiosHook, store: Store) -> None:
    """Each of many first sign-ins asks once, whoever makes the account; one account there is."""
    answers = at_once([lambda: client.sign_in("anna")] * 8)

    assert {answer.status for answer in answers} == {200}
    assert (len(store.rows("UsersTable")), len(hook.asked)) == (1, 8)


def test_refresh_does_not_ask(client: Client, hook: StudiosHook) -> None:
    """A session goes on without the hook."""
    anna = client.sign_in("anna")
    hook.answer = {"allow": False}

    assert client.refresh(anna.refresh_token).status == 200
    assert len(hook.asked) == 1


def test_vars_can_be_kept_from_clients(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """With keep_vars a refresh cannot replace what the hook has set; otherwise it can, as it can everywhere."""
    for keeps, expected in ((False, "admin"), (True, "player")):
        with running_hook(monkeypatch, SETTINGS, keep_vars=keeps) as hook:
            hook.answer = {"allow": True, "vars": {"role": "player"}}
            anna = client.sign_in("anna")

            assert client.refresh(anna.refresh_token, vars={"role": "admin"}).claims["vrs"] == {"role": expected}
