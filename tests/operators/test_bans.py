"""Bans as operators make, see, lift and undo them."""

import pytest

from symbolon.identities.bans import rfc3339
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.players.operator import ARN, Operator
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.real_engines import ENGINES

pytestmark = ENGINES
HOUR, DAY = 3600, 24 * 3600


def signs_in(client: Client) -> tuple[int, object]:
    """Give how a sign-in of the player is answered, and until when it is refused."""
    answer = client.authenticate("device", id=device_of("anna"))
    return answer.status, answer.body.get("until")


def test_ban_for_an_hour(operator: Operator, client: Client, anna: Answer, clock: Clock) -> None:
    """A banned player is refused with the end until it comes, and then let in by itself."""
    until = rfc3339(clock.now() + HOUR)

    answer = operator.do("ban", anna.user_id, reason="Aimbot.", until=until)

    assert answer.body["ban"] == operator.show(anna.user_id)["ban"]
    ban = answer.body["ban"]
    assert (ban["until"], ban["reason"], ban["by"]) == (until, "Aimbot.", ARN)
    assert signs_in(client) == (403, until)
    assert client.get_account(anna).status == 401
    clock.advance(HOUR)
    assert signs_in(client) == (200, None)
    assert operator.show(anna.user_id)["ban"] is None


def test_end_in_another_zone(operator: Operator, client: Client, anna: Answer) -> None:
    """An end may be written in any zone, with fractions; it is shown in UTC."""
    operator.done("ban", anna.user_id, reason="Aimbot.", until="2099-01-01T01:00:00.5+02:00")

    assert signs_in(client) == (403, "2098-12-31T23:00:00Z")


def test_ban_for_good(operator: Operator, client: Client, anna: Answer) -> None:
    """A ban without an end holds until it is lifted, which is on record as well."""
    operator.done("ban", anna.user_id, reason="Aimbot.")
    assert signs_in(client) == (403, None)

    operator.done("unban", anna.user_id, reason="It was her brother.")

    assert signs_in(client) == (200, None)
    unbanned, banned = operator.log(user=anna.user_id, operator=ARN)
    assert (unbanned["action"], unbanned["reason"]) == ("unban", "It was her brother.")
    assert (banned["action"], banned["reason"], banned["by"]["source"]) == ("ban", "Aimbot.", "192.0.2.1")
    assert unbanned["before"] == banned["after"]


def test_second_ban_replaces_the_first(operator: Operator, client: Client, anna: Answer) -> None:
    """A new ban takes the place of the old one; its undo brings that back."""
    operator.done("ban", anna.user_id, reason="Aimbot.", until="2098-01-01T00:00:00Z")
    second = operator.done("ban", anna.user_id, reason="Threats.")
    assert signs_in(client) == (403, None)

    assert operator.undo(second).status == 200

    assert signs_in(client) == (403, "2098-01-01T00:00:00Z")
    assert operator.show(anna.user_id)["ban"]["reason"] == "Aimbot."


def test_ban_in_the_place_of_a_passed_one(operator: Operator, client: Client, anna: Answer, clock: Clock) -> None:
    """A ban that has passed is no ban: it can be replaced, and undoing its successor brings nothing back."""
    operator.done("ban", anna.user_id, reason="Aimbot.", until=rfc3339(clock.now() + HOUR))
    clock.advance(2 * HOUR)
    entry = operator.done("ban", anna.user_id, reason="Threats.")

    assert operator.undo(entry).status == 200
    assert signs_in(client) == (200, None)


def test_short_bans(operator: Operator, client: Client, anna: Answer, clock: Clock) -> None:
    """The route for short bans makes those of up to thirty days, and no other."""
    long = rfc3339(clock.now() + 31 * DAY)
    assert operator.do("ban/short", anna.user_id, reason="Aimbot.").status == 400
    assert operator.do("ban/short", anna.user_id, reason="Aimbot.", until=long).status == 400
    assert signs_in(client) == (200, None)

    operator.done("ban/short", anna.user_id, reason="Aimbot.", until=rfc3339(clock.now() + 30 * DAY))

    assert signs_in(client)[0] == 403


def test_undo(operator: Operator, client: Client, anna: Answer) -> None:
    """Undoing a ban lets the player in, undoing that bans again, each undo names what it undoes."""
    ban = operator.done("ban", anna.user_id, reason="Aimbot.", until="2098-01-01T00:00:00Z")

    lifted = operator.undo(ban, reason="Wrong player.")
    assert signs_in(client) == (200, None)
    assert operator.undo(lifted.body["entry"]).status == 200

    assert signs_in(client) == (403, "2098-01-01T00:00:00Z")
    actions = [(entry["action"], entry.get("undoes")) for entry in operator.log(user=anna.user_id, operator=ARN)]
    assert actions == [("ban", lifted.body["entry"]), ("unban", ban), ("ban", None)]


def test_undo_that_comes_too_late(operator: Operator, anna: Answer, clock: Clock) -> None:
    """A ban that was lifted, replaced or has passed cannot be undone, and the answer says which."""
    first = operator.done("ban", anna.user_id, reason="Aimbot.", until=rfc3339(clock.now() + HOUR))
    clock.advance(1)
    second = operator.done("ban", anna.user_id, reason="Threats.", until=rfc3339(clock.now() + HOUR))

    assert operator.undo(first).error == (400, 9, "The account has another ban by now.")
    clock.advance(2 * HOUR)
    assert operator.undo(second).error == (400, 9, "The ban holds no more.")
    assert operator.do("unban", anna.user_id).error == (400, 9, "The account is not banned.")


def test_two_bans_at_once(operator: Operator, anna: Answer, aws: Aws) -> None:
    """Of two bans that meet, the second is made from the outcome of the first, and says so."""
    aws.overtake("TransactWriteItems", lambda: operator.done("ban", anna.user_id, reason="First."))

    operator.done("ban", anna.user_id, reason="Second.", until="2098-01-01T00:00:00Z")

    [second] = [entry for entry in operator.log(user=anna.user_id) if entry.get("reason") == "Second."]
    assert (second["before"]["ban_reason"], second["after"]["ban_reason"]) == ("First.", "Second.")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "reason invalid, must be 1-1000 bytes, no control characters."),
        ({"reason": "a\0b"}, "Request body has a string that is no valid Unicode text."),
        ({"reason": "x" * 1001}, "Reason invalid, must be at most 1000 bytes, no control characters."),
        ({"reason": "x", "until": "2020-01-01T00:00:00Z"}, "until invalid, must be in the future."),
        *(
            (
                {"reason": "x", "until": until},
                "until invalid, must be a time as RFC 3339 has it, such as 2026-03-10T05:16:23Z.",
            )
            for until in (
                "tomorrow",
                "2099-01-01",
                "2099-02-30T00:00:00Z",
                "2099-01-01T00:00:00",
                "10000-01-01T00:00:00Z",
            )
        ),
        ({"reason": "x", "until": 4102444800}, "invalid value for string field until"),
    ],
)
def test_bad_bans(operator: Operator, anna: Answer, body: dict[str, object], message: str) -> None:
    """A ban that makes no sense is refused with what is wrong, and bans nobody."""
    assert operator.do("ban", anna.user_id, **body).error == (400, 3, message)
    assert operator.show(anna.user_id)["ban"] is None


@pytest.mark.parametrize("others", [1, 11])
def test_others_who_act_on_the_account_at_once(operator: Operator, anna: Answer, aws: Aws, others: int) -> None:
    """However the changes of a handful of operators meet, each is done: each makes several, and each may come first."""
    reasons = [{"Code": "ConditionalCheckFailed", "Item": {"user_id": {"S": anna.user_id}}}, {"Code": "None"}]
    for _ in range(others):
        aws.refuse("TransactWriteItems", "TransactionCanceledException", CancellationReasons=reasons)

    assert operator.do("ban", anna.user_id, reason="Aimbot.").status == 200
    assert operator.show(anna.user_id)["ban"]["reason"] == "Aimbot."
