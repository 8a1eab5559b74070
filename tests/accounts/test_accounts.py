"""The caller's own account: get, change, rename, delete."""

import re

import pytest

from tests.helpers.players.client import Client, device_of
from tests.helpers.service.clock import Clock

TAKEN = (409, 6, "Username is already in use.")
LIMITS = {"display_name": 255, "avatar_url": 512, "lang_tag": 18, "location": 255, "timezone": 255}
EACH_FIELD = pytest.mark.parametrize(("field", "limit"), LIMITS.items(), ids=list(LIMITS))


def test_new_account(client: Client) -> None:
    """A new account shows what Nakama shows, and leaves out what is empty."""
    session = client.sign_in("anna")

    account = client.get_account(session).body

    times = {name: account["user"].pop(name) for name in ("create_time", "update_time")}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time) for time in times.values())
    assert account == {
        "user": {"id": session.user_id, "username": "anna", "lang_tag": "en", "metadata": "{}"},
        "wallet": "{}",
        "devices": [{"id": device_of("anna")}],
    }


def test_user_id_is_a_lower_case_uuid(client: Client) -> None:
    """Account ids are UUIDs of version 4 in lower case."""
    session = client.sign_in("anna")

    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", session.user_id)


def test_generated_username(client: Client) -> None:
    """An account that asks for no username gets ten random letters."""
    names = {client.authenticate("device", id=f"device-number-{number}").claims["usn"] for number in range(3)}

    assert len(names) == 3
    assert all(re.fullmatch("[A-Za-z]{10}", name) for name in names)


def test_change_of_fields(client: Client, clock: Clock) -> None:
    """The fields that are sent change, the others stay, and the time of the update is that of the change."""
    session = client.sign_in("anna")
    before = client.get_account(session).body["user"]
    clock.advance(1)

    fields = {"display_name": "Ännä", "avatar_url": "https://example.com/a.png", "location": "Lyon", "timezone": "CET"}
    assert client.update_account(session, **fields).body == {}
    assert client.update_account(session, lang_tag="fr").body == {}

    after = client.get_account(session).body["user"]
    assert after == before | fields | {"lang_tag": "fr", "update_time": after["update_time"]}
    assert after["create_time"] == before["create_time"]


def test_fields_in_camel_case(client: Client) -> None:
    """A field may be named as proto3's JSON names it, too."""
    session = client.sign_in("anna")

    client.update_account(session, displayName="Anna", langTag="de")

    user = client.get_account(session).body["user"]
    assert (user["display_name"], user["lang_tag"]) == ("Anna", "de")


def text_for(field: str, length: int, letter: str = "x") -> str:
    """Give a text of that many characters that the field takes."""
    return ("http://" if field == "avatar_url" else "").ljust(length, letter)


@EACH_FIELD
def test_field_is_cleared(client: Client, field: str, limit: int) -> None:
    """An empty text removes a field, null leaves it as it is."""
    session = client.sign_in("anna")
    value = text_for(field, min(limit, 10))
    client.update_account(session, **{field: value})
    client.update_account(session, **{field: None, "username": "anne"})
    assert client.get_account(session).body["user"][field] == value

    assert client.update_account(session, **{field: ""}).body == {}

    assert field not in client.get_account(session).body["user"]


@EACH_FIELD
def test_limit_of_a_field(client: Client, field: str, limit: int) -> None:
    """Each field has a limit in bytes, those of Nakama's columns."""
    session = client.sign_in("anna")

    assert client.update_account(session, **{field: text_for(field, limit)}).status == 200
    assert client.update_account(session, **{field: text_for(field, limit + 1)}).error[:2] == (400, 3)
    assert client.update_account(session, **{field: text_for(field, limit // 2 + 8, "é")}).error[:2] == (400, 3)


@EACH_FIELD
def test_field_of_another_type(client: Client, field: str, limit: int) -> None:
    """A field that is no text is refused."""
    session = client.sign_in("anna")

    for value in (limit, True, ["x"], {"x": "y"}):
        assert client.update_account(session, **{field: value}).error == (
            400,
            3,
            f"invalid value for string field {field}",
        )


@pytest.mark.parametrize("body", [{}, {"username": None}, {"unknown": "field"}])
def test_nothing_to_change(client: Client, body: dict[str, object]) -> None:
    """A change of nothing is a mistake."""
    assert client.update_account(client.sign_in("anna"), **body).error == (400, 3, "No fields to update.")


def test_rename(client: Client) -> None:
    """A new username is the account's at once, and the old one is free."""
    session = client.sign_in("anna")

    assert client.update_account(session, username="anne").body == {}

    assert client.get_account(session).body["user"]["username"] == "anne"
    assert client.authenticate("device", {"username": "anna"}, id="device-of-another").claims["usn"] == "anna"


def test_rename_to_ones_own_name(client: Client) -> None:
    """An account may be given the username that it has."""
    session = client.sign_in("anna")

    assert client.update_account(session, username="anna", location="Lyon").body == {}

    assert client.get_account(session).body["user"]["location"] == "Lyon"


def test_rename_to_a_name_that_is_taken(client: Client) -> None:
    """Another account's username is refused, and nothing else of the change happens."""
    client.sign_in("bert")
    session = client.sign_in("anna")

    assert client.update_account(session, username="bert", location="Lyon").error == TAKEN

    user = client.get_account(session).body["user"]
    assert user["username"] == "anna"
    assert "location" not in user


@pytest.mark.parametrize(
    ("username", "message"),
    [
        ("", "Username invalid, must be 1-128 bytes."),
        ("x" * 129, "Username invalid, must be 1-128 bytes."),
        ("é" * 65, "Username invalid, must be 1-128 bytes."),
        ("a\tb", "Username invalid, no spaces or control characters allowed."),
        ("a\x7fb", "Username invalid, no spaces or control characters allowed."),
    ],
    ids=["empty", "long", "long in bytes", "tab", "delete"],
)
def test_bad_username(client: Client, username: str, message: str) -> None:
    """A username has 1 to 128 bytes without control characters, at sign-in as well."""
    session = client.sign_in("anna")

    assert client.update_account(session, username=username).error == (400, 3, message)
    if username:
        assert client.authenticate("device", {"username": username}, id="1234567890").error == (400, 3, message)


@pytest.mark.parametrize("username", ["a", "a b", "ナカマ", "x" * 128, "é" * 64, '"\\', "Anna"], ids=ascii)
def test_good_username(client: Client, username: str) -> None:
    """Anything else is a username, spaces included; usernames differ by case."""
    client.sign_in("anna")

    session = client.authenticate("device", {"username": username}, id="1234567890")

    assert session.claims["usn"] == client.get_account(session).body["user"]["username"] == username


def test_username_taken_at_sign_in(client: Client) -> None:
    """A new account that asks for another's username is not made; an account that exists ignores the wish."""
    client.sign_in("anna")
    bert = client.sign_in("bert")

    assert client.authenticate("device", {"username": "anna"}, id="1234567890").error == TAKEN

    assert client.authenticate("device", {"create": "false"}, id="1234567890").status == 404
    again = client.authenticate("device", {"username": "anna"}, id=device_of("bert"))
    assert (again.user_id, again.claims["usn"]) == (bert.user_id, "bert")
