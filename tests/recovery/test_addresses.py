"""Addresses: proved, changed, taken from who never proved them, and taken back."""

import json

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players import mail
from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.mail import Post, code_in
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

EMAIL, OTHER, PASSWORD = "anna@example.com", "anna.new@example.com", "the password of anna"
WRONG_CODE = (401, 16, "Code invalid or expired.")


def sign_in(client: Client, email: str = EMAIL, password: str = PASSWORD, create: str = "false") -> Answer:
    """Sign in with an address."""
    return client.authenticate("email", {"create": create}, email=email, password=password)


def ask(client: Client, session: Answer) -> Answer:
    """Ask for a code that proves the account's address."""
    return client.call("POST /v2/account/email/verify/request", {}, headers=bearer(session))


def verify(client: Client, code: str, email: str = EMAIL) -> Answer:
    """Answer with a code."""
    return client.call("POST /v2/account/email/verify", {"email": email, "code": code}, headers=client.application)


def change(client: Client, session: Answer, email: str = OTHER, password: str = PASSWORD) -> Answer:
    """Ask for another address."""
    return client.call("POST /v2/account/email/change", {"email": email, "password": password}, headers=bearer(session))


def undo(client: Client, code: str, email: str = EMAIL) -> Answer:
    """Take a change back, on the page."""
    form = f"email={email.replace('@', '%40')}&code={code}"
    return client.form("POST /undo", form)


@pytest.fixture
def anna(client: Client, post: Post) -> Answer:  # noqa: ARG001 (its settings)
    """Give the session of a player who has an address."""
    return sign_in(client, create="true")


def test_proof(client: Client, post: Post, anna: Answer) -> None:
    """The code in the letter proves the address, which the account shows from then on."""
    assert "verify_time" not in client.get_account(anna).body
    assert ask(client, anna).body == {}

    assert verify(client, post.code()).body == {}

    assert client.get_account(anna).body["verify_time"].endswith("Z")
    assert ask(client, anna).body == {}
    assert post.is_empty()


def test_proof_of_another_address_than_the_account_has_by_now(client: Client, post: Post, anna: Answer) -> None:
    """A code for an address that the account has given up proves nothing."""
    ask(client, anna)
    code = post.code()
    change(client, anna)
    verify(client, post.code(), OTHER)

    assert verify(client, code).error == WRONG_CODE


def test_account_without_an_address(client: Client, post: Post) -> None:
    """There is nothing to prove without an address."""
    assert ask(client, client.sign_in("bert")).error == (400, 9, "The account has no e-mail address.")
    assert post.is_empty()


def test_change(client: Client, post: Post, anna: Answer) -> None:
    """Nothing changes before the new address is proved; then it signs in, and the old one is told."""
    assert change(client, anna).body == {}
    letter = post.next()
    before = sign_in(client).status, sign_in(client, OTHER).status

    assert verify(client, code_in(letter), OTHER).body == {}

    assert (letter["to"], before) == ((OTHER,), (200, 404))
    assert (sign_in(client).status, sign_in(client, OTHER).status) == (404, 200)
    assert client.get_account(anna).body["email"] == OTHER
    told = post.next()
    assert (told["to"], told["subject"]) == ((EMAIL,), "Your account in Agora has another address now")


def test_change_is_taken_back(client: Client, post: Post, anna: Answer, clock: Clock) -> None:
    """Within a week the old address has its account back: sessions end, the password is void, a code is on its way."""
    change(client, anna)
    verify(client, post.code(), OTHER)
    code = post.code()
    clock.advance(6 * 24 * 3600)

    assert undo(client, code).status == 200

    assert client.get_account(sign_in(client, OTHER)).status == 401 if sign_in(client, OTHER).status == 200 else True
    assert sign_in(client).status == 401
    session = client.call(
        "POST /v2/account/password/reset",
        {"email": EMAIL, "code": post.code(), "password": "another password"},
        headers=client.application,
    )
    assert session.user_id == anna.user_id
    assert client.get_account(session).body["email"] == EMAIL
    assert undo(client, code).status == 401


def test_change_is_final_after_a_week(client: Client, post: Post, anna: Answer, clock: Clock) -> None:
    """After a week the old address has nothing to say."""
    change(client, anna)
    verify(client, post.code(), OTHER)
    code = post.code()
    clock.advance(7 * 24 * 3600 + 1)

    assert undo(client, code).status == 401
    assert sign_in(client, OTHER).status == 200


def test_change_asks_for_the_password(client: Client, post: Post, anna: Answer) -> None:
    """Who has a session but not the password changes no address."""
    assert change(client, anna, password="a wrong password").error == (401, 16, "Invalid credentials.")
    assert post.is_empty()


def test_first_address(client: Client, post: Post) -> None:
    """An account without an address gets one this way, with a password, once it is proved."""
    session = client.sign_in("bert")
    change(client, session, EMAIL)
    before = sign_in(client).status

    verify(client, post.code())

    assert before == 404
    assert sign_in(client).user_id == session.user_id
    assert client.get_account(session).body["verify_time"]
    assert post.is_empty()


def test_address_is_taken_from_who_never_proved_it(client: Client, post: Post, store: Store) -> None:
    """Somebody linked the address first and never proved it: its owner has it after all, the other plays on without."""
    squatter = client.sign_in("mallory")
    client.link(squatter, "email", email=EMAIL, password="the password of mallory")
    owner = client.sign_in("bert")

    assert change(client, owner, EMAIL).body == {}
    assert verify(client, post.code()).body == {}

    assert sign_in(client).user_id == owner.user_id
    assert sign_in(client, password="the password of mallory").status == 401
    assert client.get_account(squatter).status == 200
    assert "email" not in client.get_account(squatter).body
    assert store.owners()[f"email#{EMAIL}"] == owner.user_id


def test_address_that_was_all_an_account_had(client: Client, post: Post, anna: Answer, store: Store) -> None:
    """An account that had nothing else keeps its sessions and can link another identity; nobody signs in to it."""
    owner = client.sign_in("bert")
    change(client, owner, EMAIL)
    verify(client, post.code())

    assert sign_in(client).user_id == owner.user_id
    assert list(store.user(anna.user_id)["links"]) == ["displaced"]
    assert client.link(anna, "device", id="device-of-anna").status == 200
    assert client.authenticate("device", id="device-of-anna").user_id == anna.user_id
    assert set(store.owners().values()) == {anna.user_id, owner.user_id}


def test_proved_address_stays(client: Client, post: Post, anna: Answer) -> None:
    """An address that its owner has proved is not given to anybody else."""
    ask(client, anna)
    verify(client, post.code())
    change(client, client.sign_in("bert"), EMAIL)

    refused = verify(client, post.code())

    assert refused.error == (409, 6, "Email is already in use.")
    assert sign_in(client).user_id == anna.user_id


def test_usernames_are_no_links(client: Client, post: Post) -> None:
    """A player whose name looks like an address cannot send links to strangers by way of our letters."""
    session = client.authenticate("device", {"username": "https://evil.example/win"}, id="device-of-mallory")
    change(client, session, "victim@example.com", "the password of mallory")

    letter = post.next()

    assert "evil.example" not in letter["text"] + letter["html"] + letter["subject"]


def test_unproved_addresses_where_proof_is_asked_for(
    client: Client, post: Post, anna: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the setting, an address signs in once it is proved, and not before."""
    document = SETTINGS | {"mail": {**mail.SETTINGS, "require_verified": True}}
    monkeypatch.setenv("SETTINGS", json.dumps(document))
    restart()

    refused = sign_in(client)
    ask(client, anna)
    verify(client, post.code())

    assert refused.error == (403, 7, "Email address is not verified.")
    assert sign_in(client).status == 200


def test_replacing_by_a_link_asks_for_the_old_password(client: Client, post: Post, anna: Answer) -> None:
    """A session alone does not replace an address and its password: the password stays, or the old one is shown."""
    refused = client.link(anna, "email", email=OTHER, password="a new password")
    same = client.link(anna, "email", email=OTHER, password=PASSWORD)
    shown = client.link(anna, "email", email=EMAIL, password="a new password", current=PASSWORD)

    assert refused.error == (401, 16, "Invalid credentials.")
    assert (same.status, shown.status) == (200, 200)
    assert sign_in(client, password="a new password").user_id == anna.user_id
    assert post.is_empty()
