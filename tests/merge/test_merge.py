"""Two accounts of one player become one, by the ticket that a refused link gives."""

import pytest

from local.audit.audit import Pace, audit
from tests.helpers.players.client import Answer, Client, bearer
from tests.helpers.players.merging import CUSTOM, Twins, identities, merge, merged, show, ticket_of
from tests.helpers.players.operator import Operator
from tests.helpers.service.clock import Clock
from tests.helpers.service.store import Store

EMAIL = {"email": "anna@example.com", "password": "3bc8f72e95a9"}
REFUSED = (400, 3, "Ticket invalid or expired.")


@pytest.mark.parametrize("keep", ["this", "other"])
def test_merge(client: Client, twins: Twins, store: Store, keep: str) -> None:
    """All identities lead to the account that the player keeps, and the other's sessions have ended."""
    kept, gone = (twins.new, twins.old) if keep == "this" else (twins.old, twins.new)

    answer = merged(client, twins.new, twins.ticket, keep)

    assert (answer.body["user_id"], answer.body["merged_user_id"]) == (kept.user_id, gone.user_id)
    assert set(identities(store).values()) == {kept.user_id}
    assert client.get_account(answer).body["user"]["id"] == kept.user_id
    assert client.get_account(kept).status == 200
    assert client.get_account(gone).error == (401, 16, "Auth token invalid")
    assert client.refresh(gone.refresh_token).status == 401
    for name in ("anna_old", "anna_new"):
        assert client.sign_in(name).user_id == kept.user_id
    assert client.authenticate("custom", {"create": "false"}, **CUSTOM).user_id == kept.user_id


def test_show(client: Client, twins: Twins) -> None:
    """The player sees both accounts with names, ages and identities before choosing, and nothing changes by it."""
    answer = show(client, twins.new, twins.ticket)

    for which, session, name in (("this", twins.new, "anna_new"), ("other", twins.old, "anna_old")):
        user = answer.body[which]["user"]
        assert (user["id"], user["username"]) == (session.user_id, name)
        assert user["create_time"].endswith("Z")
    assert [one["provider"] for one in answer.body["other"]["identities"]] == ["device", "custom"]
    assert client.get_account(twins.old).status == client.get_account(twins.new).status == 200


def test_address_needs_its_password(client: Client, twins: Twins) -> None:
    """Whoever links an address and does not know its account's password has proved nothing: there is no ticket."""
    owner = client.authenticate("email", **EMAIL)
    client.link(owner, "custom", **CUSTOM)

    refused = client.link(twins.new, "email", **EMAIL | {"password": "another password"})

    assert refused.body == {"code": 6, "message": "Email is already in use."}
    answer = merged(client, twins.new, ticket_of(client, twins.new, "email", **EMAIL))
    assert client.authenticate("email", {"create": "false"}, **EMAIL).user_id == twins.new.user_id == answer.user_id


def test_ticket_is_the_sessions(client: Client, twins: Twins) -> None:
    """A stolen ticket is worth nothing with another session, be it one of the same account."""
    for thief in (client.sign_in("thief"), client.sign_in("anna_new"), twins.old):
        assert merge(client, thief, twins.ticket).error == show(client, thief, twins.ticket).error == REFUSED
    assert merge(client, twins.new, "").error == merge(client, twins.new, twins.new.refresh_token).error == REFUSED
    assert merge(client, twins.new, twins.ticket, "both").error == (400, 3, 'Keep must be "this" or "other".')


def test_ticket_is_no_token(client: Client, twins: Twins) -> None:
    """A ticket opens no session, although the key of refresh tokens has signed it."""
    assert client.refresh(twins.ticket).status == 401
    assert client.call("GET /v2/account", headers={"authorization": f"Bearer {twins.ticket}"}).status == 401


def test_ticket_expires(client: Client, twins: Twins, clock: Clock) -> None:
    """A ticket is good for ten minutes."""
    clock.advance(599)
    assert show(client, twins.new, twins.ticket).status == 200
    clock.advance(2)

    assert merge(client, twins.new, twins.ticket).error == REFUSED


def test_identity_that_has_moved(client: Client, twins: Twins) -> None:
    """A ticket says nothing about an account that the identity has left since."""
    client.unlink(twins.old, "custom")

    assert merge(client, twins.new, twins.ticket).error == REFUSED


def test_asking_twice(client: Client, twins: Twins) -> None:
    """The same request again, after an answer that was lost, has the same answer."""
    first, second = (merged(client, twins.new, twins.ticket) for _ in range(2))

    assert first.body["merged_user_id"] == second.body["merged_user_id"] == twins.old.user_id
    assert client.get_account(second).status == 200


def test_two_of_a_kind(client: Client, twins: Twins, store: Store) -> None:
    """Where both have an identity of a kind, both sign in to the account, can be linked again and unlinked."""
    client.link(twins.new, "custom", id="another-custom-id-of-anna")
    merged(client, twins.new, twins.ticket)

    for credential in (CUSTOM, {"id": "another-custom-id-of-anna"}):
        assert client.authenticate("custom", {"create": "false"}, **credential).user_id == twins.new.user_id
        assert client.link(twins.new, "custom", **credential).body == {}
    assert twins.old.user_id not in identities(store).values()
    assert client.unlink(twins.new, "custom", **CUSTOM).body == {}
    assert client.authenticate("custom", {"create": "false"}, **CUSTOM).status == 404
    assert client.unlink(twins.new, "custom").body == {}
    assert client.unlink(twins.new, "custom").status == 403


def test_two_addresses(client: Client, twins: Twins) -> None:
    """Of addresses there is one, as there is one password: the player is told what stands in the way."""
    client.link(twins.old, "email", **EMAIL)
    client.link(twins.new, "email", email="anna.new@example.com", password="another password 4711")
    message = "Both accounts have an e-mail address, and one account can have one: unlink one of them first."

    assert show(client, twins.new, twins.ticket).body["obstacle"] == message
    assert merge(client, twins.new, twins.ticket).error == (400, 9, message)
    client.unlink(twins.new, "email")

    merged(client, twins.new, twins.ticket)
    assert client.authenticate("email", {"create": "false"}, **EMAIL).user_id == twins.new.user_id


def test_too_many_identities(client: Client, twins: Twins) -> None:
    """An account has 64 identities at most, however it comes by them."""
    for number in range(62):
        client.link(twins.old, "device", id=f"device-number-{number}")

    answer = merge(client, twins.new, twins.ticket)

    assert answer.error == (400, 9, "The accounts have more than 64 identities together: unlink some first.")


def test_what_the_account_has(client: Client, twins: Twins) -> None:
    """The kept account gets of the other's profile what it has not itself, and stays what it is otherwise."""
    client.update_account(twins.old, display_name="Anna", location="Ithaca")
    client.update_account(twins.new, display_name="Anna the New")

    answer = merged(client, twins.new, twins.ticket)

    user = client.get_account(answer).body["user"]
    assert (user["display_name"], user["location"]) == ("Anna the New", "Ithaca")
    assert user["username"] == "anna_new"


def test_tombstone(client: Client, twins: Twins) -> None:
    """Nobody finds or befriends the account that was merged, and nobody takes its name."""
    bert = client.sign_in("bert")
    merged(client, twins.new, twins.ticket)

    assert client.get_users(bert, ids=[twins.old.user_id], usernames=["anna_old"]).body == {}
    client.call("POST /v2/friend", {}, {"ids": twins.old.user_id}, bearer(bert))
    assert client.call("GET /v2/friend", headers=bearer(bert)).body == {}
    assert client.update_account(bert, username="anna_old").error == (409, 6, "Username is already in use.")


def test_chain(client: Client, twins: Twins, store: Store) -> None:
    """An account that has taken in another can be merged itself, and takes all that is left of both when it goes."""
    first = merged(client, twins.new, twins.ticket)
    third = client.sign_in("anna_third")

    last = merged(client, third, ticket_of(client, third, "custom", **CUSTOM))

    assert set(identities(store).values()) == {third.user_id}
    assert client.get_account(first).status == 401
    assert client.delete_account(last).body == {}
    assert store.rows("UsersTable") == store.rows("UsernamesTable") == store.rows("IdentitiesTable") == []


def test_procedure(client: Client, twins: Twins) -> None:
    """Clients that know no other routes call a procedure, to look and to merge."""

    def call(**payload: str) -> Answer:
        return client.call("POST /v2/rpc/account/merge", payload, {"unwrap": ""}, bearer(twins.new))

    assert call(ticket=twins.ticket).body["other"]["user"]["id"] == twins.old.user_id
    assert call(ticket=twins.ticket, keep="this").body["merged_user_id"] == twins.old.user_id


def test_erased_alone(client: Client, twins: Twins, store: Store) -> None:
    """What is left of a merged account is erased without the other, which is whole, and can be deleted later."""
    kept = merged(client, twins.new, twins.ticket)

    assert Operator().erase(twins.old.user_id).status == 200
    assert list(audit(Pace(pause_seconds=0))) == []
    assert client.delete_account(kept).status == 200
    assert store.rows("UsersTable") == []
