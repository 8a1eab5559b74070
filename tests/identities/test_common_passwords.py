"""Passwords that attackers try first are refused where one is set; hashes of bcrypt count, and are replaced."""

import bcrypt
import pytest

from tests.helpers.players.client import Answer, Client
from tests.helpers.service.store import Store

ANNA = "anna@example.com"
TOO_COMMON = (
    *(400, 3),
    "Password is too common: it is on a list of those that attackers try first. Choose another one.",
)


def sign_in(client: Client, password: str, create: str = "true") -> Answer:
    """Sign in with Anna's address."""
    return client.authenticate("email", {"create": create}, email=ANNA, password=password)


def give_bcrypt(store: Store, user_id: str, password: str, prefix: str = "$2a$") -> None:
    """Give an account the hash that another service made of its password."""
    made = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
    store.set_user(user_id, password_hash=prefix + made[4:])


@pytest.mark.parametrize("password", ["password1", "12345678", "PassWord1", "iloveyou", "\uff50assword1"])
def test_common_password_makes_no_account(client: Client, store: Store, password: str) -> None:
    """A password that is known to be common is refused, in whatever case and width, and the message says why."""
    assert sign_in(client, password).error == TOO_COMMON
    assert store.rows("UsersTable") == []


def test_common_password_is_not_linked(client: Client) -> None:
    """Neither does an account that exists get one."""
    session = client.sign_in("anna")

    assert client.link(session, "email", email=ANNA, password="password1").error == TOO_COMMON
    assert client.link(session, "email", email=ANNA, password="a long password").status == 200


def test_common_password_that_is_set_already_signs_in(client: Client, store: Store) -> None:
    """Who had one before such passwords were refused is not locked out, and the hash is renewed."""
    session = sign_in(client, "a long password")
    give_bcrypt(store, session.user_id, "password1")

    assert sign_in(client, "password1").status == 200
    assert store.user(session.user_id)["password_hash"].startswith("$argon2id$")


def test_common_password_is_a_guess_like_others(client: Client) -> None:
    """Where there is an account, a common password is just wrong, so that nothing is learnt of the account's own."""
    sign_in(client, "a long password")

    assert sign_in(client, "password1").error == (401, 16, "Invalid credentials.")


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
@pytest.mark.parametrize("password", ["a password of old", "é" * 60], ids=["short", "120 bytes"])
def test_bcrypt_counts_and_is_replaced(client: Client, store: Store, prefix: str, password: str) -> None:
    """A hash that came with an account from elsewhere signs in, once: then it is one of ours."""
    session = sign_in(client, "a long password")
    give_bcrypt(store, session.user_id, password, prefix)

    assert sign_in(client, "another password").status == 401
    assert store.user(session.user_id)["password_hash"].startswith(prefix)
    assert sign_in(client, password).user_id == session.user_id
    assert store.user(session.user_id)["password_hash"].startswith("$argon2id$")
    assert sign_in(client, password).status == 200


@pytest.mark.parametrize("stored", ["$2a$", "$2b$xx$" + "a" * 53, "$2b$31$" + "a" * 53, "$2b$04$short", "$2"])
def test_broken_bcrypt_lets_nobody_in(client: Client, store: Store, stored: str) -> None:
    """A hash that is none, or that would take for ever to check, is a wrong password."""
    session = sign_in(client, "a long password")
    store.set_user(session.user_id, password_hash=stored)

    assert sign_in(client, "a long password").error == (401, 16, "Invalid credentials.")
