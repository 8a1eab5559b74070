"""The page on which a player signs in another device."""

import pytest

from tests.helpers.players.client import Answer, Client
from tests.helpers.players.devices import Television, fill, ticket_in

EMAIL = {"email": "anna@example.com", "password": "3bc8f72e95a9"}


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give the session of a player who has an address."""
    return client.authenticate("email", {"username": "anna"}, **EMAIL)


@pytest.fixture
def tv(client: Client) -> Television:
    """Give a device that shows a code."""
    return Television(client, device_name="<b>Television</b>")


def test_page(client: Client, tv: Television) -> None:
    """The link's page shows a form with the code, warns of who sends codes, and needs no script."""
    page = client.form("GET /activate", query=f"user_code={tv.user_code}%22%3E%3Cscript%3E")

    assert page.status == 200
    assert f'value="{tv.user_code}&quot;&gt;&lt;script&gt;"' in page.text
    assert "<script" not in page.text
    assert "Whoever sent you a" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert client.form("HEAD /activate").status == 200


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_answer(client: Client, tv: Television, anna: Answer, answer: str) -> None:
    """Address, password and code show which device asks; nothing happens before the answer."""
    page = fill(client, user_code=tv.user_code, **EMAIL)
    assert "&lt;b&gt;Television&lt;/b&gt;" in page.text
    assert "from the network that you are in" in page.text
    assert EMAIL["password"] not in page.text
    assert tv.refusal() == "authorization_pending"

    done = fill(client, ticket=ticket_in(page), answer=answer)

    assert done.status == 200
    if answer == "yes":
        assert tv.poll().user_id == anna.user_id
    else:
        assert tv.refusal() == "access_denied"


def test_wrong_password(client: Client, tv: Television, anna: Answer) -> None:
    """A wrong password and an unknown address are the same, and the form comes again without the password."""
    wrong = EMAIL | {"password": "another password"}
    unknown = EMAIL | {"email": "nobody@example.com"}
    assert anna.user_id

    pages = [fill(client, user_code=tv.user_code, **one) for one in (wrong, unknown)]

    assert [page.status for page in pages] == [401, 401]
    assert "Invalid credentials." in pages[0].text
    assert pages[0].text == pages[1].text.replace("nobody@", "anna@")
    assert "another password" not in pages[0].text


def test_guessing(client: Client, tv: Television, anna: Answer) -> None:
    """Guesses at passwords are counted as anywhere else."""
    wrong = EMAIL | {"password": "another password"}
    assert anna.user_id

    statuses = [fill(client, user_code=tv.user_code, **wrong).status for _ in range(12)]

    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_wrong_code(client: Client, anna: Answer) -> None:
    """A code that nothing waits for is told on the form."""
    page = fill(client, user_code="BCDF-GHJK", **EMAIL)

    assert anna.user_id
    assert page.status == 404
    assert "Code invalid or expired." in page.text


@pytest.mark.parametrize("ticket", ["x", "a.b.c"])
def test_forged_answer(client: Client, ticket: str) -> None:
    """Nobody can have a player's browser say yes: that takes a ticket of ours."""
    assert fill(client, ticket=ticket, answer="yes").status == 400


def test_answer_after_signing_out_everywhere(client: Client, tv: Television, anna: Answer) -> None:
    """A page that is open does not outlive the account's sessions."""
    page = fill(client, user_code=tv.user_code, **EMAIL)
    client.logout(anna)

    assert fill(client, ticket=ticket_in(page), answer="yes").status == 401
    assert tv.refusal() == "authorization_pending"


def test_no_form(client: Client) -> None:
    """What is no form is refused on a page."""
    assert client.form("POST /activate", "&".join(["a=b"] * 20)).status == 400
    assert client.form("POST /activate").status == 400
