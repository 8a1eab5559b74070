"""Sign in with Apple: what it has beyond other ID tokens, for which see `test_idtokens`."""

import pytest

from tests.conftest import Log
from tests.helpers.players.client import Client
from tests.helpers.providers.credentials import settle
from tests.helpers.providers.id_tokens import APPLE_ID, encoded
from tests.helpers.providers.internet import Internet
from tests.helpers.service import lambdas

WITHOUT_TABLES = Client(lambdas.invoke)
WEB = "com.example.game.web"


def test_every_audience_of_ours(client: Client, internet: Internet) -> None:
    """The app and its web page have different audiences, and their players the same accounts."""
    APPLE_ID.publish(internet)

    app, web = (client.authenticate("apple", token=APPLE_ID.token({"aud": aud})) for aud in (APPLE_ID.audience, WEB))

    assert app.user_id == web.user_id


def test_address_is_shown_and_signs_nobody_in(client: Client, internet: Internet) -> None:
    """A verified address, which Apple says as a word or a truth value, is the account's, but no login."""
    APPLE_ID.publish(internet)

    for number, verified in enumerate((True, "true")):
        address = f"anna{number}@privaterelay.appleid.com"
        claims = {"sub": f"anna{number}", "email": address, "email_verified": verified}
        session = client.authenticate("apple", token=APPLE_ID.token(claims))

        assert client.get_account(session).body["email"] == address
        assert client.authenticate("email", {"create": "false"}, email=address, password="password").status == 404


@pytest.mark.parametrize("verified", [None, False, "false", "yes", ["true"]])
def test_address_that_is_not_verified(client: Client, internet: Internet, verified: object) -> None:
    """An address that Apple has not verified is not taken."""
    APPLE_ID.publish(internet)
    token = APPLE_ID.token({"email": "anna@example.com", "email_verified": verified})

    assert "email" not in client.get_account(client.authenticate("apple", token=token)).body


def test_address_joins_no_accounts(client: Client, internet: Internet) -> None:
    """The owner of an address by e-mail and password is somebody else than who has it with Apple."""
    APPLE_ID.publish(internet)
    anna = client.authenticate("email", email="anna@example.com", password="correct horse battery staple")

    token = APPLE_ID.token({"email": "anna@example.com", "email_verified": True})
    other = client.authenticate("apple", token=token)

    assert other.body["created"] is True
    assert other.user_id != anna.user_id


def test_link_and_unlink(client: Client, internet: Internet) -> None:
    """The subject can be linked to an account, shows there, and is taken away by its own token or without any."""
    APPLE_ID.publish(internet)
    anna = client.sign_in("anna")

    assert client.link(anna, "apple", token=APPLE_ID.token()).body == {}
    assert client.get_account(anna).body["user"]["apple_id"] == "anna"
    assert client.unlink(anna, "apple", token=APPLE_ID.token({"sub": "bert"})).status == 403
    assert client.unlink(anna, "apple", token=APPLE_ID.token()).body == {}


def test_link_of_somebody_else(client: Client, internet: Internet) -> None:
    """A subject that has an account cannot be linked to another one."""
    APPLE_ID.publish(internet)
    client.authenticate("apple", token=APPLE_ID.token())

    answer = client.link(client.sign_in("mallory"), "apple", token=APPLE_ID.token())

    assert answer.error == (409, 6, "Apple ID is already in use.")


@pytest.mark.parametrize("token", [None, ""])
def test_missing_token(internet: Internet, token: str | None) -> None:
    """A token is required."""
    assert WITHOUT_TABLES.authenticate("apple", token=token).error == (400, 3, "Apple ID token is required.")
    assert internet.seen == []


@pytest.mark.parametrize("shape", ["{0}.x", "x.{0}", "{1}.{2}", "{1}", "..", "{1}..{3}", "{1}.{2}.{3}="])
def test_other_shapes(internet: Internet, shape: str) -> None:
    """A token has three parts in base64, none of them empty."""
    APPLE_ID.publish(internet)
    token = APPLE_ID.token()

    assert WITHOUT_TABLES.authenticate("apple", token=shape.format(token, *token.split("."))).error == APPLE_ID.refused


def test_refusal_is_explained_in_the_log(internet: Internet, log: Log) -> None:
    """The log says by its kind what is wrong with a token, and the client does not learn it."""
    APPLE_ID.publish(internet)

    WITHOUT_TABLES.authenticate("apple", token=APPLE_ID.token({"aud": "com.example.other"}))
    WITHOUT_TABLES.authenticate("apple", token=f"{encoded({'alg': 'none'})}.{encoded({})}.")

    assert [line["cause"] for line in log()] == ["InvalidAudienceError", "InvalidTokenError"]


@pytest.mark.parametrize("audiences", ["com.example.game", [], [""], [7], {"com.example.game": True}])
def test_audiences_that_are_no_list(internet: Internet, monkeypatch: pytest.MonkeyPatch, audiences: object) -> None:
    """Audiences that cannot be compared refuse everybody; none of them ever means any."""
    settle(monkeypatch, apple={"audiences": audiences})

    answer = WITHOUT_TABLES.authenticate("apple", token=APPLE_ID.token())

    assert answer.error == (500, 13, "The service is not configured correctly.")
    assert internet.seen == []
