"""Discord: access tokens of our application, as Discord itself judges them."""

import json

import pytest

from local import ROOT
from tests.conftest import Log
from tests.helpers.players.client import Client, bearer, device_of
from tests.helpers.providers.discord import (
    APPLICATION,
    AVATARS,
    CODE,
    DOWN,
    ME,
    MISCONFIGURED,
    OUTAGES,
    REFUSED,
    TOKEN,
    USER,
    configure,
    said,
    seconds_from_now,
    user,
)
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store


@pytest.fixture(autouse=True)
def _configured(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 (it has settings of its own)
    configure(monkeypatch)


def test_token_signs_in(client: Client, internet: Internet, store: Store) -> None:
    """The user whom Discord names gets an account at the first sign-in, and the same one at the next."""
    internet.announce(ME, as_json(said()))

    first, second = client.authenticate("discord", token=TOKEN), client.authenticate("discord", token=TOKEN)

    assert first.body["created"] is True
    assert second.user_id == first.user_id
    assert store.owners() == {f"discord#{USER}": first.user_id}
    assert [seen.headers["authorization"] for seen in internet.seen] == [f"Bearer {TOKEN}"] * 2


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ("Anna", f"{AVATARS}/f749bb0cbeeb26ef.png?size=512")),
        ({"avatar": "a_f749"}, ("Anna", f"{AVATARS}/a_f749.png?size=512")),
        ({"global_name": None, "avatar": None}, ("anna.7", None)),
        ({"global_name": "Anna \ud83d", "avatar": 7}, ("anna.7", None)),
        ({"avatar": "../../x"}, ("Anna", None)),
    ],
)
def test_profile(
    client: Client, internet: Internet, changed: dict[str, object], expected: tuple[str, str | None]
) -> None:
    """An account that has none yet gets the user's name and picture, and no e-mail address."""
    internet.announce(ME, as_json(said(user=user(**changed))))

    account = client.get_account(client.authenticate("discord", token=TOKEN)).body

    assert (account["user"]["display_name"], account["user"].get("avatar_url")) == expected
    assert "email" not in account


def test_user_is_found_by_discord_id(client: Client, internet: Internet) -> None:
    """Other players look a user up by the id that Discord gave."""
    internet.announce(ME, as_json(said()))
    session = client.authenticate("discord", {"username": "anna"}, token=TOKEN)

    found = client.call("POST /v2/rpc/account/lookup", {"discord_id": USER}, {"unwrap": ""}, bearer(session))

    assert (found.body["id"], found.body["discord_id"]) == (session.user_id, USER)


@pytest.mark.parametrize(
    "answer",
    [
        as_json({"message": "401: Unauthorized", "code": 0}, 401),
        as_json({}, 403),
        as_json(said(application={"id": "159799960412356609"})),
        as_json(said(application={"id": int(APPLICATION)})),
        as_json(said(application=APPLICATION)),
        as_json(said(application=None)),
        as_json(said(expires=seconds_from_now(-1))),
        as_json(said(expires="soon")),
        as_json(said(expires=None)),
        as_json(said(user=None)),
        as_json(said(user=[])),
        as_json(said(user=user(id=int(USER)))),
        as_json(said(user=user(id=""))),
        as_json(said(user=user(id="٣٤٥"))),
        as_json(said(user=user(id="1#2"))),
    ],
)
def test_token_that_is_not_in_order(client: Client, internet: Internet, answer: Reply) -> None:
    """A token that Discord does not know, of another application, expired, or without a user is refused."""
    internet.announce(ME, answer)

    assert client.authenticate("discord", token=TOKEN).error == REFUSED


@pytest.mark.parametrize(
    "expires",
    [seconds_from_now(600), "2126-11-28T02:33:17Z", "2126-11-28T02:33:17"],
    ids=["soon", "in a century", "without a zone"],
)
def test_times_of_expiry(client: Client, internet: Internet, expires: str) -> None:
    """A time without a zone is UTC."""
    internet.announce(ME, as_json(said(expires=expires)))

    assert client.authenticate("discord", token=TOKEN).status == 200


@pytest.mark.parametrize(
    "token", ["a b", "a\r\nHost: elsewhere", "é", "x" * 4097], ids=["space", "header", "é", "long"]
)
def test_token_that_is_never_sent(client: Client, token: str) -> None:
    """What is no token goes nowhere, least of all into a header."""
    assert client.authenticate("discord", token=token).error == REFUSED


@pytest.mark.parametrize("outage", OUTAGES)
def test_outage(client: Client, internet: Internet, outage: str) -> None:
    """While Discord cannot be asked nobody is refused: the client may try again."""
    internet.announce(ME, OUTAGES[outage])

    assert client.authenticate("discord", token=TOKEN).error == DOWN


def test_credential_is_required(client: Client) -> None:
    """Without a token or code there is nothing to sign in with, or to link."""
    session = client.sign_in("anna")

    for answer in (client.authenticate("discord"), client.link(session, "discord", code_verifier="v" * 43)):
        assert answer.error == (400, 3, "Discord access token is required.")


def test_discord_without_settings(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment that has not set Discord up says so."""
    monkeypatch.delenv("PROVIDER_SETTINGS")

    answer = client.authenticate("discord", token=TOKEN)

    assert answer.error == (400, 9, "Discord authentication is not configured.")


@pytest.mark.parametrize(
    "changed",
    [
        {"application_id": None},
        {"application_id": ""},
        {"application_id": int(APPLICATION)},
        {"redirect_uris": CODE["redirect_uri"]},
    ],
    ids=str,
)
def test_mistake_in_the_settings(
    client: Client, monkeypatch: pytest.MonkeyPatch, log: Log, changed: dict[str, object]
) -> None:
    """A setting that is wrong lets nobody in; only the log has its name."""
    configure(monkeypatch, **changed)

    answer = client.authenticate("discord", **CODE)

    [line] = log()
    assert answer.error == MISCONFIGURED
    assert line["detail"].startswith(f"settings: discord.{next(iter(changed))} must be a ")


def test_refusal_in_the_log(client: Client, internet: Internet, log: Log) -> None:
    """The log says why a token was refused, and has nothing of it."""
    internet.announce(ME, as_json(said(user=None)))

    client.authenticate("discord", token=TOKEN)

    [line] = log()
    assert line["detail"] == "Discord: the token lacks the scope identify"
    assert TOKEN not in json.dumps(line)


def test_link_and_unlink(client: Client, internet: Internet) -> None:
    """A linked user signs in to the account and to no other, until an unlink, which needs no token."""
    internet.announce(ME, as_json(said()))
    anna, bert = client.sign_in("anna"), client.sign_in("bert")

    assert client.link(anna, "discord", token=TOKEN).body == {}
    assert client.authenticate("discord", token=TOKEN).user_id == anna.user_id
    assert client.link(bert, "discord", token=TOKEN).error == (409, 6, "Discord ID is already in use.")
    assert client.unlink(anna, "discord").body == {}

    assert client.authenticate("discord", {"create": "false"}, token=TOKEN).status == 404
    assert client.authenticate("device", id=device_of("anna")).user_id == anna.user_id


def test_unlink_of_another_user(client: Client, internet: Internet) -> None:
    """An unlink that shows a token takes that user or nothing."""
    internet.announce(ME, as_json(said()))
    session = client.sign_in("anna")
    client.link(session, "discord", token=TOKEN)
    internet.announce(ME, as_json(said(user=user(id="1"))))

    assert client.unlink(session, "discord", token=TOKEN).error[:2] == (403, 7)


def test_sample_events(client: Client, internet: Internet) -> None:
    """The events in events/ are what API Gateway sends for the three verbs."""
    internet.announce(ME, as_json(said()))
    session = client.sign_in("bert")

    for verb in ("authenticate", "link", "unlink"):
        event = json.loads((ROOT / f"events/discord_{verb}.json").read_text())
        if verb != "authenticate":
            event["headers"] |= bearer(session)
        status = lambdas.run(event).status
        assert (verb, status) == (verb, {"authenticate": 200, "link": 409, "unlink": 403}[verb])
