"""What others than the player do to an account's ways in, its verified address hears of, too."""

import pytest

from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.mail import Post
from tests.helpers.players.operator import Operator
from tests.helpers.providers import notices
from tests.helpers.providers.credentials import ACCESS_TOKEN, announce_facebook
from tests.helpers.providers.id_tokens import APPLE_ID
from tests.helpers.providers.internet import Internet

EMAIL = "anna@example.com"


@pytest.fixture
def anna(client: Client, post: Post) -> Answer:
    """Give the session of a player who has proved an address."""
    session = client.authenticate("email", email=EMAIL, password="the password of anna")
    client.call("POST /v2/account/email/verify/request", {}, headers=bearer(session))
    proof = {"email": EMAIL, "code": post.code()}
    assert client.call("POST /v2/account/email/verify", proof, headers=client.application).status == 200
    return session


@pytest.fixture
def _published(internet: Internet) -> None:
    notices.publish(internet)
    announce_facebook(internet)


@pytest.mark.parametrize("who", ["apple", "facebook"])
@pytest.mark.usefixtures("_published")
def test_providers(client: Client, post: Post, anna: Answer, who: str) -> None:
    """A provider that takes an identity away does not do so unheard."""
    token = APPLE_ID.token({"sub": "anna"}) if who == "apple" else ACCESS_TOKEN
    assert client.link(anna, who, token=token).status == 200
    post.next()

    if who == "apple":
        notices.apple(sub="anna").tell(client)
    else:
        notices.post(client, notices.DELETION, notices.signed_request())

    letter = post.next()
    assert (letter["to"], letter["subject"]) == ((EMAIL,), "Your account in Agora has one way in less")
    assert who in letter["text"]


def test_operators(client: Client, post: Post, anna: Answer) -> None:
    """So it is where an operator takes one away, and where that is undone."""
    client.link(anna, "custom", id="custom-id-of-anna")
    post.next()

    done = Operator().done("unlink", anna.user_id, provider="custom")
    taken = post.next()
    Operator().undo(done)

    assert "one way in less" in taken["subject"]
    assert "another way in" in post.next()["subject"]


def test_letters_by_operators(client: Client, post: Post) -> None:
    """Support has a letter sent to the player's own address, whose code does what such a code does."""
    anna = client.authenticate("email", email=EMAIL, password="the password of anna")
    operator = Operator()

    operator.done("resend", anna.user_id, letter="verify", reason="Asked for it.")
    proof = {"email": EMAIL, "code": post.code()}
    assert client.call("POST /v2/account/email/verify", proof, headers=client.application).status == 200
    operator.done("resend", anna.user_id)
    reset = {"email": EMAIL, "code": post.code(), "password": "another password"}
    assert client.call("POST /v2/account/password/reset", reset, headers=client.application).user_id == anna.user_id

    assert "resend" in [entry["action"] for entry in operator.log(user=anna.user_id)]


def test_letters_that_operators_cannot_have_sent(client: Client, post: Post, anna: Answer) -> None:
    """An operator is told why no letter goes out."""
    bert, operator = client.sign_in("bert"), Operator()

    assert operator.do("resend", bert.user_id).error == (400, 9, "The account has no e-mail address.")
    refused = operator.do("resend", anna.user_id, letter="verify")
    assert refused.error == (400, 9, "The address is confirmed already.")
    assert operator.do("resend", anna.user_id, letter="love").error[:2] == (400, 3)
    assert post.is_empty()


def test_letters_without_mail(client: Client) -> None:
    """Where no mail is sent, operators hear it."""
    assert Operator().do("resend", client.sign_in("anna").user_id).error == (400, 9, "Mail is not configured.")
