"""What operators change: fields, identities, sessions; and how far that can be undone."""

import pytest

from symbolon.identities.users import spared
from symbolon.records.forgetting import forget_entries
from tests.helpers.players.client import Answer, Client, device_of
from tests.helpers.players.operator import ARN, Operator
from tests.helpers.service.aws import Aws
from tests.helpers.service.real_engines import ENGINES
from tests.helpers.service.store import Store
from tests.operators.conftest import EMAIL

pytestmark = ENGINES


def refusal(operator: Operator, entry: str) -> str:
    """Give why an entry cannot be undone."""
    answer = operator.undo(entry)
    assert (answer.status, answer.body["code"]) == (400, 9)
    return str(answer.body["message"])


def test_fields(operator: Operator, client: Client, anna: Answer) -> None:
    """An operator changes profile, metadata and username at once; the record has only what changed."""
    answer = operator.edit(anna.user_id, username="bella", location="Lyon", metadata={"vip": True}, lang_tag="en")

    user = client.get_account(anna).body["user"]
    assert (user["username"], user["location"], user["metadata"]) == ("bella", "Lyon", '{"vip":true}')
    [entry] = operator.log(user=anna.user_id, operator=ARN)
    assert entry["entry"] == answer.body["entry"]
    assert entry["before"] == {"username": "anna", "location": "", "metadata": ""}
    assert entry["after"] == {"username": "bella", "location": "Lyon", "metadata": '{"vip":true}'}


def test_fields_that_are_the_same(operator: Operator, anna: Answer) -> None:
    """What changes nothing leaves no entry."""
    assert operator.edit(anna.user_id, username="anna", metadata="{}").body == {"entry": ""}
    assert operator.log(operator=ARN) == []


def test_version(operator: Operator, client: Client, anna: Answer) -> None:
    """A change made from what an operator saw is refused where that is no more so."""
    version = operator.show(anna.user_id)["version"]
    client.update_account(anna, location="Lyon")

    refused = operator.edit(anna.user_id, location="Oslo", version=version)

    assert refused.error == (409, 10, "The account was changed since it was read: read it again.")
    version = operator.show(anna.user_id)["version"]
    assert operator.edit(anna.user_id, location="Oslo", version=version).status == 200


def test_change_that_is_overtaken(operator: Operator, client: Client, anna: Answer, aws: Aws) -> None:
    """A change that another one overtakes is made from its outcome; with a version, it is refused."""
    version = operator.show(anna.user_id)["version"]
    aws.overtake("TransactWriteItems", lambda: client.update_account(anna, location="Lyon"))
    operator.edit(anna.user_id, location="Oslo")

    [entry] = operator.log(user=anna.user_id, operator=ARN)
    assert entry["before"] == {"location": "Lyon"}
    assert operator.edit(anna.user_id, location="Rome", version=version).status == 409


def test_username_of_another(operator: Operator, client: Client, anna: Answer) -> None:
    """A username that somebody has is refused, and nothing else is changed either."""
    client.sign_in("bert")

    answer = operator.edit(anna.user_id, username="bert", location="Lyon")

    assert answer.error == (409, 6, "Username is already in use.")
    assert "location" not in client.get_account(anna).body["user"]


def test_username_that_the_owner_takes_meanwhile(operator: Operator, client: Client, anna: Answer, aws: Aws) -> None:
    """A rename that the account's owner makes at the same moment is no rename to another's name."""
    aws.overtake("TransactWriteItems", lambda: client.update_account(anna, username="bella"))

    answer = operator.edit(anna.user_id, username="bella")

    assert (answer.status, answer.body) == (200, {"entry": ""})


def test_undo_of_a_change(operator: Operator, client: Client, anna: Answer) -> None:
    """A rename is undone with all that was changed along with it, and can be done again."""
    entry = operator.edit(anna.user_id, username="bella", location="Lyon").body["entry"]

    undone = operator.undo(entry)
    assert client.get_account(anna).body["user"]["username"] == "anna"
    assert "location" not in client.get_account(anna).body["user"]

    assert operator.undo(undone.body["entry"]).status == 200
    assert client.get_account(anna).body["user"]["username"] == "bella"


def test_undo_of_a_change_that_is_none_any_more(operator: Operator, client: Client, anna: Answer) -> None:
    """A rename is not undone over a later one, nor where somebody has the name by now."""
    entry = operator.edit(anna.user_id, username="bella").body["entry"]
    client.sign_in("anna2")
    bert = client.sign_in("bert")
    client.update_account(bert, username="anna")

    assert refusal(operator, entry) == "The former username belongs to another account now."
    client.update_account(anna, username="carla")
    assert refusal(operator, entry) == "The username was changed since."


def test_unlink(operator: Operator, client: Client, anna: Answer) -> None:
    """An identity is taken from the account; undone, it signs in again."""
    entry = operator.done("unlink", anna.user_id, provider="custom", subject="custom-id-of-anna", reason="Stolen.")
    query = {"create": "false"}
    assert client.authenticate("custom", query, id="custom-id-of-anna").status == 404

    assert operator.undo(entry).status == 200

    assert client.authenticate("custom", query, id="custom-id-of-anna").user_id == anna.user_id
    linked, unlinked = operator.log(user=anna.user_id, operator=ARN)
    assert (linked["action"], linked["undoes"], linked["after"]) == ("link", entry, unlinked["before"])
    assert "kept" not in unlinked


def test_unlink_of_an_address(operator: Operator, client: Client, anna: Answer) -> None:
    """An address that an operator unlinked comes back with its password."""
    entry = operator.done("unlink", anna.user_id, provider="email")
    assert operator.show(anna.user_id)["has_password"] is False

    assert operator.undo(entry).status == 200

    assert client.authenticate("email", **EMAIL).user_id == anna.user_id
    assert client.authenticate("email", **{**EMAIL, "password": "another-password"}).status == 401


def test_address_that_its_owner_unlinked(operator: Operator, client: Client, anna: Answer) -> None:
    """Of an address that a player unlinked the password was not kept, so there is nothing to bring back."""
    client.unlink(anna, "email", **EMAIL)
    [unlinked] = [entry for entry in operator.log(user=anna.user_id) if entry["action"] == "unlink"]

    assert refusal(operator, unlinked["entry"]).startswith("The password was not kept")


def test_device_that_its_owner_unlinked(operator: Operator, client: Client, anna: Answer) -> None:
    """What a player unlinked by mistake can be brought back."""
    client.unlink(anna, "device", id=device_of("anna"))
    [unlinked] = [entry for entry in operator.log(user=anna.user_id) if entry["action"] == "unlink"]

    assert operator.undo(unlinked["entry"]).status == 200
    assert client.authenticate("device", id=device_of("anna")).user_id == anna.user_id


def test_undo_of_an_unlink_that_is_none_any_more(operator: Operator, client: Client, anna: Answer) -> None:
    """An identity that has an owner, or whose place is taken, is not linked again."""
    entry = operator.done("unlink", anna.user_id, provider="custom")
    bert = client.authenticate("custom", id="custom-id-of-anna")
    assert refusal(operator, entry) == "The identity belongs to an account now."

    client.delete_account(bert)
    client.link(anna, "custom", id="another-custom-id")

    assert refusal(operator, entry) == "The account has another identity of custom by now."


def test_undo_while_the_account_is_deleted(operator: Operator, anna: Answer) -> None:
    """What a deletion that was cut short has forgotten is not undone, and the answer says why."""
    rename = operator.edit(anna.user_id, username="bella").body["entry"]
    unlink = operator.done("unlink", anna.user_id, provider="custom")
    ban = operator.done("ban", anna.user_id, reason="cheats")
    forget_entries(anna.user_id)

    assert {refusal(operator, entry) for entry in (rename, unlink, ban)} == {
        "The account is being deleted: what the entry said of it is forgotten."
    }


def test_unlinks_that_are_refused(operator: Operator, client: Client, anna: Answer) -> None:
    """An identity that is not there, one of several that is not named, and the last one stay."""
    client.link(anna, "device", id="second-device-of-anna")
    user_id = anna.user_id

    assert operator.do("unlink", user_id, provider="steam").error == (404, 5, "Identity not found.")
    assert operator.do("unlink", user_id, provider="custom", subject="other").error == (404, 5, "Identity not found.")
    assert operator.do("unlink", user_id, provider="device").error[0] == 404
    assert operator.do("unlink", user_id).error[:2] == (400, 3)
    for provider, subject in (("device", "second-device-of-anna"), ("device", device_of("anna")), ("custom", "")):
        operator.done("unlink", user_id, provider=provider, subject=subject)
    assert operator.do("unlink", user_id, provider="email").error[:2] == (403, 7)


def test_sign_out(operator: Operator, client: Client, anna: Answer) -> None:
    """All sessions end at once, also those that are not stored; new ones are not concerned."""
    other = client.sign_in("anna")

    operator.done("signout", anna.user_id, reason="Asked for it.")

    assert client.get_account(anna).status == client.get_account(other).status == 401
    assert client.refresh(anna.refresh_token).status == client.refresh(other.refresh_token).status == 401
    assert client.get_account(client.sign_in("anna")).status == 200


def test_session_that_was_spared(operator: Operator, client: Client, anna: Answer, store: Store) -> None:
    """Also the session that went on when a new password ended all others ends with all."""
    store.set_user(anna.user_id, spared=spared(anna.claims["tid"], anna.claims["gen"]))
    assert client.get_account(anna).status == 200

    operator.done("signout", anna.user_id)

    assert client.get_account(anna).status == 401
    assert client.refresh(anna.refresh_token).status == 401


def test_end_of_one_session(operator: Operator, client: Client, anna: Answer) -> None:
    """One session ends at once, stored or not; the others go on."""
    other = client.sign_in("anna")
    renewed = client.refresh(other.refresh_token)

    for session in (anna, other):
        assert operator.call(f"DELETE /admin/v1/users/{anna.user_id}/sessions/{session.claims['tid']}").status == 200

    assert client.get_account(anna).status == client.get_account(renewed).status == 401
    assert client.refresh(anna.refresh_token).status == client.refresh(renewed.refresh_token).status == 401
    assert client.get_account(client.sign_in("anna")).status == 200


def test_session_of_another(operator: Operator, client: Client, anna: Answer) -> None:
    """A session that is known to be another's is not ended in this one's name."""
    bert = client.sign_in("bert")
    renewed = client.refresh(bert.refresh_token)

    answer = operator.call(f"DELETE /admin/v1/users/{anna.user_id}/sessions/{bert.claims['tid']}")

    assert answer.error == (404, 5, "Session not found.")
    assert client.get_account(renewed).status == 200


def test_note_that_is_taken_back(operator: Operator, anna: Answer) -> None:
    """A note is undone once."""
    entry = operator.done("notes", anna.user_id, text="On the wrong player.")

    assert operator.undo(entry).status == 200

    assert operator.show(anna.user_id)["notes"] == []
    assert refusal(operator, entry) == "The note was taken back already."


def test_what_cannot_be_undone(operator: Operator, anna: Answer) -> None:
    """Ended sessions stay ended; an entry that is not there cannot be undone either."""
    entry = operator.done("signout", anna.user_id)

    assert refusal(operator, entry) == "An entry of the kind signout cannot be undone."
    assert operator.undo("nonsense").error == operator.undo("a" * 40).error == (404, 5, "Entry not found.")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"username": ""},
        {"username": "x" * 129},
        {"location": "x" * 256},
        {"metadata": []},
        {"metadata": "[]"},
        {"metadata": "{"},
        {"metadata": {"a": "x" * 4096}},
        {"location": 1},
        {"location": "Lyon", "version": 1},
    ],
)
def test_bad_changes(operator: Operator, anna: Answer, store: Store, fields: dict[str, object]) -> None:
    """Fields of a wrong form are refused, and nothing is changed."""
    before = store.user(anna.user_id)

    answer = operator.edit(anna.user_id, **fields)

    assert (answer.status, answer.body["code"]) == (400, 3)
    assert store.user(anna.user_id) == before
