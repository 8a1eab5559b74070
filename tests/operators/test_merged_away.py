"""What operators ask of an account that was merged into another: it is done or refused, and nobody waits for others."""

from typing import NamedTuple

import pytest

from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.players.merging import Twins, merged
from tests.helpers.players.operator import Operator
from tests.helpers.service.aws import Aws
from tests.helpers.service.real_engines import ENGINES

pytestmark = ENGINES

MERGED = "The account was merged into another"
HOUR = {"reason": "cheats", "until": "2026-03-10T06:00:00Z"}


class Past(NamedTuple):
    """An account that was merged into another, and the entries of what operators did to it before."""

    user_id: str
    entries: tuple[str, ...]


@pytest.fixture
def past(operator: Operator, client: Client) -> Past:
    """Give an account that was renamed, banned, unbanned, annotated and unlinked from, and then merged into another."""
    twins = Twins.new_of(client)
    user_id = twins.old.user_id
    entries = (
        str(operator.edit(user_id, username="anna_then", location="Lyon").body["entry"]),
        operator.done("ban", user_id, reason="cheats"),
        operator.done("unban", user_id),
        operator.done("unlink", user_id, provider="device"),
        operator.done("notes", user_id, text="Was polite."),
    )
    merged(client, twins.new, twins.ticket)
    return Past(user_id, entries)


@pytest.mark.parametrize("fields", [{"username": "anna_now"}, {"username": "anna_then"}, {"location": "Paris"}, {}])
def test_changes(operator: Operator, past: Past, fields: dict[str, object]) -> None:
    """Its fields are not its own any more: an edit is refused at once, and says why."""
    answer = operator.edit(past.user_id, **(fields or {"metadata": {"vip": True}}))

    assert (answer.status, answer.body["code"]) == (400, 9)
    assert MERGED in answer.body["message"]


def test_undoing(operator: Operator, past: Past) -> None:
    """What was done to it before is undone only once it is an account again."""
    answers = [operator.undo(entry) for entry in past.entries]

    assert [(answer.status, answer.body["code"]) for answer in answers] == [(400, 9)] * len(answers)
    assert all(MERGED in answer.body["message"] for answer in answers)


def everything(operator: Operator, past: Past) -> list[Answer]:
    """Give the answer to each of the other requests about it, its erasure last."""
    user_id = past.user_id
    return [
        *(operator.do("resend", user_id, letter=letter) for letter in ("reset", "verify")),
        operator.do("unlink", user_id, provider="custom"),
        operator.do("unlink", user_id, provider="device", subject=device_of("anna_old")),
        operator.do("ban/short", user_id, **HOUR),
        operator.do("ban", user_id, reason="cheats"),
        operator.do("unban", user_id),
        operator.do("signout", user_id),
        operator.do("notes", user_id, text="Asks for it back."),
        operator.call(f"DELETE /admin/v1/users/{user_id}/sessions/{user_id}"),
        *(operator.call(f"GET /admin/v1/users/{user_id}{what}") for what in ("", "/sessions", "/export")),
        operator.erase(user_id),
    ]


def test_everything_else(operator: Operator, past: Past) -> None:
    """Each other request gets an answer that is no 5xx, and after its erasure it is gone."""
    answers = everything(operator, past)

    assert [answer.status for answer in answers if answer.status not in (200, 400, 404)] == []
    assert answers[-1].status == 200
    assert operator.erase(past.user_id).status == 404


@pytest.mark.parametrize("what", ["unlink", "update", "ban", "erase"])
def test_merges_that_come_before(operator: Operator, client: Client, aws: Aws, what: str) -> None:
    """What is about to be done to an account while it is merged is done to what is left of it, or refused."""
    twins = Twins.new_of(client)
    user_id = twins.old.user_id
    aws.overtake("TransactWriteItems", lambda: merged(client, twins.new, twins.ticket))

    answer = do(operator, what, user_id)

    if what in ("unlink", "update"):
        assert answer.error == (400, 9, "The account was merged into another one.")
    else:
        assert answer.status == 200


@pytest.mark.parametrize("what", ["unlink", "update", "ban", "erase"])
def test_deletions_that_come_before(operator: Operator, client: Client, aws: Aws, what: str) -> None:
    """What is about to be done to an account while its owner deletes it finds nobody."""
    twins = Twins.new_of(client)
    aws.overtake("TransactWriteItems", lambda: client.delete_account(twins.old))

    answer = do(operator, what, twins.old.user_id)

    assert answer.error == (404, 5, "User not found.")


@pytest.mark.parametrize("action", ["merge", "unlink"])
def test_deletions_that_come_after_an_undo(operator: Operator, client: Client, aws: Aws, action: str) -> None:
    """What was undone is acknowledged, also where the account is deleted before its friends, or its mail, follow."""
    twins = Twins.new_of(client)
    if action == "merge":
        merged(client, twins.new, twins.ticket)
    else:
        operator.done("unlink", twins.old.user_id, provider="custom")
    [entry] = [one["entry"] for one in operator.log() if one["action"] == action]
    aws.overtake("TransactWriteItems", lambda: aws.overtake("GetItem", lambda: operator.erase(twins.old.user_id)))

    answer = operator.undo(entry)

    assert answer.status == 200
    assert operator.erase(twins.old.user_id).status == 404


def do(operator: Operator, what: str, user_id: str) -> Answer:
    """Do one of several things to an account."""
    if what == "erase":
        return operator.erase(user_id)
    if what == "update":
        return operator.edit(user_id, username="bella")
    return operator.do(what, user_id, **({"provider": "custom"} if what == "unlink" else {"reason": "cheats"}))
