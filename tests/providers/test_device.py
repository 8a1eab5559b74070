"""Device ids: long random strings that a game makes and keeps; an account can have several."""

import pytest

from tests.helpers.players.client import Client, device_of
from tests.helpers.service.store import Store

ID = "8a1f6c2e-device"
BAD_LENGTH = "Device ID invalid, must be 10-128 bytes."
BAD_CHARACTER = "Device ID invalid, no spaces or control characters allowed."
LAST_LINK = "Cannot unlink last account identifier. Check profile exists and is not last link."


def test_first_sign_in_creates_an_account(client: Client, store: Store) -> None:
    """An unknown device id makes an account, and the answer says so."""
    answer = client.authenticate("device", id=ID)

    assert answer.status == 200
    assert answer.body["created"] is True
    assert [user["user_id"] for user in store.rows("UsersTable")] == [answer.user_id]


def test_second_sign_in_finds_the_account(client: Client) -> None:
    """A known device id signs in to its account, and the answer has no `created` at all."""
    first = client.authenticate("device", id=ID)

    second = client.authenticate("device", id=ID)

    assert second.body.keys() == {"token", "refresh_token"}
    assert second.user_id == first.user_id


def test_unknown_device_is_not_created_when_create_is_false(client: Client, store: Store) -> None:
    """With create=false an unknown device id is answered 404, and nothing is stored."""
    answer = client.authenticate("device", {"create": "false"}, id=ID)

    assert answer.error == (404, 5, "User account not found.")
    assert store.rows("UsersTable") == store.rows("IdentitiesTable") == store.rows("UsernamesTable") == []


def test_create_in_the_body_is_ignored(client: Client) -> None:
    """`create` is a query parameter; a body that has it is served as if it had not."""
    assert client.authenticate("device", {"create": "false"}, id=ID, create=True).status == 404
    assert client.authenticate("device", id=ID, create=False).status == 200


@pytest.mark.parametrize("value", ["0", "f", "F", "FALSE", "false", "False"])
def test_create_takes_the_spellings_of_false(client: Client, value: str) -> None:
    """`create` has the spellings that Nakama knows for false."""
    assert client.authenticate("device", {"create": value}, id=ID).status == 404


@pytest.mark.parametrize("value", ["1", "t", "T", "TRUE", "true", "True"])
def test_create_takes_the_spellings_of_true(client: Client, value: str) -> None:
    """`create` has the spellings that Nakama knows for true."""
    assert client.authenticate("device", {"create": value}, id=ID).body["created"] is True


@pytest.mark.parametrize("value", ["", "yes", "no", "tRUE", "2"])
def test_create_is_no_other_word(client: Client, value: str) -> None:
    """Any other value of `create` is refused."""
    assert client.authenticate("device", {"create": value}, id=ID).error[:2] == (400, 3)


@pytest.mark.parametrize(
    ("device_id", "message"),
    [
        pytest.param("", "Device ID is required.", id="empty"),
        pytest.param(None, "Device ID is required.", id="null"),
        pytest.param("123456789", BAD_LENGTH, id="short"),
        pytest.param("x" * 129, BAD_LENGTH, id="long"),
        pytest.param("é" * 65, BAD_LENGTH, id="long in bytes"),
        pytest.param("has a space in it", BAD_CHARACTER, id="space"),
        pytest.param("has_a_bell_\a_in_it", BAD_CHARACTER, id="bell"),
        pytest.param("has_a_delete_\x7f_in_it", BAD_CHARACTER, id="delete"),
        pytest.param("1234567890\n", BAD_CHARACTER, id="newline"),
    ],
)
@pytest.mark.parametrize("verb", ["authenticate", "link"])
def test_bad_device_id(client: Client, verb: str, device_id: str | None, message: str) -> None:
    """A device id has 10 to 128 bytes, and neither spaces nor control characters."""
    session = client.sign_in("anna")

    if verb == "link":
        answer = client.link(session, "device", id=device_id)
    else:
        answer = client.authenticate("device", id=device_id)

    assert answer.error == (400, 3, message)


@pytest.mark.parametrize("device_id", ["1234567890", "x" * 128, "é" * 64], ids=["ten", "128", "128 in bytes"])
def test_shortest_and_longest_device_id(client: Client, device_id: str) -> None:
    """Ten bytes and 128 bytes are allowed, counted in UTF-8."""
    assert client.authenticate("device", id=device_id).status == 200


def test_device_ids_differ_by_case(client: Client) -> None:
    """Device ids are compared byte by byte."""
    lower = client.authenticate("device", id="abcdefghij")

    upper = client.authenticate("device", id="ABCDEFGHIJ")

    assert upper.user_id != lower.user_id


def test_account_has_several_devices(client: Client) -> None:
    """A linked device is one more way into the same account, and the account shows them all."""
    session = client.sign_in("anna")

    assert client.link(session, "device", id=ID).body == {}

    devices = client.get_account(session).body["devices"]
    assert sorted(device["id"] for device in devices) == [ID, device_of("anna")]
    assert client.authenticate("device", id=ID).user_id == session.user_id


def test_device_of_another_account_is_not_linked(client: Client) -> None:
    """A device that another account has stays there."""
    client.sign_in("anna")
    bert = client.sign_in("bert")

    answer = client.link(bert, "device", id=device_of("anna"))

    assert answer.error == (409, 6, "Device ID already in use.")


def test_unlink_takes_one_device(client: Client) -> None:
    """The device that is named goes, and may then be anybody's; the other one stays."""
    session = client.sign_in("anna")
    client.link(session, "device", id=ID)

    assert client.unlink(session, "device", id=device_of("anna")).body == {}

    assert client.get_account(session).body["devices"] == [{"id": ID}]
    assert client.authenticate("device", id=device_of("anna")).user_id != session.user_id


def test_unlink_insists_on_an_id(client: Client) -> None:
    """Without an id nobody knows which device is meant."""
    session = client.sign_in("anna")

    assert client.unlink(session, "device").error == (400, 3, "A device ID must be supplied.")


@pytest.mark.parametrize("device_id", [ID, "short", "has a space", "x" * 5000], ids=["good", "short", "space", "long"])
def test_unlink_of_a_device_that_is_not_linked(client: Client, device_id: str) -> None:
    """A device that the account does not have, in whatever form, is answered as Nakama does: like the last one."""
    session = client.sign_in("anna")
    client.link(session, "custom", id="custom-of-anna")

    assert client.unlink(session, "device", id=device_id).error == (403, 7, LAST_LINK)
