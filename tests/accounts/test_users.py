"""Other users: found by id, username and Facebook id, and shown without what is theirs alone."""

import uuid

import pytest

from tests.helpers.players.client import Answer, Client
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store

NOBODY = "00000000-0000-4000-8000-000000000000"


def names(answer: Answer) -> list[str]:
    """Give the usernames of the users in an answer."""
    return [user["username"] for user in answer.body.get("users", [])]


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give a session of the one who looks."""
    return client.sign_in("anna")


def test_user_by_id(client: Client, anna: Answer) -> None:
    """A user is shown with its public fields, and with none of its identities or addresses."""
    bert = client.sign_in("bert")
    client.link(bert, "custom", id="custom-id-of-bert")
    client.link(bert, "email", email="bert@example.com", password="3bc8f72e95a9")
    client.update_account(bert, display_name="Bert")

    [user] = client.get_users(anna, ids=bert.user_id).body["users"]

    assert user.keys() == {"id", "username", "display_name", "lang_tag", "metadata", "create_time", "update_time"}
    assert (user["id"], user["username"], user["display_name"]) == (bert.user_id, "bert", "Bert")


def test_users_by_id_and_username(client: Client, anna: Answer) -> None:
    """Ids and usernames may be mixed and repeated; who is named twice is shown once."""
    bert, carl = client.sign_in("bert"), client.sign_in("carl")

    answer = client.get_users(anna, ids=[bert.user_id, bert.user_id.upper()], usernames=["carl", "bert", "carl"])

    assert names(answer) == ["bert", "carl"]
    assert names(client.get_users(anna, usernames=["carl"], ids=carl.user_id)) == ["carl"]


def test_oneself(client: Client, anna: Answer) -> None:
    """The caller is a user like any other."""
    assert names(client.get_users(anna, ids=anna.user_id, usernames="anna")) == ["anna"]


def test_user_by_facebook_id(client: Client, anna: Answer, store: Store) -> None:
    """A Facebook id finds the account that it is linked to, and the user shows it."""
    bert = client.sign_in("bert")
    store.put_identity("facebook#1234567890", bert.user_id)

    assert names(client.get_users(anna, facebook_ids=["1234567890", "999"])) == ["bert"]


def test_nobody_asked_for(client: Client, anna: Answer) -> None:
    """Without a query nobody is found."""
    assert client.get_users(anna).body == {}


def test_unknown_id(client: Client, anna: Answer) -> None:
    """An id that nobody has is left out."""
    assert client.get_users(anna, ids=NOBODY).body == {}
    assert names(client.get_users(anna, ids=[NOBODY, anna.user_id])) == ["anna"]


@ENGINES
@pytest.mark.parametrize(
    "query",
    [
        {"usernames": "nobody"},
        {"usernames": ""},
        {"usernames": "x" * 3000},
        {"usernames": "é" * 100},
        {"facebook_ids": "1234567890"},
        {"facebook_ids": ""},
        {"facebook_ids": "1" * 3000},
    ],
    ids=lambda query: str(query)[:30],
)
def test_unknown_users_are_left_out(client: Client, anna: Answer, query: dict[str, str]) -> None:
    """Who does not exist, or could not, is left out, and the others are shown."""
    assert client.get_users(anna, **query).body == {}
    assert names(client.get_users(anna, ids=anna.user_id, **query)) == ["anna"]


def test_username_is_case_sensitive(client: Client, anna: Answer) -> None:
    """A username is found as it is spelt."""
    assert client.get_users(anna, usernames="Anna").body == {}


@pytest.mark.parametrize(
    "user_id",
    ["", "nonsense", NOBODY.replace("-", ""), f"{{{NOBODY}}}", f"urn:uuid:{NOBODY}", NOBODY + "0", "é" * 36, "{}"],
)
def test_bad_user_id(client: Client, anna: Answer, user_id: str) -> None:
    """An id that is none is a mistake, among others as well."""
    answer = client.get_users(anna, ids=[anna.user_id, user_id])

    assert answer.error == (400, 3, f"ID '{user_id}' is not a valid system ID.")


def test_number_of_users_is_limited(client: Client, anna: Answer) -> None:
    """Up to 98 users can be asked for at once, in whatever way."""
    many = [str(uuid.uuid4()) for _ in range(49)]
    some = [f"user-{number}" for number in range(48)]

    assert names(client.get_users(anna, ids=many, usernames=["anna", *some])) == ["anna"]
    assert client.get_users(anna, ids=many, usernames=["anna", *some], facebook_ids="1").error == (
        400,
        3,
        "At most 98 users can be requested at once.",
    )


def test_commas_do_not_separate(client: Client, anna: Answer) -> None:
    """A username may have a comma, though API Gateway joins repeated values with it."""
    client.authenticate("device", {"username": "bert,carl"}, id="1234567890")

    assert names(client.get_users(anna, usernames="bert,carl")) == ["bert,carl"]


def test_banned_user_is_still_shown(client: Client, anna: Answer, store: Store) -> None:
    """A ban keeps its user out; it does not hide it from others."""
    bert = client.sign_in("bert")
    store.ban(bert.user_id)

    assert names(client.get_users(anna, ids=bert.user_id)) == ["bert"]


def test_deleted_user_is_gone(client: Client, anna: Answer) -> None:
    """A deleted user is found by nothing."""
    bert = client.sign_in("bert")
    client.delete_account(bert)

    assert client.get_users(anna, ids=bert.user_id, usernames="bert").body == {}
