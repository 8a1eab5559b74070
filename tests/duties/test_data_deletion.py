"""Facebook's data deletion: what goes, what stays, and what its user is shown."""

from urllib.parse import urlsplit

import pytest

from tests.helpers.players.client import Answer, Call, Client
from tests.helpers.players.friends import make_friends
from tests.helpers.providers.credentials import ACCESS_TOKEN, ME, announce_facebook
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.notices import DEAUTHORIZE, DELETION, post, signed_request
from tests.helpers.providers.replies import as_json
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

DAY = 24 * 3600


@pytest.fixture(autouse=True)
def _announced(internet: Internet) -> None:
    announce_facebook(internet)


@pytest.fixture
def anna(client: Client, internet: Internet) -> Answer:
    """Give a session of a player who signed in with Facebook, of whom Facebook has told some things."""
    picture = {"data": {"url": "https://scontent.example.com/anna.jpg"}}
    internet.announce(ME, as_json({"id": "77", "name": "Anna", "email": "anna@example.com", "picture": picture}))
    session = client.authenticate("facebook", token=ACCESS_TOKEN)
    assert client.get_account(session).body["email"] == "anna@example.com"
    return session


def page(client: Client, answer: Answer) -> Answer:
    """Open the page that an answer names."""
    url = urlsplit(answer.body["url"])
    assert f"{url.scheme}://{url.netloc}" == "http://127.0.0.1:7350"
    return client.send(Call(f"GET {url.path}", url.query))


def test_account_with_nothing_else(client: Client, store: Store, anna: Answer) -> None:
    """Who signs in with Facebook alone loses the account, and is shown so."""
    answer = post(client, DELETION, signed_request())

    assert answer.status == 200
    assert answer.body.keys() == {"url", "confirmation_code"}
    assert answer.body["confirmation_code"].isalnum()
    assert client.get_account(anna).status == 404
    assert store.rows("UsersTable") == store.rows("IdentitiesTable") == store.rows("UsernamesTable") == []
    assert "Your account and all that belonged to it was deleted." in page(client, answer).text
    [entry] = store.rows("RecordsTable")
    assert (entry["action"], entry["by"]) == ("delete", {"kind": "provider", "name": "facebook"})


def test_account_with_another_identity(client: Client, store: Store, anna: Answer) -> None:
    """Who has another way in keeps the account, without Facebook and what Facebook has told; the entry names nobody."""
    client.link(anna, "custom", id="custom-id-of-anna")
    client.unlink(anna, "facebook")
    client.link(anna, "facebook", token=ACCESS_TOKEN)
    client.update_account(anna, location="Lisbon")

    answer = post(client, DELETION, signed_request())

    assert client.get_account(anna).status == 401
    account = client.get_account(client.authenticate("custom", id="custom-id-of-anna")).body
    assert account["user"]["location"] == "Lisbon"
    assert not {"display_name", "avatar_url", "facebook_id"} & account["user"].keys()
    assert "email" not in account
    assert store.owners() == {"custom#custom-id-of-anna": anna.user_id}
    assert "Your connection with Facebook" in page(client, answer).text
    rows = store.rows("RecordsTable")
    [entry] = [row for row in rows if row["by"]["kind"] == "provider"]
    assert "77" not in {str(row[name].get("subject")) for row in rows for name in ("before", "after") if name in row}
    assert sorted(row["action"] for row in rows) == ["forget", "link", "link", "unlink"]
    assert (entry["action"], entry["before"]) == ("forget", {"provider": "facebook"})


def test_nobody_known(client: Client) -> None:
    """Where there is nothing of somebody, the page says so."""
    answer = post(client, DELETION, signed_request(user_id="nobody"))

    assert answer.status == 200
    assert "there was nothing to delete" in page(client, answer).text


def test_wish_that_comes_again(client: Client, anna: Answer) -> None:
    """The same request gets the same answer, and deletes no account that was made since."""
    request = signed_request()
    first = post(client, DELETION, request)
    again = client.authenticate("facebook", token=ACCESS_TOKEN)

    second = post(client, DELETION, request)

    assert again.user_id != anna.user_id
    assert second.body == first.body
    assert client.get_account(again).status == 200
    assert "Your account" in page(client, second).text


def test_deauthorization_is_no_deletion(client: Client, store: Store, anna: Answer) -> None:
    """Both callbacks may come with the same signature, as of one moment, and each is acted on."""
    request = signed_request()

    assert post(client, DEAUTHORIZE, request).status == 200
    assert store.owners() == {"facebook#77": anna.user_id}
    assert post(client, DELETION, request).status == 200
    assert store.owners() == {}


def test_friends_are_forgotten(client: Client, store: Store, anna: Answer) -> None:
    """A deleted account is nobody's friend any more."""
    make_friends(client, anna, client.sign_in("bert"))

    post(client, DELETION, signed_request())

    assert store.rows("FriendsTable") == []


def test_page(client: Client, clock: Clock) -> None:
    """The page has no script and loads nothing, is in no frame, and is there for half a year."""
    answer = post(client, DELETION, signed_request())

    shown = page(client, answer)

    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
    assert "<script" not in shown.text
    assert client.send(Call("HEAD /v2/callback/facebook/deletion", urlsplit(answer.body["url"]).query)).status == 200
    clock.advance(181 * DAY)
    assert page(client, answer).status == 404


@pytest.mark.parametrize(
    "query", ["", "code=", "code=0123456789abcdef0123", "code=%00", "code=%3Cb%3E", "code=" + "a" * 5000]
)
def test_page_of_nothing(client: Client, query: str) -> None:
    """A code that nobody has is told so, in words and without itself."""
    shown = client.send(Call("GET /v2/callback/facebook/deletion", query))

    assert shown.status in {400, 404}
    assert "That did not work" in shown.text
    assert "<b>" not in shown.text


def test_identity_that_is_linked_meanwhile(client: Client, store: Store, aws: Aws, anna: Answer) -> None:
    """An account that gets another identity at the same moment is kept."""
    aws.overtake("TransactWriteItems", lambda: client.link(anna, "custom", id="custom-id-of-anna"))

    post(client, DELETION, signed_request())

    assert store.owners() == {"custom#custom-id-of-anna": anna.user_id}
