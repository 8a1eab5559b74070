"""Passwords are one, however the keyboard of a system composes them; hashes from before that still count."""

import json
import unicodedata
from collections.abc import Callable
from typing import Literal

import argon2
import pytest

from symbolon.identities import passwords
from symbolon.identities.passwords import Password
from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Call, Client
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
ANNA = "anna@example.com"
HTTP_KEY = "the-http-key-of-the-tests-0123456789"
FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "FullWidth")
PASSWORDS = ["pässwörter", FULL_WIDTH, "한국어비밀번호를", "ﬁne ﬂour ①②", "Å ngström Å"]
TYPED = "pa\u0308sswo\u0308rter"


def sign_in(client: Client, password: str) -> Answer:
    """Sign in with Anna's address."""
    return client.authenticate("email", email=ANNA, password=password)


def by_server(client: Client, password: str) -> Answer:
    """Sign Anna in by the procedure for game servers."""
    payload = json.dumps({"username": "anna", "password": password})
    return client.send(Call("POST /v2/rpc/account/authenticate/password", f"unwrap&http_key={HTTP_KEY}", {}, payload))


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_password(client: Client, password: str, form: Form) -> None:
    """A password that was set in one form signs in when it is typed in another, and no other password does."""
    sign_in(client, unicodedata.normalize(form, password))

    assert [sign_in(client, unicodedata.normalize(other, password)).status for other in FORMS] == [200] * 4
    assert sign_in(client, f"{password}!").status == 401


@pytest.mark.parametrize("sign_in_with", [sign_in, by_server])
def test_hashes_of_another_form_still_count(
    client: Client, store: Store, monkeypatch: pytest.MonkeyPatch, sign_in_with: Callable[[Client, str], Answer]
) -> None:
    """A hash of the password as it was typed then is good for that form, and is replaced at the next sign-in."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"http_key": HTTP_KEY}))
    restart()
    anna = client.authenticate("email", {"username": "anna"}, email=ANNA, password=TYPED)
    old = passwords.HASHER.hash(TYPED)
    store.set_user(anna.user_id, password_hash=old)

    assert sign_in_with(client, unicodedata.normalize("NFC", TYPED)).status == 401
    assert sign_in_with(client, TYPED).status == 200
    renewed = store.user(anna.user_id)["password_hash"]
    assert renewed != old
    assert [sign_in_with(client, unicodedata.normalize(form, TYPED)).status for form in FORMS] == [200] * 4
    assert store.user(anna.user_id)["password_hash"] == renewed


def test_characters_are_counted_in_one_form(client: Client) -> None:
    """A letter and its mark are one character of the eight, on every system."""
    assert sign_in(client, "e\u0301" * 7).error == (400, 3, "Password must be at least 8 characters long.")
    assert sign_in(client, "e\u0301" * 8).status == 200
    assert sign_in(client, "é" * 8).status == 200


@pytest.mark.parametrize("stored", ["", "$argon2id$nonsense"])
@pytest.mark.parametrize("typed", [TYPED, "password1", FULL_WIDTH])
def test_unknown_accounts_cost_as_much_work(monkeypatch: pytest.MonkeyPatch, stored: str, typed: str) -> None:
    """A password is compared as often where there is no account as where there is one with another password."""
    compared: list[str] = []
    verify = argon2.PasswordHasher.verify

    def recording(hasher: argon2.PasswordHasher, stored: str, text: str) -> bool:
        compared.append(text)
        return verify(hasher, stored, text)

    another = passwords.HASHER.hash("another-password")
    monkeypatch.setattr(argon2.PasswordHasher, "verify", recording)
    password = Password.checked(typed)

    assert not password.matches(another)
    with_account = len(compared)
    assert not password.matches(stored)

    assert len(compared) == 2 * with_account


def test_a_password_never_shows() -> None:
    """Neither form of a password is in its repr."""
    password = Password.checked(TYPED)
    password.matches(password.hash())

    assert not [text for text in (TYPED, "pässwörter") if text in repr(password)]
