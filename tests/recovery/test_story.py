"""A player's story, from the first sign-in on a telephone to the television, by what a game and a browser can do."""

from urllib.parse import urlencode

from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.devices import Television, approve
from tests.helpers.players.mail import Post
from tests.helpers.players.merging import merged, ticket_of
from tests.helpers.players.operator import Operator

EMAIL, FIRST, SECOND = "anna@example.com", "the first password of anna", "the second password of anna"


def by_address(client: Client, password: str) -> Answer:
    """Sign in with the address."""
    return client.authenticate("email", {"create": "false"}, email=EMAIL, password=password)


def prove_address(client: Client, post: Post, session: Answer) -> None:
    """Link an address, and prove it by the code in the letter."""
    assert client.link(session, "email", email=EMAIL, password=FIRST).status == 200
    assert client.call("POST /v2/account/email/verify/request", {}, headers=bearer(session)).body == {}
    answer = {"email": EMAIL, "code": post.code()}
    assert client.call("POST /v2/account/email/verify", answer, headers=client.application).body == {}


def forget(client: Client, post: Post) -> None:
    """Forget the password, and choose another one on the page."""
    client.form("POST /recover", urlencode({"email": EMAIL, "step": "ask"}))
    finish = {"email": EMAIL, "code": post.code(), "password": SECOND, "step": "finish"}
    assert client.form("POST /recover", urlencode(finish)).status == 200
    assert "password" in post.next()["subject"]


def test_story(client: Client, post: Post) -> None:
    """A guest gets an address, forgets the password, merges with an old account, undoes it, and has a television."""
    old = client.sign_in("anna_old")
    guest = client.sign_in("anna_new")
    prove_address(client, post, guest)
    forget(client, post)
    assert client.get_account(guest).status == client.refresh(guest.refresh_token).status == 401
    assert by_address(client, FIRST).status == 401
    session = by_address(client, SECOND)

    ticket = ticket_of(client, session, "device", id="device-of-anna_old")
    both = merged(client, session, ticket)
    assert "another" in post.next()["subject"]
    assert client.get_account(old).status == 401
    assert client.sign_in("anna_old").user_id == both.user_id == guest.user_id

    [entry] = [one for one in Operator().log(user=guest.user_id) if one["action"] == "merge"]
    assert Operator().undo(entry["entry"]).status == 200
    assert client.sign_in("anna_old").user_id == old.user_id
    again = by_address(client, SECOND)

    tv = Television(client, device_name="Television", device_id="the-id-of-the-television")
    assert approve(client, again, tv.user_code).status == 200
    assert "Television" in post.next()["text"]
    assert tv.poll().user_id == guest.user_id
    assert client.authenticate("device", {"create": "false"}, id="the-id-of-the-television").user_id == guest.user_id


def test_letters_about_ways_in(client: Client, post: Post) -> None:
    """A verified address is told of each identity that is linked or unlinked, and where to go if that is wrong."""
    anna = client.sign_in("anna")
    prove_address(client, post, anna)

    client.link(anna, "custom", id="custom-id-of-anna")
    linked = post.next()
    client.unlink(anna, "custom")
    unlinked = post.next()

    for letter in (linked, unlinked):
        assert "custom" in letter["text"]
        assert "This was not me" in letter["text"]
        assert "https://play.example.com/recover?email=anna@example.com" in letter["text"]


def test_no_letter_without_a_proof(client: Client, post: Post) -> None:
    """An address that nobody has proved is told nothing."""
    anna = client.sign_in("anna")
    client.link(anna, "email", email=EMAIL, password=FIRST)

    client.link(anna, "custom", id="custom-id-of-anna")

    assert post.is_empty()


def test_device_that_looks_like_an_address(client: Client, post: Post) -> None:
    """What a device calls itself makes no link in the letter."""
    anna = client.sign_in("anna")
    prove_address(client, post, anna)
    approve(client, anna, Television(client, device_name="https://evil.example/gift").user_code)

    letter = post.next()

    assert "evil.example" not in letter["text"]
    assert "evil.example" not in letter["html"]
