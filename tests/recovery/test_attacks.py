"""What somebody tries who wants another's account: each attack by its name, and what comes of it."""

import json
from urllib.parse import urlencode

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players import mail
from tests.helpers.players.client import Answer, Call, Client, bearer
from tests.helpers.players.devices import Television, approve
from tests.helpers.players.mail import Post
from tests.helpers.players.merging import ticket_of
from tests.helpers.service import lambdas
from tests.helpers.service.aws import Aws
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

pytestmark = pytest.mark.long

VICTIM, ATTACKER, THIRD = "anna@example.com", "mallory@example.com", "mallory.2@example.com"
PASSWORD, ANOTHER = "the password of anna", "another password of hers"
WRONG_CODE = (401, 16, "Code invalid or expired.")
HOSTS = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example;proto=http"}


def sign_in(client: Client, email: str, password: str = PASSWORD, create: str = "false") -> Answer:
    """Sign in with an address."""
    return client.authenticate("email", {"create": create}, email=email, password=password)


def call(client: Client, route: str, session: Answer | None = None, **body: object) -> Answer:
    """Call one of the routes about passwords and addresses, by a session or with the server key."""
    return client.call(f"POST /v2/account/{route}", body, headers=bearer(session) if session else client.application)


def move(client: Client, post: Post, session: Answer, email: str) -> str:
    """Change the address to another one, and give the code in the letter to the former."""
    assert call(client, "email/change", session, email=email, password=PASSWORD).status == 200
    assert call(client, "email/verify", email=email, code=post.code()).status == 200
    return post.code()


def undo(client: Client, email: str, code: str) -> int:
    """Take a change of address back, on the page."""
    return client.form("POST /undo", urlencode({"email": email, "code": code})).status


@pytest.fixture
def anna(client: Client, post: Post) -> Answer:
    """Give the session of a player who has proved an address."""
    session = sign_in(client, VICTIM, create="true")
    call(client, "email/verify/request", session)
    assert call(client, "email/verify", email=VICTIM, code=post.code()).status == 200
    return session


@pytest.mark.usefixtures("anna")
def test_undo_after_two_changes(client: Client, post: Post) -> None:
    """Who changes the address twice has not got rid of its owner, and cannot take the owner's undo back either."""
    thief = sign_in(client, VICTIM)
    first = move(client, post, thief, ATTACKER)
    second = move(client, post, thief, THIRD)

    assert undo(client, VICTIM, first) == 200

    reset = call(client, "password/reset", email=VICTIM, code=post.code(), password=ANOTHER)
    assert (reset.status, reset.user_id) == (200, thief.user_id)
    assert undo(client, ATTACKER, second) == 401
    assert sign_in(client, VICTIM, ANOTHER).user_id == thief.user_id
    assert sign_in(client, THIRD).status == sign_in(client, ATTACKER).status == 404


def test_undo_of_an_address_that_was_given_away(client: Client, post: Post, anna: Answer, store: Store) -> None:
    """Who links the victim's former address to an account of the own, unproved, does not keep the victim from it."""
    code = move(client, post, anna, ATTACKER)
    other = client.sign_in("mallory")
    assert client.link(other, "email", email=VICTIM, password="the password of mallory").status == 200

    assert undo(client, VICTIM, code) == 200

    assert store.owners()[f"email#{VICTIM}"] == anna.user_id
    assert client.get_account(other).body.get("email") is None


@pytest.mark.parametrize("way", ["unlink", "link"])
def test_undo_without_a_change_by_letter(client: Client, post: Post, anna: Answer, way: str) -> None:
    """Who takes the address away, or replaces it by a link, is undone as well: the address hears of it."""
    client.link(anna, "device", id="device-of-mallory")
    post.next()
    if way == "unlink":
        assert client.unlink(anna, "email").status == 200
    else:
        assert client.link(anna, "email", email=ATTACKER, password=PASSWORD).status == 200
    letter = post.next()

    assert letter["to"] == (VICTIM,)
    assert undo(client, VICTIM, mail.code_in(letter)) == 200
    reset = call(client, "password/reset", email=VICTIM, code=post.code(), password=ANOTHER)
    assert reset.user_id == anna.user_id
    assert client.get_account(anna).status == 401


def test_undo_again_after_a_later_change(client: Client, post: Post, anna: Answer) -> None:
    """A change that comes after an undo can be taken back like any other."""
    assert undo(client, VICTIM, move(client, post, anna, ATTACKER)) == 200
    reset = call(client, "password/reset", email=VICTIM, code=post.code(), password=PASSWORD)
    post.next()
    code = move(client, post, reset, THIRD)

    assert undo(client, VICTIM, code) == 200


def test_letters_that_are_held_back(client: Client, post: Post, anna: Answer) -> None:
    """Who has as many letters sent as an address gets does not keep it from hearing that it was taken away."""
    for _ in range(8):
        call(client, "password/forgot", email=VICTIM)
    while not post.is_empty():
        pass

    assert client.link(anna, "email", email=ATTACKER, password=PASSWORD).status == 200

    letter = post.next()
    assert (letter["to"], letter["subject"]) == ((VICTIM,), "Your account in Agora has another address now")


def test_address_that_a_stranger_linked_first(client: Client, post: Post) -> None:
    """The owner of an address has it, by a code, from whoever linked it first; no password of theirs opens anything."""
    squatter = sign_in(client, VICTIM, "the password of mallory", create="true")
    owner = client.sign_in("anna")
    assert client.link(owner, "email", email=VICTIM, password=PASSWORD).error[:2] == (409, 6)

    call(client, "email/change", owner, email=VICTIM, password=PASSWORD)
    assert call(client, "email/verify", email=VICTIM, code=post.code()).status == 200

    assert sign_in(client, VICTIM).user_id == owner.user_id
    assert sign_in(client, VICTIM, "the password of mallory").status == 401
    assert call(client, "password/change", squatter, current="the password of mallory", password=ANOTHER).status == 400
    assert client.link(squatter, "email", email=VICTIM, password="the password of mallory").status == 409


@pytest.mark.parametrize("way", ["route", "page"])
def test_account_that_a_stranger_made_with_the_address(client: Client, post: Post, store: Store, way: str) -> None:
    """Whoever gets an account back that somebody else has made, or has been in, can shut all other ways into it."""
    squatter = client.sign_in("mallory")
    client.link(squatter, "email", email=VICTIM, password="the password of mallory")
    client.link(squatter, "custom", id="custom-id-of-mallory")
    call(client, "password/forgot", email=VICTIM)
    fields = {"email": VICTIM, "code": post.code(), "password": PASSWORD}

    if way == "route":
        body = {**fields, "unlink_others": True}
        assert client.call("POST /v2/account/password/reset", body, headers=client.application).status == 200
    else:
        form = urlencode({**fields, "step": "finish", "unlink_others": "yes"})
        assert client.form("POST /recover", form).status == 200

    assert client.get_account(squatter).status == 401
    assert store.owners() == {f"email#{VICTIM}": squatter.user_id}
    assert client.sign_in("mallory_2").user_id != squatter.user_id
    assert client.authenticate("device", id="device-of-mallory").user_id != squatter.user_id
    assert sign_in(client, VICTIM).user_id == squatter.user_id


def test_guesses_across_addresses(client: Client, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """One network's wrong codes are counted whatever address they are at, and whatever they are for."""
    document = SETTINGS | {"mail": mail.SETTINGS, "limits": {"network_guesses_per_hour": 20}}
    monkeypatch.setenv("SETTINGS", json.dumps(document))
    restart()
    routes = ("password/reset", "email/verify")

    answers = [
        call(client, routes[number % 2], email=f"player{number}@example.com", code="AAAA-AAAA", password=ANOTHER)
        for number in range(21)
    ]

    assert {answer.error for answer in answers[:20]} == {WRONG_CODE}
    assert answers[20].status == 429
    assert post.is_empty()


@pytest.mark.usefixtures("anna")
def test_guesses_across_kinds_of_codes(client: Client, post: Post) -> None:
    """Guesses at one address count together, for a new password, a proof and an undo, from however many networks."""
    strangers = [Client(lambdas.from_address(f"203.0.113.{number}")) for number in range(12)]
    call(client, "password/forgot", email=VICTIM)
    post.next()

    statuses = []
    for number, stranger in enumerate(strangers):
        for guess in range(3):
            code = f"AAAA-AA{'ABCDEFGHJKLM'[number]}{'ABC'[guess]}"
            statuses.append(call(stranger, "password/reset", email=VICTIM, code=code, password=ANOTHER).status)
            statuses.append(call(stranger, "email/verify", email=VICTIM, code=code).status)

    assert set(statuses) == {401, 429}
    assert statuses.count(401) <= 60


@pytest.mark.parametrize("kind", ["reset", "verify", "change", "undo", "device"])
def test_codes_are_used_once(client: Client, post: Post, anna: Answer, kind: str) -> None:
    """A code that has done its work does nothing again."""
    if kind == "device":
        tv = Television(client)
        assert approve(client, anna, tv.user_code).status == tv.poll().status == 200
        assert approve(client, client.sign_in("mallory"), tv.user_code).status == 404
        return
    email, route = (ATTACKER, "email/verify") if kind == "change" else (VICTIM, "email/verify")
    if kind == "reset":
        call(client, "password/forgot", email=VICTIM)
        route, code = "password/reset", post.code()
    elif kind == "undo":
        code = move(client, post, anna, ATTACKER)
        assert [undo(client, VICTIM, code) for _ in range(2)] == [200, 401]
        return
    elif kind == "change":
        call(client, "email/change", anna, email=ATTACKER, password=PASSWORD)
        code = post.code()
    else:
        other = sign_in(client, ATTACKER, create="true")
        call(client, "email/verify/request", other)
        email, code = ATTACKER, post.code()

    answers = [call(client, route, email=email, code=code, password=ANOTHER) for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 401]


@pytest.mark.parametrize("kind", ["reset", "verify", "change", "changed", "linked"])
def test_hosts_that_a_request_names(client: Client, post: Post, anna: Answer, kind: str) -> None:
    """No letter's link leads to where a request says that it came to."""
    other = sign_in(client, ATTACKER, create="true")

    def poisoned(call_: Call) -> Answer:
        return lambdas.invoke(Call(call_.route, call_.query, {**call_.headers, **HOSTS}, call_.body))

    mallory = Client(poisoned)
    if kind == "reset":
        call(mallory, "password/forgot", email=VICTIM)
    elif kind == "verify":
        call(mallory, "email/verify/request", other)
    elif kind == "linked":
        mallory.link(anna, "custom", id="custom-id-of-anna")
    elif kind == "change":
        call(mallory, "email/change", anna, email=THIRD, password=PASSWORD)
    else:
        mallory.link(anna, "email", email=THIRD, password=PASSWORD)

    letter = post.next()
    assert "evil" not in str(letter)
    assert "https://play.example.com/" in letter["text"]


def test_hosts_of_devices(client: Client) -> None:
    """Where a player goes to approve a device is what the settings say, whatever the request names."""
    told = client.call("POST /oauth2/device_authorization", headers={**client.application, **HOSTS})

    assert "evil" not in told.text


@pytest.mark.parametrize("path", ["/recover", "/verify", "/undo", "/activate"])
@pytest.mark.usefixtures("post")
def test_no_page_leads_elsewhere(client: Client, path: str) -> None:
    """Whatever a link says of where to go on, no page goes there or shows it as a link."""
    names = ("next", "url", "redirect", "redirect_uri", "return_to", "continue", "email", "code", "user_code")
    query = urlencode(dict.fromkeys(names, "https://evil.example/"))

    for answer in (client.form(f"GET {path}", query=query), client.form(f"POST {path}", query, query)):
        assert "location" not in answer.headers
        assert 'href="https://evil' not in answer.text
        assert 'action="https://evil' not in answer.text
        assert "refresh" not in answer.headers
        assert "http-equiv" not in answer.text


def test_stolen_ticket(client: Client) -> None:
    """A ticket does nothing for another session, of whichever account, nor in the place of a token or a code."""
    client.authenticate("custom", {"username": "old"}, id="custom-id-of-anna")
    owner = client.sign_in("anna")
    ticket = ticket_of(client, owner, "custom", id="custom-id-of-anna")
    thief, same = client.sign_in("mallory"), client.sign_in("anna")

    for session in (thief, same):
        refused = client.call("POST /v2/account/merge", {"ticket": ticket, "keep": "this"}, headers=bearer(session))
        assert refused.status in (400, 401, 403)
        shown = client.call("GET /v2/account/merge", query={"ticket": ticket}, headers=bearer(session))
        assert shown.status == refused.status
    assert client.refresh(ticket).status == 401
    assert client.call("GET /v2/account", headers={"authorization": f"Bearer {ticket}"}).status == 401


@pytest.mark.usefixtures("anna")
def test_same_work_for_everybody(client: Client, aws: Aws) -> None:
    """Whether an address has an account shows neither in the answer nor in what the request asks of the database."""
    answers, work = [], []
    for email in (VICTIM, "nobody@example.com"):
        aws.asked.clear()
        forgot = call(client, "password/forgot", email=email)
        wrong = call(client, "password/reset", email=email, code="AAAA-AAAA", password=ANOTHER)
        proof = call(client, "email/verify", email=email, code="AAAA-AAAA")
        answers.append([(one.status, one.text, one.headers) for one in (forgot, wrong, proof)])
        work.append([asked.operation for asked in aws.asked])

    assert answers[0] == answers[1]
    assert work[0] == work[1]
