"""An operator's day in the browser: players are found and looked at, and the buttons do what they say."""

import html
import json
import time
from datetime import datetime

import pytest

from tests.helpers.console.visitor import Visitor, cursor_of, said
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.players.operator import Operator
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

NOBODY = "00000000-0000-4000-8000-000000000000"


def after(visitor: Visitor, user_id: str, what: str, **fields: str) -> str:
    """Press a button of the player's page and give what the page says then."""
    answer = visitor.send(f"/players/{user_id}/{what}", **fields)
    assert answer.status_code == 303, said(answer)
    return visitor.text(answer.location)


def test_day(visitor: Visitor, client: Client, clock: Clock, anna: Answer) -> None:
    """A player is found, banned for an hour, let in when that has passed, unlinked, linked again, exported, erased."""
    page = f"/players/{anna.user_id}"
    assert "anna" in visitor.text("/players?query=custom-id-of-anna")
    assert "custom-id-of-anna" in visitor.text(page)

    assert "The player is banned." in after(visitor, anna.user_id, "ban", term="1h", reason="Aimbot ∞ again.")
    refused = client.authenticate("device", id=device_of("anna"))
    assert seconds_until(refused.body["until"], clock.now()) == pytest.approx(3600, abs=5)
    assert "Aimbot ∞ again." in visitor.text(page)
    clock.advance(3601)
    assert client.authenticate("device", id=device_of("anna")).status == 200

    answer = visitor.send(f"{page}/unlink", provider="custom", subject="custom-id-of-anna", reason="Asked for it.")
    entry = answer.location.rpartition("=")[2]
    assert client.authenticate("custom", {"create": "false"}, id="custom-id-of-anna").status == 404
    assert visitor.send(f"/records/{entry}/undo", player=anna.user_id).location.startswith(page)
    assert client.authenticate("custom", {"create": "false"}, id="custom-id-of-anna").status == 200

    exported = visitor.get(f"{page}/export")
    assert exported.headers["Content-Disposition"] == f'attachment; filename="player-{anna.user_id}.json"'
    assert json.loads(exported.text)["account"]["username"] == "anna"

    assert "erased" in visitor.text(visitor.send(f"{page}/erase", username="anna").location)
    assert visitor.get(page).status_code == 404
    log = visitor.text(f"/records?user={anna.user_id}")
    assert "delete" in log
    assert "custom-id-of-anna" not in log


def test_page_without_and_with_players(visitor: Visitor, anna: Answer) -> None:
    """An empty search says what can be looked for, one in vain what might be wrong, a good one who was found."""
    assert "Look for a player by" in visitor.text("/players")
    assert "Nobody was found by nobody-like-that" in visitor.text("/players?query=nobody-like-that")
    assert "query invalid" in visitor.text("/players?query=" + "x" * 600)
    assert anna.user_id in visitor.get("/players?query=AN").text


def test_search_while_typing(visitor: Visitor, anna: Answer) -> None:
    """A script asks for the list alone."""
    part = visitor.get("/players?query=anna", HX_Request="true").text

    assert anna.user_id in part
    assert "<html" not in part


def test_long_list(visitor: Visitor, client: Client) -> None:
    """A long list goes on where its part ends."""
    for at in range(22):
        client.authenticate("device", {"username": f"bert{at:02}"}, id=f"device-of-bert-{at:02}")

    first = visitor.get("/players?query=bert")
    rest = visitor.text(f"/players?query=bert&cursor={cursor_of(first)}")

    assert ("bert19" in said(first), "bert20" in said(first)) == (True, False)
    assert ("bert19" in rest, "bert21" in rest) == (False, True)


def seconds_until(moment: str, now: float) -> float:
    """Give how far away a moment is, as RFC 3339 has it."""
    return datetime.fromisoformat(moment).timestamp() - now


@pytest.mark.parametrize("term", ["30d", "for good", "until"])
def test_terms_of_bans(visitor: Visitor, client: Client, anna: Answer, term: str) -> None:
    """A ban is for a term, up to a moment, or for good."""
    days = {"30d": 30, "until": 2}
    until = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() + 2 * 86_400))
    after(visitor, anna.user_id, "ban", term=term, until=until, reason="Aimbot.")

    refused = client.authenticate("device", id=device_of("anna"))
    assert refused.status == 403

    assert ("until" in refused.body) == (term in days)
    if term in days:
        assert seconds_until(refused.body["until"], time.time()) == pytest.approx(days[term] * 86_400, abs=90)
    assert "The ban is lifted." in after(visitor, anna.user_id, "unban", reason="A mistake.")
    assert client.get_account(anna).status == 200


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (("ban", {"term": "1d"}), "reason invalid"),
        (("ban", {"term": "never", "reason": "x"}), "Choose for how long."),
        (("ban", {"term": "until", "reason": "x"}), "until invalid"),
        (
            ("ban", {"term": "until", "until": "2020-01-01T00:00", "reason": "x"}),
            "until invalid, must be in the future.",
        ),
        (("unban", {}), "The account is not banned."),
        (("unlink", {"provider": "steam"}), "Identity not found."),
        (("unlink", {}), "provider invalid"),
        (("notes", {"text": " "}), "text invalid"),
        (("notes", {"text": "x" * 2001}), "text invalid"),
    ],
)
def test_what_is_refused(visitor: Visitor, anna: Answer, form: tuple[str, dict[str, str]], why: str) -> None:
    """What the API refuses is said on the player's page, which stays as it was."""
    what, fields = form
    answer = visitor.send(f"/players/{anna.user_id}/{what}", **fields)

    assert answer.status_code in (400, 404)
    assert why in said(answer)
    assert "Identities" in said(answer)


def test_sessions(visitor: Visitor, client: Client, anna: Answer) -> None:
    """Stored sessions are shown; one of them, or all, are ended."""
    renewed = client.refresh(anna.refresh_token)
    sid = renewed.claims["tid"]
    assert sid in visitor.text(f"/players/{anna.user_id}")
    assert sid in visitor.text(f"/players/{anna.user_id}/sessions")

    assert "The session has ended." in after(visitor, anna.user_id, f"sessions/{sid}/end")
    assert client.get_account(renewed).status == 401
    other = client.sign_in("anna")
    assert "All sessions have ended." in after(visitor, anna.user_id, "signout")
    assert client.get_account(other).status == 401


def test_notes(visitor: Visitor, anna: Answer) -> None:
    """A note is one line, whatever was typed, and shown as text."""
    text = after(visitor, anna.user_id, "notes", text="Was <b>polite</b>.\r\nTwice.")

    assert "Was <b>polite</b>. Twice." in text
    assert "grace@studio.example" in text


def test_edit(visitor: Visitor, client: Client, anna: Answer) -> None:
    """Fields that differ are changed, others are not touched, and the change can be undone."""
    page = f"/players/{anna.user_id}"
    given = fields_of(visitor, anna) | {"username": "bella", "metadata": '{"vip": true}'}

    text = after(visitor, anna.user_id, "edit", **given)

    assert "The account is changed." in text
    assert client.get_account(anna).body["user"]["username"] == "bella"
    assert json.loads(client.get_account(anna).body["user"]["metadata"]) == {"vip": True}
    assert "nothing was changed" in after(visitor, anna.user_id, "edit", **fields_of(visitor, anna))
    assert "bella" in visitor.text(page)


def fields_of(visitor: Visitor, player: Answer) -> dict[str, str]:
    """Give what the form for a player's account has in it."""
    page = visitor.get(f"/players/{player.user_id}/edit").text
    fields = ("username", "display_name", "avatar_url", "lang_tag", "location", "timezone")
    parts = {name: page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in (*fields, "version")}
    metadata = page.partition('class="code">')[2].partition("<")[0]
    return {name: html.unescape(text) for name, text in {**parts, "metadata": metadata}.items()}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"metadata": "{"}, "no JSON"),
        ({"metadata": "[1]"}, "must be a JSON object"),
        ({"username": ""}, "Username invalid"),
        ({"lang_tag": "x" * 200}, "invalid"),
        ({"version": "another", "location": "Rome"}, "read it again"),
    ],
)
def test_edit_that_is_refused(visitor: Visitor, anna: Answer, fields: dict[str, str], why: str) -> None:
    """What cannot be is said, and what was typed is still there."""
    answer = visitor.send(f"/players/{anna.user_id}/edit", **(fields_of(visitor, anna) | fields))

    assert answer.status_code == (409 if "version" in fields else 400)
    assert why in said(answer)
    assert all(html.escape(text, quote=False) in answer.text for text in fields.values())


def test_taken_username(visitor: Visitor, client: Client, anna: Answer) -> None:
    """A username that somebody has is refused."""
    client.sign_in("bert")

    answer = visitor.send(f"/players/{anna.user_id}/edit", **(fields_of(visitor, anna) | {"username": "bert"}))

    assert (answer.status_code, "already in use" in said(answer)) == (409, True)


def test_erasing_takes_the_username(visitor: Visitor, client: Client, anna: Answer) -> None:
    """Nothing is erased before the username was typed."""
    assert "cannot be undone" in visitor.text(f"/players/{anna.user_id}/erase")

    for name in ("", "Anna", "bert"):
        assert visitor.send(f"/players/{anna.user_id}/erase", username=name).status_code == 400
    assert client.get_account(anna).status == 200


def test_nobody(visitor: Visitor) -> None:
    """A player who is not there is said to be not there, whatever was to be done."""
    for path in ("", "/edit", "/erase", "/sessions", "/export"):
        answer = visitor.get(f"/players/{NOBODY}{path}")
        assert (answer.status_code, "User not found." in said(answer)) == (404, True)
    assert visitor.send(f"/players/{NOBODY}/erase", username="x").status_code == 404


def test_text_of_players_is_text(visitor: Visitor, anna: Answer, store: Store) -> None:
    """What a player wrote is shown as it is, and is no part of the page."""
    store.set_user(anna.user_id, display_name="<script>alert(1)</script>", metadata='{"a": "</pre><img src=x>"}')

    page = visitor.get(f"/players/{anna.user_id}").text

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_records(visitor: Visitor, client: Client, anna: Answer) -> None:
    """Entries are shown of all, of one player, of one operator, of late; what is no filter is refused in words."""
    operator = Operator()
    operator.done("ban", anna.user_id, reason="Aimbot.")
    client.link(client.sign_in("bert"), "custom", id="custom-id-of-bert")

    assert {"ban", "link"} <= set(visitor.text("/records").split())
    assert "ban" not in visitor.text(f"/records?user={client.sign_in('bert').user_id}").split()
    assert "custom-id-of-bert" not in visitor.text(f"/records?operator={operator.arn}")
    assert "Aimbot." in visitor.text("/records?since=1h")
    assert "There are no entries like that." in visitor.text(f"/records?user={NOBODY}")
    answer = visitor.get("/records?user=nonsense")
    assert (answer.status_code, "user invalid" in said(answer)) == (400, True)


def test_undo_from_the_records(visitor: Visitor, client: Client, anna: Answer) -> None:
    """An entry is undone, once; what cannot be undone is said with the reason."""
    entry = Operator().done("ban", anna.user_id, reason="Aimbot.")

    assert "Undone." in visitor.text(visitor.send(f"/records/{entry}/undo").location)
    assert client.get_account(anna).status == 200
    answer = visitor.send(f"/records/{entry}/undo")
    assert (answer.status_code, "This was not undone." in said(answer)) == (400, True)
    assert visitor.send(f"/records/{'a' * 40}/undo").status_code == 404
    assert visitor.send(f"/records/{'A' * 40}/undo").status_code == 404


def test_empty_records(visitor: Visitor) -> None:
    """A studio that has just begun is told what will be there."""
    assert "There are no entries." in visitor.text("/records")
