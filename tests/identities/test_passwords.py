"""Passwords: argon2id, every byte counts, and nothing is to be learnt from the time it takes."""

import argon2
import pytest

from symbolon.identities import passwords
from tests.conftest import PRODUCTION_HASHER, PRODUCTION_NOBODYS_HASH
from tests.helpers.players.client import Answer, Client
from tests.helpers.service.store import Store

ANNA = "anna@example.com"
PASSWORD = "3bc8f72e95a9"
WRONG = (401, 16, "Invalid credentials.")


def sign_in(client: Client, password: str = PASSWORD) -> Answer:
    """Sign in with Anna's address."""
    return client.authenticate("email", email=ANNA, password=password)


@pytest.mark.parametrize("password", ["", "1234567", "ééééééé"])
def test_short_password(client: Client, password: str) -> None:
    """A password has 8 characters at least, however many bytes they are."""
    assert sign_in(client, password).error == (400, 3, "Password must be at least 8 characters long.")


@pytest.mark.parametrize("password", ["x" * 1024, "é" * 512, "1-2-3-4-", "pass word\t"], ids=len)
def test_every_byte_of_a_password_counts(client: Client, password: str) -> None:
    """Up to 1,024 bytes nothing is cut off: the last character makes a difference."""
    sign_in(client, password)

    assert sign_in(client, password).status == 200
    assert sign_in(client, password[:-1] + "y").error == WRONG


def test_long_password(client: Client) -> None:
    """A password of more than 1,024 bytes is refused, which bounds the work of hashing it."""
    assert sign_in(client, "é" * 513).error == (400, 3, "Password must be at most 1024 bytes long.")


def test_password_is_stored_as_argon2id(client: Client, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is stored as argon2id with 19 MiB, two passes and one lane, with a salt of its own."""
    monkeypatch.setattr(passwords, "HASHER", PRODUCTION_HASHER)

    anna = sign_in(client)
    bert = client.authenticate("email", email="bert@example.com", password=PASSWORD)

    hashes = [store.user(session.user_id)["password_hash"] for session in (anna, bert)]
    assert all(value.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for value in hashes)
    assert hashes[0] != hashes[1]
    assert sign_in(client).status == 200


def test_hash_is_renewed_when_the_parameters_change(
    client: Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next sign-in stores the password anew when it was hashed with other parameters, and only then."""
    session = sign_in(client)
    before = store.user(session.user_id)["password_hash"]
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))

    assert sign_in(client, "another-password").error == WRONG
    assert store.user(session.user_id)["password_hash"] == before
    assert sign_in(client).status == 200

    renewed = store.user(session.user_id)["password_hash"]
    assert renewed.startswith("$argon2id$v=19$m=8,t=2,p=1$")
    assert sign_in(client).status == 200
    assert store.user(session.user_id)["password_hash"] == renewed


@pytest.mark.parametrize(
    ("query", "address"),
    [
        pytest.param({"create": "false"}, ANNA, id="unknown address"),
        pytest.param({"username": "nobody"}, "", id="unknown username"),
        pytest.param({"username": "bert"}, "", id="account without password"),
    ],
)
def test_unknown_accounts_cost_as_much_work(
    client: Client, monkeypatch: pytest.MonkeyPatch, query: dict[str, str], address: str
) -> None:
    """Where there is no account or no password, one is compared all the same, so that the time taken tells nothing."""
    monkeypatch.setattr(passwords, "_NOBODYS_HASH", PRODUCTION_NOBODYS_HASH)
    client.sign_in("bert")
    compared: list[str] = []
    verify = argon2.PasswordHasher.verify

    def recording(hasher: argon2.PasswordHasher, stored: str, text: str) -> bool:
        compared.append(stored)
        return verify(hasher, stored, text)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", recording)

    client.authenticate("email", query, email=address, password=PASSWORD)

    assert [argon2.extract_parameters(stored) for stored in compared] == [
        argon2.extract_parameters(PRODUCTION_HASHER.hash(PASSWORD))
    ]
