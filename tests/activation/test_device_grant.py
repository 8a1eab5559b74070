"""Signing in another device by a code: https://www.rfc-editor.org/rfc/rfc8628."""

import re

import pytest

from tests.conftest import Configure
from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.devices import GRANT, Television, approve
from tests.helpers.players.oauth import player
from tests.helpers.players.operator import Operator
from tests.helpers.players.races import at_once
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

NO_CODE = (404, 5, "Code invalid or expired.")


@pytest.fixture
def anna(client: Client) -> Answer:
    """Give the session of a player on a device with a keyboard."""
    return client.sign_in("anna")


@pytest.fixture
def tv(client: Client) -> Television:
    """Give a device that shows a code."""
    return Television(client, device_name="Television")


def test_codes(tv: Television) -> None:
    """The device gets what the standard asks for; what is typed has nothing that is read for something else."""
    body = tv.told.body

    assert re.fullmatch(r"[BCDFGHJKMNPQRSTVWXZ]{4}-[BCDFGHJKMNPQRSTVWXZ]{4}", body["user_code"])
    assert len(body["device_code"]) > 80
    assert body["verification_uri"] == "http://127.0.0.1:7350/activate"
    assert body["verification_uri_complete"] == f"{body['verification_uri']}?user_code={body['user_code']}"
    assert (body["expires_in"], body["interval"]) == (600, 5)
    assert tv.told.headers["cache-control"] == "no-store"


def test_sign_in(client: Client, tv: Television, anna: Answer) -> None:
    """Once the player has approved, the device has a session of that player, in both forms, which refreshes."""
    assert tv.refusal() == "authorization_pending"
    assert approve(client, anna, tv.user_code).body == {"device_name": "Television"}

    answer = tv.poll()

    assert (answer.status, answer.user_id) == (200, anna.user_id)
    assert answer.body["access_token"] == answer.token
    assert (answer.body["token_type"], answer.body["expires_in"]) == ("Bearer", 3600)
    assert answer.claims["tid"] != anna.claims["tid"]
    assert answer.claims["vrs"] == {"device_name": "Television"}
    assert client.get_account(answer).status == client.get_account(anna).status == 200
    assert client.refresh(answer.refresh_token).status == 200


def test_code_as_a_person_types_it(client: Client, tv: Television, anna: Answer) -> None:
    """Case, spaces and hyphens do not matter."""
    approve(client, anna, f" {tv.user_code.replace('-', ' ').lower()} ")

    assert tv.poll().status == 200


def test_lost_answer(tv: Television, client: Client, anna: Answer, clock: Clock) -> None:
    """A device that did not get the answer gets the same one again, for a minute; then the code leads to nothing."""
    approve(client, anna, tv.user_code)

    first, second = tv.poll(), tv.poll()

    assert first.body == second.body
    clock.advance(61)
    assert tv.refusal() == "expired_token"


def test_slow_down(client: Client, tv: Television, anna: Answer, clock: Clock) -> None:
    """Who asks too often shall wait five seconds longer; an answer that is there is given at once."""
    assert tv.refusal() == "authorization_pending"
    assert tv.refusal() == "slow_down"
    clock.advance(6)
    assert tv.refusal() == "slow_down"
    clock.advance(16)
    assert tv.refusal() == "authorization_pending"
    approve(client, anna, tv.user_code)

    assert tv.poll().status == 200


def test_refused(client: Client, tv: Television, anna: Answer) -> None:
    """A player can say no, which is final."""
    assert approve(client, anna, tv.user_code, deny=True).status == 200

    assert tv.refusal() == "access_denied"
    assert approve(client, anna, tv.user_code).error == NO_CODE


def test_expiry(client: Client, tv: Television, anna: Answer, clock: Clock) -> None:
    """After ten minutes neither code leads anywhere."""
    clock.advance(601)

    assert tv.refusal() == "expired_token"
    assert approve(client, anna, tv.user_code).error == NO_CODE


def test_one_answer(client: Client, tv: Television, anna: Answer) -> None:
    """Whoever answers first has answered; asking the same again changes nothing."""
    bert = client.sign_in("bert")
    assert approve(client, anna, tv.user_code).status == 200

    assert approve(client, bert, tv.user_code).error == NO_CODE
    assert approve(client, anna, tv.user_code).status == 200
    assert tv.poll().user_id == anna.user_id


def test_answers_at_once(client: Client, tv: Television) -> None:
    """Of players who approve at the same moment one signs the device in."""
    players = [client.sign_in(f"player{number}") for number in range(5)]

    answers = at_once([lambda one=one: approve(client, one, tv.user_code) for one in players])  # type: ignore[misc]

    approved = [one.user_id for one, answer in zip(players, answers, strict=True) if answer.status == 200]
    assert approved == [tv.poll().user_id]
    assert {answer.status for answer in answers} == {200, 404}


def test_account_that_is_closed_meanwhile(client: Client, tv: Television, anna: Answer) -> None:
    """Who approved and then signed out everywhere, or was banned, has signed in no device."""
    approve(client, anna, tv.user_code)
    client.logout(anna)

    assert tv.refusal() == "access_denied"
    other, again = Television(client), client.sign_in("anna")
    approve(client, again, other.user_code)
    Operator().do("ban", anna.user_id, reason="cheats")
    assert other.refusal() == "access_denied"


def test_account_that_goes_meanwhile(client: Client, tv: Television, aws: Aws, store: Store) -> None:
    """An account that is deleted while its player approves signs in nobody, and keeps nothing on record but that."""
    anna = client.sign_in("anna")
    aws.overtake("TransactWriteItems", lambda: client.delete_account(anna))

    assert approve(client, anna, tv.user_code).error == (404, 5, "Account not found.")

    assert tv.refusal() == "authorization_pending"
    assert [row["action"] for row in store.rows("RecordsTable")] == ["delete"]


@pytest.mark.parametrize("code", ["", "x", "BCDF-GHJK", "a" * 64 + "." + "b" * 43, "é" * 50])
def test_wrong_codes(client: Client, anna: Answer, code: str) -> None:
    """A code that is none, or nobody's, is refused in the form of each side."""
    answer = player(client).post("token", {"grant_type": GRANT, "device_code": code})

    assert (answer.status, answer.body["error"]) == (400, "expired_token" if code else "invalid_request")
    assert approve(client, anna, code).error == NO_CODE


def test_user_code_is_no_device_code(client: Client, tv: Television, anna: Answer) -> None:
    """Who reads the code on the screen cannot take the session."""
    approve(client, anna, tv.user_code)
    row = tv.told.body["device_code"].partition(".")[0]

    for code in (tv.user_code, row, f"{row}.{'A' * 43}"):
        answer = player(client).post("token", {"grant_type": GRANT, "device_code": code})
        assert (answer.status, answer.body["error"]) == (400, "expired_token")
    assert tv.poll().status == 200


def test_guessing(client: Client, anna: Answer) -> None:
    """Guesses at codes are counted by account, whatever the code."""
    answers = [approve(client, anna, f"BCDF-GHJ{letter}") for letter in "BCDFGHJKMNPQ"]

    assert {answer.status for answer in answers[:10]} == {404}
    assert answers[-1].status == 429
    assert int(answers[-1].headers["retry-after"]) > 0


def test_device_id(client: Client, anna: Answer) -> None:
    """A device that says its id signs in by itself from then on."""
    tv = Television(client, device_id="the-id-of-the-television")
    approve(client, anna, tv.user_code)

    assert tv.poll().body["device_linked"] is True
    assert tv.poll().body["device_linked"] is True
    signed_in = client.authenticate("device", {"create": "false"}, id="the-id-of-the-television")
    assert signed_in.user_id == anna.user_id


def test_device_id_of_another_account(client: Client, anna: Answer) -> None:
    """A device that has an account of its own keeps it, and is signed in all the same."""
    own = client.authenticate("device", id="the-id-of-the-television")
    tv = Television(client, device_id="the-id-of-the-television")
    approve(client, anna, tv.user_code)

    answer = tv.poll()

    assert (answer.user_id, answer.body["device_linked"]) == (anna.user_id, False)
    assert client.authenticate("device", id="the-id-of-the-television").user_id == own.user_id


@pytest.mark.parametrize("form", [{"device_id": "short"}, {"device_id": "0" * 16}, {"device_name": "a\nb"}])
def test_what_a_device_cannot_say(client: Client, form: dict[str, str]) -> None:
    """An id that many devices have is none, and a name is a line."""
    answer = player(client).post("device_authorization", form)

    assert (answer.status, answer.body["error"]) == (400, "invalid_request")


def test_switched_off(client: Client, anna: Answer, configure: Configure) -> None:
    """Where the settings switch it off, no step of it works."""
    tv = Television(client)
    configure(device_grant=False)

    assert player(client).post("device_authorization", {}).status == tv.poll().status == 400
    assert approve(client, anna, tv.user_code).error[:2] == (400, 9)
    assert client.form("GET /activate").status == 400


def test_records(client: Client, tv: Television, anna: Answer) -> None:
    """The account's records tell that a device was approved."""
    approve(client, anna, tv.user_code)

    entry = Operator().log(user=anna.user_id)[0]
    assert (entry["action"], entry["after"]) == ("approve_device", {"device_name": "Television"})


def test_nothing_is_stored_that_signs_in(client: Client, store: Store, tv: Television) -> None:
    """The table has neither of the codes."""
    stored = str(store.rows("ProofsTable"))

    assert tv.user_code.replace("-", "") not in stored
    assert tv.told.body["device_code"].partition(".")[2] not in stored
    assert client.application


def test_procedure(client: Client, tv: Television, anna: Answer) -> None:
    """Clients that know no other routes call a procedure."""
    answer = client.call(
        "POST /v2/rpc/account/device/approve", {"user_code": tv.user_code}, {"unwrap": ""}, bearer(anna)
    )

    assert answer.body == {"device_name": "Television"}
    assert tv.poll().status == 200
