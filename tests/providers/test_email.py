"""E-mail address and password; or, with an empty address, the username and password of such an account."""

import json

import pytest

from symbolon.identities.addresses import known_address
from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Client
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

ANNA = "anna@example.com"
PASSWORD = "3bc8f72e95a9"
WRONG = (401, 16, "Invalid credentials.")
NOT_FOUND = (404, 5, "User account not found.")


def sign_in(client: Client, password: str = PASSWORD, **query: str) -> Answer:
    """Sign in with Anna's address."""
    return client.authenticate("email", query, email=ANNA, password=password)


def test_first_sign_in_creates_an_account(client: Client) -> None:
    """An unknown address makes an account, which shows it to its owner and no one else."""
    session = sign_in(client)

    assert session.body["created"] is True
    assert client.get_account(session).body["email"] == ANNA
    assert ANNA not in str(client.get_users(session, ids=session.user_id).body)


def test_second_sign_in_finds_the_account(client: Client) -> None:
    """The right password signs in to the account of the address."""
    first = sign_in(client)

    second = sign_in(client)

    assert (second.status, second.user_id) == (200, first.user_id)
    assert "created" not in second.body


def test_wrong_password(client: Client) -> None:
    """Another password than the account's is refused, and makes no account of its own."""
    sign_in(client)

    assert sign_in(client, "another-password").error == WRONG


def test_unknown_address_without_create(client: Client) -> None:
    """With create=false an unknown address is answered 404."""
    assert sign_in(client, create="false").error == NOT_FOUND


@pytest.mark.parametrize("address", ["ANNA@EXAMPLE.COM", "Anna@Example.com"])
def test_address_is_of_any_case(client: Client, address: str) -> None:
    """Addresses are compared in lower case."""
    session = sign_in(client)

    assert client.authenticate("email", email=address, password=PASSWORD).user_id == session.user_id


def test_username_and_password(client: Client) -> None:
    """With an empty address the username finds the account, and its password is asked for."""
    session = sign_in(client, username="anna")

    right = client.authenticate("email", {"username": "anna"}, email="", password=PASSWORD)
    wrong = client.authenticate("email", {"username": "anna"}, password="another-password")

    assert right.user_id == session.user_id
    assert wrong.error == WRONG


def test_username_never_creates(client: Client, store: Store) -> None:
    """A username that nobody has is answered 404, though create is true."""
    answer = client.authenticate("email", {"username": "anna", "create": "true"}, password=PASSWORD)

    assert answer.error == NOT_FOUND
    assert store.rows("UsersTable") == []


def test_username_of_an_account_without_password(client: Client) -> None:
    """An account that has no password cannot be entered with one, not even with an empty one."""
    client.sign_in("anna")

    assert client.authenticate("email", {"username": "anna"}, password=PASSWORD).error == WRONG


@pytest.mark.parametrize(
    ("address", "message"),
    [
        pytest.param("a@b.co", "Invalid email address, must be 10-255 bytes.", id="short"),
        pytest.param("a@" + "b" * 250 + ".com", "Invalid email address, must be 10-255 bytes.", id="long"),
        pytest.param(
            "an na@example.com", "Invalid email address, no spaces or control characters allowed.", id="space"
        ),
        pytest.param(
            "anna@example.com\n", "Invalid email address, no spaces or control characters allowed.", id="newline"
        ),
        pytest.param("someone@localhost", "Invalid email address format.", id="no dot in the domain"),
        pytest.param("anna.example.com", "Invalid email address format.", id="no at sign"),
        pytest.param("anna@@example.com", "Invalid email address format.", id="two at signs"),
        pytest.param(".anna@example.com", "Invalid email address format.", id="leading dot"),
        pytest.param("anna@-example.com", "Invalid email address format.", id="domain with a leading hyphen"),
    ],
)
def test_bad_address(client: Client, address: str, message: str) -> None:
    """An address has 10 to 255 bytes and the form of RFC 5322; at sign-in and link alike."""
    session = client.sign_in("anna")

    assert client.authenticate("email", email=address, password=PASSWORD).error == (400, 3, message)
    assert client.link(session, "email", email=address, password=PASSWORD).error == (400, 3, message)


@pytest.mark.parametrize("address", ["anna+game@example.com", "anna.o'neill@mail.example.co.uk", "änna@exämple.com"])
def test_good_address(client: Client, address: str) -> None:
    """What the standards allow is allowed, without asking any name server."""
    assert client.authenticate("email", email=address, password=PASSWORD).status == 200


def test_password_is_asked_for_first(client: Client) -> None:
    """Without anything the password is what is missing, and with a password the username."""
    assert client.authenticate("email").error == (400, 3, "Password must be at least 8 characters long.")
    assert client.authenticate("email", password=PASSWORD).error == (
        400,
        3,
        "Username is required when email address is not supplied.",
    )


def test_link_sets_address_and_password(client: Client) -> None:
    """An account that gets an address can be entered by it."""
    session = client.sign_in("anna")

    assert client.link(session, "email", email=ANNA, password=PASSWORD).body == {}

    assert sign_in(client, create="false").user_id == session.user_id
    assert client.get_account(session).body["email"] == ANNA


def test_link_again_changes_the_password(client: Client) -> None:
    """Linking the account's own address with another password changes it, for who shows the old one."""
    session = sign_in(client)

    assert client.link(session, "email", email=ANNA, password="a-new-password", current=PASSWORD).body == {}

    assert sign_in(client).error == WRONG
    assert sign_in(client, "a-new-password").user_id == session.user_id


def test_second_address_replaces_the_first(client: Client) -> None:
    """An account has one address: linking another frees the first, and takes the password that came with it."""
    session = sign_in(client)

    client.link(session, "email", email="other@example.com", password="a-new-password", current=PASSWORD)

    assert sign_in(client, create="false").error == NOT_FOUND
    other = client.authenticate("email", email="other@example.com", password="a-new-password")
    assert other.user_id == session.user_id


def test_address_of_another_account_is_not_linked(client: Client) -> None:
    """An address that another account has stays there, whatever the password."""
    sign_in(client)
    bert = client.sign_in("bert")

    assert client.link(bert, "email", email=ANNA, password=PASSWORD).error == (409, 6, "Email is already in use.")


@pytest.mark.parametrize("body", [{}, {"email": ANNA}, {"password": PASSWORD}], ids=["nothing", "address", "password"])
def test_link_needs_address_and_password(client: Client, body: dict[str, str]) -> None:
    """A link of half a credential is refused."""
    session = client.sign_in("anna")

    assert client.link(session, "email", **body).error == (400, 3, "Email address and password is required.")


@pytest.mark.parametrize("body", [{}, {"email": ANNA}, {"email": ANNA.upper(), "password": "whatever"}])
def test_unlink_takes_address_and_password(client: Client, store: Store, body: dict[str, str]) -> None:
    """Unlinking needs no password, since the session has proved enough, and leaves no hash behind."""
    session = client.sign_in("anna")
    client.link(session, "email", email=ANNA, password=PASSWORD)

    assert client.unlink(session, "email", **body).body == {}

    assert "password_hash" not in store.user(session.user_id)
    assert client.authenticate("email", {"username": "anna"}, password=PASSWORD).error == WRONG
    assert sign_in(client, create="false").error == NOT_FOUND


def test_unlink_of_another_address(client: Client) -> None:
    """An unlink that names an address takes that address or nothing."""
    session = client.sign_in("anna")
    client.link(session, "email", email=ANNA, password=PASSWORD)

    assert client.unlink(session, "email", email="other@example.com").error[:2] == (403, 7)

    assert sign_in(client).user_id == session.user_id


ODD_ADDRESSES = (
    "p1@mygame.local",
    "anna@game.test",
    "a@b.localhost",
    "anna@x.invalid",
    "anna@abcdefgh.onion",
    "anna@home.home.arpa",
    "a..b@example.com",
    '"anna"@example.com',
)


@pytest.mark.parametrize("address", ODD_ADDRESSES)
def test_odd_address_that_an_account_has_signs_in(client: Client, store: Store, address: str) -> None:
    """An address that came from elsewhere signs in, and unlinks, whatever is asked of new ones."""
    session = client.authenticate("email", email="anna@example.com", password="a long password")
    client.link(session, "device", id="device-of-anna")
    known = known_address(address)
    store.put("IdentitiesTable", {"identity": f"email#{known}", "user_id": session.user_id})
    store.set_user(session.user_id, links=store.user(session.user_id)["links"] | {"email": known})

    found = client.authenticate("email", {"create": "false"}, email=address.upper(), password="a long password")
    unlinked = client.unlink(found, "email", email=address)

    assert (found.status, found.user_id) == (200, session.user_id)
    assert unlinked.status == 200


@pytest.mark.parametrize("address", [*ODD_ADDRESSES[:6], '"anna"@example.com'])
def test_names_that_get_no_mail(client: Client, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """An address that no letter reaches may be new where nobody sends letters, and nowhere else."""
    free = client.authenticate("email", email=address, password="a long password")
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"mail": {"sender": "a@example.com"}}))
    monkeypatch.delenv("SYMBOLON_LOCAL")  # where letters go no further than the mailbox
    restart()

    refused = client.authenticate("email", email=f"x{address}", password="a long password")
    again = client.authenticate("email", email=address, password="a long password")

    assert (free.status, again.status) == (200, 200)
    if "example.com" not in address:
        assert refused.error == (400, 3, "Invalid email address format.")


@pytest.mark.parametrize("address", ["a..b@example.com", "anna@exam_ple.com", "anna@-example.com", "anna@example..com"])
def test_malformed_address_is_not_given_to_a_new_account(client: Client, store: Store, address: str) -> None:
    """What no mail system takes is refused at sign-up and at linking, and unknown at sign-in."""
    session = client.sign_in("anna")
    credential = {"email": address, "password": "a long password"}

    answers = [client.authenticate("email", **credential), client.link(session, "email", **credential)]
    unknown = client.authenticate("email", {"create": "false"}, **credential)

    assert [answer.error for answer in answers] == [(400, 3, "Invalid email address format.")] * 2
    assert unknown.status == 404
    assert len(store.rows("UsersTable")) == 1
