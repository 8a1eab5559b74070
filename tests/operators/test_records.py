"""The records as operators read them, the export of an account, and what is left of one that was erased."""

from typing import Any

import pytest

from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.players.friends import make_friends
from tests.helpers.players.operator import ARN, Operator
from tests.helpers.service.clock import Clock
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store
from tests.operators.conftest import EMAIL

pytestmark = ENGINES
OTHER = "arn:aws:sts::123456789012:assumed-role/support/joan@studio.example"


def test_who_is_asked_for(operator: Operator, client: Client, anna: Answer, clock: Clock) -> None:
    """The records are read by account, by operator, by both, from a time on, or all; the newest come first."""
    bert = client.sign_in("bert")
    operator.done("ban", bert.user_id, reason="Aimbot.")
    clock.advance(10)
    since = operator.log()[-1]["time"]
    Operator(OTHER).done("unban", bert.user_id)
    Operator(OTHER).done("notes", anna.user_id, text="A note.")

    def actions(**query: str) -> list[str]:
        return [entry["action"] for entry in operator.log(**query)]

    assert actions() == ["note", "unban", "ban", "link", "link"]
    assert actions(user=bert.user_id.upper()) == ["unban", "ban"]
    assert actions(operator=OTHER) == ["note", "unban"]
    assert actions(user=bert.user_id, operator=ARN) == ["ban"]
    assert actions(since=since) == ["note", "unban", "ban", "link", "link"]
    assert actions(since="2099-01-01T00:00:00Z") == []


def test_pages(operator: Operator, anna: Answer, clock: Clock) -> None:
    """A long list comes in pages, of all entries as of an account's, none twice and none left out."""
    for number in range(7):
        operator.done("notes", anna.user_id, text=f"Note {number}.")
        clock.advance(0.01)

    for query in ({}, {"user": anna.user_id}, {"operator": ARN}):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            body = operator.call("GET /admin/v1/audit", query={**query, "limit": "2", **cursor}).body
            seen += [entry["entry"] for entry in body["entries"]]
            if "cursor" not in body:
                break
            cursor = {"cursor": body["cursor"]}
        assert len(seen) == len({*seen}) == 7 + 2 * ("operator" not in query)


def test_entry_whose_term_has_passed(operator: Operator, anna: Answer, clock: Clock) -> None:
    """An entry that TTL has not deleted yet is neither shown nor undone."""
    entry = operator.done("ban", anna.user_id, reason="Aimbot.")
    clock.advance(366 * 24 * 3600)

    assert operator.log(user=anna.user_id) == []
    assert operator.undo(entry).status == 404


def test_export(operator: Operator, client: Client, anna: Answer) -> None:
    """The export has all that is stored about an account but its password's hash."""
    bert = client.sign_in("bert")
    make_friends(client, anna, bert)
    client.refresh(anna.refresh_token)
    operator.done("notes", anna.user_id, text="A note.")

    body = operator.call(f"GET /admin/v1/users/{anna.user_id}/export").body

    assert (body["account"]["user_id"], body["account"]["username"]) == (anna.user_id, "anna")
    assert [one["subject"] for one in body["identities"]] == [
        "custom-id-of-anna",
        device_of("anna"),
        "anna@example.com",
    ]
    assert [friend["friend_id"] for friend in body["friends"]] == [bert.user_id]
    assert [session["session_id"] for session in body["sessions"]] == [anna.claims["tid"]]
    assert [note["text"] for note in body["notes"]] == ["A note."]
    assert [entry["action"] for entry in body["records"]] == ["note", "link", "link"]
    assert "argon2" not in str(body)
    assert "cursor" not in body


def test_export_in_parts(operator: Operator, client: Client, anna: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large account comes in parts, each list going on where it ended."""
    monkeypatch.setattr("symbolon.operators.export._ENTRIES", 2)
    monkeypatch.setattr("symbolon.operators.export._FRIENDS", 1)
    for name in ("bert", "carl", "dora"):
        make_friends(client, anna, client.sign_in(name))

    route = f"GET /admin/v1/users/{anna.user_id}/export"
    cursor: dict[str, str] = {}
    parts: list[dict[str, Any]] = []
    while True:
        parts.append(operator.call(route, query=cursor).body)
        if "cursor" not in parts[-1]:
            break
        cursor = {"cursor": parts[-1]["cursor"]}

    assert [len(part["friends"]) for part in parts] == [1, 1, 1]
    assert [len(part["records"]) for part in parts] == [2, 0, 0]
    assert ["account" in part for part in parts] == [True, False, False]


def test_erased_player(operator: Operator, anna: Answer, store: Store) -> None:
    """Of an erased player nothing personal is left in any table; who did what and when is."""
    operator.done("ban", anna.user_id, reason="Anna K. cheats.")
    operator.done("unlink", anna.user_id, provider="email", reason="Not hers.")
    operator.edit(anna.user_id, username="bella", display_name="Anna K.")
    operator.done("notes", anna.user_id, text="Her name is Anna K.")

    assert operator.erase(anna.user_id).status == 200

    tables = ("UsersTable", "IdentitiesTable", "UsernamesTable", "RecordsTable", "FriendsTable")
    left = str([store.rows(table) for table in tables])
    assert not [text for text in ("Anna", "bella", "custom-id", EMAIL["email"], "argon2", "hers") if text in left]
    log = operator.log(user=anna.user_id)
    assert [entry["action"] for entry in log[:5]] == ["delete", "note", "update", "unlink", "ban"]
    assert {entry["by"].get("name") for entry in log[:5]} == {ARN}
    assert not [entry for entry in log if {"before", "after", "reason"} & entry.keys()]


def test_undo_for_an_erased_player(operator: Operator, anna: Answer) -> None:
    """Nothing about an erased player can be undone, and erasing twice finds nobody."""
    ban = operator.done("ban", anna.user_id, reason="Aimbot.")
    operator.erase(anna.user_id)

    assert operator.undo(ban).error == (400, 9, "The account was deleted.")
    assert operator.erase(anna.user_id).error == (404, 5, "User not found.")
    assert operator.do("notes", anna.user_id, text="Gone?").error == (404, 5, "User not found.")


@pytest.mark.parametrize(
    "query", [{"user": "anna"}, {"since": "yesterday"}, {"cursor": "x"}, {"limit": "1000"}, {"operator": "x" * 2001}]
)
def test_bad_questions(operator: Operator, query: dict[str, str]) -> None:
    """A question that makes no sense is refused with what is wrong."""
    answer = operator.call("GET /admin/v1/audit", query=query)

    assert (answer.status, answer.body["code"]) == (400, 3)


def test_notes_have_no_address(operator: Operator, anna: Answer) -> None:
    """The partition of an account's notes is no account whose records could be asked for."""
    operator.done("notes", anna.user_id, text="A note.")

    assert operator.call("GET /admin/v1/audit", query={"user": f"{anna.user_id}/notes"}).status == 400


def test_unsigned_requests(operator: Operator, anna: Answer) -> None:
    """A request whose signature nobody has checked is refused by each route, whatever else it has."""
    stranger = Operator(arn="")
    user = f"/admin/v1/users/{anna.user_id}"

    for route in (f"GET {user}", f"PATCH {user}", f"DELETE {user}", f"POST {user}/ban", f"GET {user}/export"):
        assert stranger.call(route, {"reason": "x"}).error == (403, 7, "This route is for operators.")
    assert operator.show(anna.user_id)["ban"] is None
