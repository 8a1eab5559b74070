"""Custom ids: of a system of the studio's own; an account has one at most."""

import pytest

from tests.helpers.players.client import Client, device_of

ID = "anna-of-the-studio"
CHARACTERS = ", no spaces or control characters allowed."
LENGTH = ", must be 6-128 bytes."


def test_first_sign_in_creates_an_account(client: Client) -> None:
    """An unknown custom id makes an account; the next sign-in finds it."""
    first = client.authenticate("custom", id=ID)
    second = client.authenticate("custom", {"create": "false"}, id=ID)

    assert first.body["created"] is True
    assert "created" not in second.body
    assert second.user_id == first.user_id


def test_custom_id_is_shown_to_its_owner(client: Client) -> None:
    """The account has the custom id, and no device where it has none."""
    account = client.get_account(client.authenticate("custom", id=ID)).body

    assert account["custom_id"] == ID
    assert "devices" not in account


def test_custom_id_is_no_device_id(client: Client) -> None:
    """The same text is another identity with another provider."""
    device = client.authenticate("device", id=ID)

    custom = client.authenticate("custom", id=ID)

    assert custom.body["created"] is True
    assert custom.user_id != device.user_id


@pytest.mark.parametrize(
    ("custom_id", "complaint"),
    [
        pytest.param("abc12", LENGTH, id="short"),
        pytest.param("x" * 129, LENGTH, id="long"),
        pytest.param("é" * 65, LENGTH, id="long in bytes"),
        pytest.param("has a space", CHARACTERS, id="space"),
        pytest.param("has\ta_tab", CHARACTERS, id="tab"),
        pytest.param("has_bell_\a", CHARACTERS, id="bell"),
    ],
)
def test_bad_custom_id(client: Client, custom_id: str, complaint: str) -> None:
    """A custom id has 6 to 128 bytes without spaces; Nakama words it differently for sign-in and link."""
    session = client.sign_in("anna")

    assert client.authenticate("custom", id=custom_id).error == (400, 3, f"Custom ID invalid{complaint}")
    assert client.link(session, "custom", id=custom_id).error == (400, 3, f"Invalid custom ID{complaint}")


def test_custom_id_is_required(client: Client) -> None:
    """Without an id there is nothing to sign in with, or to link."""
    session = client.sign_in("anna")

    assert client.authenticate("custom").error == (400, 3, "Custom ID is required.")
    assert client.link(session, "custom").error == (400, 3, "Custom ID is required.")


@pytest.mark.parametrize("custom_id", ["abc_12", "x" * 128], ids=["six", "128"])
def test_shortest_and_longest_custom_id(client: Client, custom_id: str) -> None:
    """Six bytes and 128 bytes are allowed."""
    assert client.authenticate("custom", id=custom_id).status == 200


def test_second_custom_id_replaces_the_first(client: Client) -> None:
    """An account has one custom id: linking another frees the first for others."""
    session = client.authenticate("custom", id=ID)

    assert client.link(session, "custom", id="another-id").body == {}

    assert client.get_account(session).body["custom_id"] == "another-id"
    assert client.authenticate("custom", {"create": "false"}, id=ID).status == 404
    assert client.authenticate("custom", id="another-id").user_id == session.user_id


def test_custom_id_of_another_account_is_not_linked(client: Client) -> None:
    """A custom id that another account has stays there."""
    client.authenticate("custom", id=ID)
    bert = client.sign_in("bert")

    assert client.link(bert, "custom", id=ID).error == (409, 6, "Custom ID is already in use.")


def test_unlink_without_an_id_takes_the_one_there_is(client: Client) -> None:
    """An account has one custom id at most, so an unlink need not name it."""
    session = client.sign_in("anna")
    client.link(session, "custom", id=ID)

    assert client.unlink(session, "custom").body == {}

    account = client.get_account(session).body
    assert "custom_id" not in account
    assert account["devices"] == [{"id": device_of("anna")}]


@pytest.mark.parametrize("custom_id", ["another-id", "abc"], ids=["other", "malformed"])
def test_unlink_of_an_id_that_is_not_linked(client: Client, custom_id: str) -> None:
    """An unlink that names an id takes that id or nothing."""
    session = client.sign_in("anna")
    client.link(session, "custom", id=ID)

    assert client.unlink(session, "custom", id=custom_id).error[:2] == (403, 7)

    assert client.get_account(session).body["custom_id"] == ID
