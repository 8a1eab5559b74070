"""The pages: readable without a script, harmless in a browser, and telling nothing about who has an account."""

import base64
import hashlib
import re

import pytest

from tests.helpers.players.client import Client
from tests.helpers.players.mail import Post

EMAIL = "anna@example.com"
PAGES = ("/recover", "/verify", "/undo")


@pytest.mark.parametrize("path", PAGES)
def test_headers(client: Client, post: Post, path: str) -> None:
    """A page loads nothing, runs nothing, is in no frame, and tells no other site where the player was."""
    answer = client.form(f"GET {path}")

    policy = answer.headers["content-security-policy"]
    [sheet] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert answer.status == 200
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
    assert post.is_empty()


@pytest.mark.parametrize("path", PAGES)
def test_what_a_link_brings_is_text(client: Client, post: Post, path: str) -> None:
    """Markup in a link's address or code is shown as text."""
    answer = client.form(f"GET {path}", query="email=%22%3E%3Cscript%3E&code=%24body%3Cb%3E")

    assert "<script>" not in answer.text
    assert "<b>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert post.is_empty()


def test_way_back_without_the_game(client: Client, post: Post) -> None:
    """A player asks for a code on the page, follows the letter's link, and sets a password there."""
    client.authenticate("email", email=EMAIL, password="the old password")
    asked = client.form("POST /recover", "email=anna%40example.com&step=ask")
    letter = post.next()
    [query] = re.findall(r"https://play.example.com/recover\?(\S+)", letter["text"])
    shown = client.form("GET /recover", query=query)
    [code] = re.findall(r'name="code".*?value="(.*?)"', shown.text, re.DOTALL)

    done = client.form("POST /recover", f"email=anna%40example.com&code={code}&password=the+new+password&step=finish")

    assert (asked.status, done.status) == (200, 200)
    assert "Your password is changed" in done.text
    assert client.authenticate("email", email=EMAIL, password="the new password").status == 200


def test_mistakes(client: Client, post: Post) -> None:
    """A wrong code, or a short password, shows the form again with the reason, and never the password."""
    wrong = client.form("POST /recover", "email=anna%40example.com&code=AAAA-AAAA&password=hush+hush+hush&step=finish")
    short = client.form("POST /recover", "email=anna%40example.com&code=AAAA-AAAA&password=short&step=finish")

    assert (wrong.status, short.status) == (401, 400)
    assert "Code invalid or expired." in wrong.text
    assert 'value="anna@example.com"' in wrong.text
    assert "hush" not in wrong.text
    assert post.is_empty()


def test_same_page_for_everybody(client: Client, post: Post) -> None:
    """Whether the address has an account shows in no page."""
    client.authenticate("email", email=EMAIL, password="the old password")
    known, unknown = (client.form("POST /recover", f"email={name}%40example.com") for name in ("anna", "nobody"))

    assert known.text == unknown.text.replace("nobody@", "anna@")
    assert post.next()["to"] == (EMAIL,)


def test_looking_changes_nothing(client: Client, post: Post) -> None:
    """Scanners that open a letter's link do not spend its code."""
    session = client.authenticate("email", email=EMAIL, password="the old password")
    headers = {"authorization": f"Bearer {session.token}"}
    client.call("POST /v2/account/email/verify/request", {}, headers=headers)
    letter = post.next()
    [query] = re.findall(r"https://play.example.com/verify\?(\S+)", letter["text"])
    client.form("GET /verify", query=query)

    done = client.form("POST /verify", query)

    assert "Your address is confirmed" in done.text
    assert client.get_account(session).body["verify_time"]


@pytest.mark.parametrize("body", ["email=%ff", "a=1&" * 20, "{}", "email[]=x"])
def test_forms_that_are_none(client: Client, post: Post, body: str) -> None:
    """What is no form is answered with a page that says so."""
    answer = client.form("POST /verify", body)

    assert answer.status == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert post.is_empty()


def test_without_mail(client: Client) -> None:
    """Where no mail is sent, the pages say so."""
    assert client.form("POST /recover", "email=a%40example.com").status == 400
    assert client.form("GET /recover").status == 400
