"""A forgotten password, a new one, and what that ends."""

import pytest

from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.mail import Post
from tests.helpers.service import lambdas
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

EMAIL, OLD, NEW = "anna@example.com", "the old password", "the new password"
WRONG_CODE = (401, 16, "Code invalid or expired.")


def sign_in(client: Client, password: str, create: str = "false") -> Answer:
    """Sign in with Anna's address."""
    return client.authenticate("email", {"create": create}, email=EMAIL, password=password)


def forgot(client: Client, email: str = EMAIL) -> Answer:
    """Ask for a code."""
    return client.call("POST /v2/account/password/forgot", {"email": email}, headers=client.application)


def reset(client: Client, code: str, password: str = NEW, email: str = EMAIL) -> Answer:
    """Set a new password with a code."""
    body = {"email": email, "code": code, "password": password}
    return client.call("POST /v2/account/password/reset", body, headers=client.application)


def change(client: Client, session: Answer, current: str = OLD, password: str = NEW) -> Answer:
    """Set a new password with the old one."""
    body = {"current": current, "password": password}
    return client.call("POST /v2/account/password/change", body, headers=bearer(session))


@pytest.fixture
def anna(client: Client, post: Post) -> Answer:  # noqa: ARG001 (its settings)
    """Give the session of a player who has an address."""
    return sign_in(client, OLD, "true")


def test_way_back(client: Client, post: Post, anna: Answer) -> None:
    """Whoever gets the letter sets a new password and is signed in; older sessions and the old password are over."""
    assert forgot(client, EMAIL.upper()).body == {}
    letter = post.next()

    session = reset(client, letter["text"].split("\n\n")[2].lower().replace("-", " "))

    assert letter["to"] == (EMAIL,)
    assert session.status == 200
    assert session.user_id == anna.user_id
    assert client.get_account(session).body["verify_time"]
    assert client.get_account(anna).status == client.refresh(anna.refresh_token).status == 401
    assert (sign_in(client, OLD).status, sign_in(client, NEW).status) == (401, 200)


def test_letter(client: Client, post: Post, anna: Answer) -> None:
    """The letter is in the player's language, has the code, and a link to the configured address."""
    client.update_account(anna, lang_tag="de-AT")
    client.call(
        "POST /v2/account/password/forgot", {"email": EMAIL}, headers=client.application | {"host": "evil.example"}
    )

    letter = post.next()

    assert letter["subject"] == "Dein Code für Agora"
    assert letter["sender"] == "game@example.com"
    assert "https://play.example.com/recover?email=anna@example.com&code=" in letter["text"]
    assert "evil" not in str(letter)
    assert '<span class="code">' in letter["html"]


@pytest.mark.usefixtures("anna")
def test_nobody_learns_who_has_an_account(client: Client, post: Post) -> None:
    """For an address without an account the answers are the same, and no letter goes out."""
    assert forgot(client, "nobody@example.com").body == forgot(client).body == {}
    post.next()

    assert (
        reset(client, "AAAA-AAAA", email="nobody@example.com").error == reset(client, "AAAA-AAAA").error == WRONG_CODE
    )
    assert post.is_empty()


def test_code_works_once(client: Client, post: Post, anna: Answer) -> None:
    """A code is spent with its use."""
    forgot(client)
    code = post.code()
    assert reset(client, code).status == 200

    assert reset(client, code, "another password").error == WRONG_CODE
    assert sign_in(client, NEW).user_id == anna.user_id


@pytest.mark.usefixtures("anna")
def test_newer_code_replaces_the_older(client: Client, post: Post) -> None:
    """Of two codes only the later one counts."""
    forgot(client)
    first = post.code()
    forgot(client)
    second = post.code()

    assert [reset(client, code).status for code in (first, second)] == [401, 200]


@pytest.mark.usefixtures("anna")
def test_code_expires(client: Client, post: Post, clock: Clock) -> None:
    """After a quarter of an hour a code is nothing."""
    forgot(client)
    code = post.code()
    clock.advance(15 * 60 + 1)

    assert reset(client, code).error == WRONG_CODE


def test_code_is_of_one_account(client: Client, post: Post, anna: Answer) -> None:
    """A code does nothing for another address."""
    bert = client.authenticate("email", email="bert@example.com", password=OLD)
    forgot(client)

    assert reset(client, post.code(), email="bert@example.com").error == WRONG_CODE
    assert client.get_account(bert).status == client.get_account(anna).status == 200


@pytest.mark.usefixtures("anna")
def test_guesses_are_counted_across_codes(client: Client, post: Post) -> None:
    """A new code brings no new guesses: after ten wrong ones the right one has to wait, too."""
    forgot(client)
    post.code()
    wrong = [reset(client, f"AAAA-AAA{letter}").status for letter in "ABCDEFGHJK"]
    forgot(client)

    refused = reset(client, post.code())

    assert wrong == [401] * 10
    assert (refused.status, refused.body["code"]) == (429, 8)
    assert int(refused.headers["retry-after"]) >= 1


@pytest.mark.usefixtures("anna")
def test_letters_that_are_not_sent_replace_no_code(client: Client, post: Post) -> None:
    """Whoever asks again and again for letters to an address that gets no more leaves the last mailed code good."""
    for _ in range(8):
        forgot(client)

    mailed = [post.code() for _ in range(5)]

    assert post.is_empty()
    assert reset(client, mailed[-1]).status == 200


@pytest.mark.usefixtures("anna")
def test_strangers_do_not_keep_the_owner_from_a_new_password(client: Client, post: Post) -> None:
    """While strangers at many addresses guess at codes, the owner's counts from where the account signed in before."""
    forgot(client)
    code = post.code()
    strangers = [Client(lambdas.from_address(f"203.0.113.{number}")) for number in range(20)]
    guesses = [reset(stranger, "AAAA-AAAA").status for stranger in strangers for _ in range(11)]

    assert guesses[-1] == reset(strangers[0], code).status == 429
    assert reset(client, code).status == 200


@pytest.mark.usefixtures("anna")
def test_codes_of_others_do_not_crowd_out_the_owners(client: Client, post: Post, store: Store) -> None:
    """However many codes strangers have put down to change to the address, the one of its account is found."""
    forgot(client)
    code = post.code()
    [row] = store.rows("MailTable")
    for number in range(60):
        store.put("MailTable", {**row, "slot": f"change#stranger-{number}", "code": "x"})

    assert reset(client, code).status == 200


@pytest.mark.usefixtures("anna")
def test_letters_are_counted(client: Client, post: Post) -> None:
    """One address gets five letters an hour, whoever asks for them; the answer tells nothing of it."""
    answers = [forgot(client).status for _ in range(8)]

    for _ in range(5):
        post.next()
    assert answers == [200] * 8
    assert post.is_empty()


@pytest.mark.usefixtures("anna")
def test_stored_code_is_no_code(client: Client, post: Post, store: Store) -> None:
    """Whoever reads the table finds neither codes nor addresses."""
    forgot(client)
    code = post.code()

    stored = str(store.rows("MailTable"))
    assert code not in stored
    assert code.replace("-", "") not in stored
    assert EMAIL not in stored


@pytest.mark.parametrize("body", [{}, {"email": "x"}, {"email": EMAIL, "code": "", "password": NEW}, {"email": 5}])
def test_malformed_requests(client: Client, post: Post, body: dict[str, object]) -> None:
    """What is no request is refused as such."""
    refused = client.call("POST /v2/account/password/reset", body, headers=client.application)

    assert (refused.status, refused.body["code"]) == (400, 3)
    assert post.is_empty()


@pytest.mark.usefixtures("anna")
def test_new_password_is_held_to_the_rules(client: Client, post: Post) -> None:
    """A short password is refused before the code is spent."""
    forgot(client)
    code = post.code()

    assert reset(client, code, "short").error[:2] == (400, 3)
    assert reset(client, code).status == 200


def test_banned_account(client: Client, post: Post, store: Store, anna: Answer) -> None:
    """A banned player gets no code; one that was sent before the ban does not help."""
    forgot(client)
    code = post.code()
    store.ban(anna.user_id)

    assert reset(client, code).error[:2] == (403, 7)
    assert forgot(client).status == 200
    assert post.is_empty()


def test_change(client: Client, post: Post, anna: Answer) -> None:
    """Who knows the old password changes it; this session goes on, and can be refreshed, all others are over."""
    other = sign_in(client, OLD)

    assert change(client, anna).body == {}

    assert client.get_account(anna).status == 200
    assert client.get_account(other).status == client.refresh(other.refresh_token).status == 401
    refreshed = client.refresh(anna.refresh_token)
    assert client.get_account(refreshed).status == 200
    assert (sign_in(client, OLD).status, sign_in(client, NEW).status) == (401, 200)
    assert client.logout(refreshed).status == 200
    assert client.get_account(refreshed).status == client.get_account(anna).status == 401
    assert post.is_empty()


def test_change_brings_no_session_back(client: Client, anna: Answer, aws: Aws) -> None:
    """A session that is ended while it changes the password stays ended, and the password stays what it was."""
    aws.overtake("TransactWriteItems", lambda: client.logout(sign_in(client, OLD)))

    assert change(client, anna).error == (401, 16, "Auth token invalid")

    assert client.get_account(anna).status == client.refresh(anna.refresh_token).status == 401
    assert sign_in(client, OLD).status == 200


def test_change_asks_for_the_old_password(client: Client, anna: Answer) -> None:
    """A wrong old password changes nothing, and ten of them are the last for a while."""
    answers = [change(client, anna, "a wrong password").status for _ in range(11)]

    assert answers == [401] * 10 + [429]
    assert client.get_account(anna).status == 200


def test_change_without_a_password(client: Client, post: Post) -> None:
    """An account that has no password is told so."""
    session = client.sign_in("bert")

    assert change(client, session).error == (400, 9, "The account has no password: link an e-mail address.")
    assert post.is_empty()


@pytest.mark.usefixtures("anna")
def test_verified_address_is_told(client: Client, post: Post) -> None:
    """Where the address is verified, it hears of a new password."""
    forgot(client)
    session = reset(client, post.code())
    assert post.next()["subject"] == "Your password for Agora was changed"

    change(client, session, NEW, "yet another password")

    assert post.next()["subject"] == "Your password for Agora was changed"


def test_without_mail(client: Client) -> None:
    """A deployment that sends no mail says so."""
    session = client.sign_in("anna")

    answers = [forgot(client), reset(client, "AAAA-AAAA"), change(client, session)]

    assert [answer.error for answer in answers] == [(400, 9, "Mail is not configured.")] * 3
