"""Wherever a name enters, it is held to the same rules and is the same name in any composition."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Call, Client, bearer
from tests.helpers.players.partner_server import PartnerServer, register_at
from tests.helpers.service import lambdas
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

REFUSED = (400, 3, "Username invalid, no spaces or control characters allowed.")
PASSWORD = "correct horse battery staple"
COMPOSED, DECOMPOSED = "Zoë", "Zoe\u0308"
UNSEEN = [
    "   ",
    " anna",
    "anna ",
    "\u3164",
    "\u2800",
    "an\ufeffna",
    "\u202eanna",
    "an\u2028na",
    "anna\U000e0061",
    "\u200b",
]
HTTP_KEY = "the-http-key-of-the-tests-0123456789"


@pytest.mark.parametrize("name", UNSEEN, ids=ascii)
def test_unseen_names_are_refused(client: Client, name: str) -> None:
    """Whoever signs in, with whatever, or changes the name of an account cannot have a name that is not seen."""
    session = client.sign_in("zoe")

    answers = [
        client.authenticate("device", {"username": name}, id="1234567890"),
        client.authenticate("custom", {"username": name}, id="1234567890"),
        client.authenticate("email", {"username": name}, email="zoe@example.com", password=PASSWORD),
        client.update_account(session, username=name),
    ]

    assert [answer.error for answer in answers] == [REFUSED] * 4
    assert client.get_account(session).body["user"]["username"] == "zoe"


def test_one_name_in_any_composition(client: Client, store: Store) -> None:
    """A name belongs to one account however it is composed, at sign-in and when it is changed."""
    first = client.authenticate("device", {"username": DECOMPOSED}, id="1234567890")
    second = client.sign_in("other")

    assert first.claims["usn"] == client.get_account(first).body["user"]["username"] == COMPOSED
    for name in (COMPOSED, DECOMPOSED):
        taken = (409, 6, "Username is already in use.")
        assert client.authenticate("custom", {"username": name}, id="1234567890").error == taken
        assert client.update_account(second, username=name).error == taken
        assert client.update_account(first, username=name).status == 200
    assert [row["username"] for row in store.rows("UsernamesTable")].count(COMPOSED) == 1
    assert client.update_account(first, username="\u212b").status == 200
    assert client.get_account(first).body["user"]["username"] == "\u00c5"


@pytest.mark.parametrize("name", [COMPOSED, DECOMPOSED], ids=ascii)
def test_lookups_find_any_composition(client: Client, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A user is found by the name in any composition: by sign-in, users, friends and procedures."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"http_key": HTTP_KEY}))
    restart()
    zoe = client.authenticate("email", {"username": COMPOSED}, email="zoe@example.com", password=PASSWORD)
    other = client.sign_in("other")

    def called(procedure: str, headers: dict[str, str], payload: dict[str, str]) -> Answer:
        query = f"unwrap&http_key={HTTP_KEY}" if not headers else "unwrap"
        return client.send(Call(f"POST /v2/rpc/{procedure}", query, headers, json.dumps(payload)))

    assert client.authenticate("email", {"username": name}, email="", password=PASSWORD).user_id == zoe.user_id
    assert client.get_users(other, usernames=name).body["users"][0]["id"] == zoe.user_id
    assert called("account/lookup", bearer(other), {"username": name}).body["id"] == zoe.user_id
    signed_in = called("account/authenticate/password", {}, {"username": name, "password": PASSWORD})
    assert signed_in.user_id == zoe.user_id
    for verb in ("POST /v2/friend", "POST /v2/friend/block", "DELETE /v2/friend"):
        assert client.call(verb, query={"usernames": name}, headers=bearer(other)).status == 200
    friends = client.call("GET /v2/friend", headers=bearer(other)).body
    assert friends == {}


@pytest.mark.usefixtures("store")
def test_a_partner_is_held_to_the_same(engine: str) -> None:
    """A partner's username is one that can be seen, kept in NFC, and its other texts turn round no text about them."""
    server = PartnerServer(lambdas.invoke, register_at(engine).add("Partner"))

    for name in UNSEEN:
        assert server.start("user", username=name).error[:2] == (400, 3)
    for text in ("\u202eanna", "an\u2028na", "an\x9bna", "an\u00a0na"):
        assert server.start("user", name=text).error[:2] == (400, 3)

    assert server.start("user", username=DECOMPOSED, name="Ada Lovelace").body["username"] == COMPOSED


FIELDS = ("display_name", "avatar_url", "lang_tag", "location", "timezone")


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "letter", ["\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\u200f", "\u2028", "\u2029", "\n"], ids=ascii
)
def test_no_field_disturbs_the_text_around_it(client: Client, field: str, letter: str) -> None:
    """No field of a profile takes control, bidirectional or separator characters."""
    session = client.sign_in("anna")

    answer = client.update_account(session, **{field: f"https://a{letter}b"})

    message = f"{field} invalid, no control, bidirectional or separator characters allowed."
    assert answer.error == (400, 3, message)


@pytest.mark.parametrize("name", [" ", "\u3164", "\u200b\ufeff", "\u2800 \u2800"], ids=ascii)
def test_a_display_name_is_seen(client: Client, name: str) -> None:
    """A display name shows something, or is removed."""
    session = client.sign_in("anna")

    refused = client.update_account(session, display_name=name).error
    assert refused == (400, 3, "display_name invalid, must have a visible character.")
    assert client.update_account(session, display_name="👨‍👩‍👧 Ada Lovelace é").status == 200
    assert client.update_account(session, display_name="").status == 200


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,<b>",
            "//example.com/a.png",
            "ftp://example.com/a",
        ),
        *(
            "http:",
            "http://",
            "https:///a.png",
            "https:example.com",
            " https://example.com",
            "https://exa mple.com",
            "a.png",
        ),
    ],
)
def test_an_avatar_is_on_the_web(client: Client, url: str) -> None:
    """An avatar's address is one of http or https."""
    session = client.sign_in("anna")

    assert client.update_account(session, avatar_url=url).error == (
        *(400, 3),
        "avatar_url invalid, must be an http or https URL.",
    )
    for good in ("https://example.com/ä.png?a=b&c=d#e", "HTTP://127.0.0.1:8080/a", f"https://example.com/{quote('é')}"):
        assert client.update_account(session, avatar_url=good).status == 200


def test_names_are_looked_at_at_once(client: Client) -> None:
    """A name of a quarter of a megabyte takes no time, in the body as in a lookup."""
    session = client.sign_in("anna")
    marks = "a" + "\u0315\u0300" * 40_000

    def error_of(change: Callable[..., Answer], **fields: object) -> tuple[int, int]:
        return change(session, **fields).error[:2]

    assert error_of(client.update_account, username=marks) == (400, 3)
    assert error_of(client.update_account, display_name=marks) == (400, 3)
    assert client.get_users(session, usernames=marks).body == {}
