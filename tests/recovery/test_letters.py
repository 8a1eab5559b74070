"""Letters: which are there, in which words, to whom no more are sent; and the same by procedures."""

import json
from pathlib import Path

import pytest

from local import ROOT
from symbolon.errors import Misconfigured
from symbolon.mail.letters import write
from tests.helpers.players.client import Client, bearer
from tests.helpers.players.mail import Post
from tests.helpers.service.lambdas import handler_of
from tests.helpers.service.store import Store

FOLDER = ROOT / "functions/mail/letters"
KINDS = sorted(path.stem for path in (FOLDER / "en").glob("*.txt"))
VALUES = {
    "username": "anna",
    "code": "ABCD-EFGH",
    "game": "Agora",
    "link": "https://x.example/a",
    "what": "All is well.",
    "provider": "device",
    "device": "the television",
}
EMAIL, PASSWORD = "anna@example.com", "the password of anna"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_each_letter_is_whole(kind: str, language: str) -> None:
    """A letter has a subject, a link, the player's name, and no placeholder that was left."""
    letter = write(kind, language, VALUES, (FOLDER,))

    assert letter.subject
    assert "$" not in letter.subject + letter.text + letter.html
    assert "Agora" in letter.subject + letter.text
    assert "anna" in letter.text
    assert 'href="https://x.example/a"' in letter.html


@pytest.mark.parametrize("tag", ["fr", "", "../../etc", "xx-Latn", "e"])
def test_languages_that_there_are_not(tag: str) -> None:
    """A player of another language gets English; a tag that is none reads no other file."""
    assert write("verify", tag, VALUES, (FOLDER,)).text == write("verify", "en", VALUES, (FOLDER,)).text


def test_letters_of_a_studio(tmp_path: Path) -> None:
    """A studio's folder comes first, letter by letter and language by language."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "verify.txt").write_text("Subject: Hail $username\n\nProve it: $code\n")

    own, ours = (write(kind, "en", VALUES, (tmp_path, FOLDER)) for kind in ("verify", "reset"))

    assert (own.subject, own.text) == ("Hail anna", "Prove it: ABCD-EFGH\n")
    assert ours.subject == "Your code for Agora"


def test_letter_with_a_mistake(tmp_path: Path) -> None:
    """A name that has no value, or a letter that is not there, is told the operator."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "verify.txt").write_text("Subject: $nothing\n\n$code\n")

    for kind in ("verify", "no-such-letter"):
        with pytest.raises(Misconfigured):
            write(kind, "en", VALUES, (tmp_path, FOLDER))


@pytest.mark.parametrize("name", ['<b onload="x">', "https://evil.example", "www.evil.example/a", "a\n\nSubject: b"])
def test_names_are_harmless(name: str) -> None:
    """A player's name is neither markup nor a link nor a paragraph of its own."""
    letter = write("reset", "en", VALUES | {"username": name}, (FOLDER,))

    assert "<b " not in letter.html
    assert "evil.example" not in letter.text
    assert "\n\nSubject" not in letter.text


@pytest.mark.parametrize("sample", ["bounce", "complaint"])
def test_dead_addresses_get_no_more(client: Client, post: Post, store: Store, sample: str) -> None:
    """An address whose mail came back for good, or whose owner complained, is not written to again."""
    client.authenticate("email", email=EMAIL, password=PASSWORD)
    event = json.loads((ROOT / f"events/mail_{sample}.json").read_text().replace("player@example.com", EMAIL))
    handler_of("MailFunction")(event, None)

    client.call("POST /v2/account/password/forgot", {"email": EMAIL}, headers=client.application)

    assert post.is_empty()
    assert [row["slot"] for row in store.rows("MailTable") if row["slot"] == "dead"] == ["dead"]
    assert EMAIL not in str(store.rows("MailTable"))


def test_full_mailbox_passes(client: Client, post: Post) -> None:
    """A bounce that passes does not bury an address."""
    client.authenticate("email", email=EMAIL, password=PASSWORD)
    text = (ROOT / "events/mail_bounce.json").read_text().replace("player@example.com", EMAIL)
    handler_of("MailFunction")(json.loads(text.replace("Permanent", "Transient")), None)

    client.call("POST /v2/account/password/forgot", {"email": EMAIL}, headers=client.application)

    assert post.next()["to"] == (EMAIL,)


def test_procedures(client: Client, post: Post) -> None:
    """All of it can be done by procedures, which stock clients know how to call."""
    session = client.authenticate("email", email=EMAIL, password=PASSWORD)

    def call(rpc_id: str, **fields: str) -> dict[str, object]:
        answer = client.call(f"POST /v2/rpc/account/{rpc_id}", fields, {"unwrap": ""}, bearer(session))
        assert answer.status == 200, answer.body
        return answer.body

    assert call("email/verify/request") == {}
    assert call("email/verify", email=EMAIL, code=post.code()) == {}
    assert call("password/change", current=PASSWORD, password="another password") == {}
    post.next()
    assert call("email/change", email="new@example.com", password="another password") == {}
    assert call("email/verify", email="new@example.com", code=post.code()) == {}
    post.next()
    assert call("password/forgot", email="new@example.com") == {}
    assert "token" in call("password/reset", email="new@example.com", code=post.code(), password="the last password")
