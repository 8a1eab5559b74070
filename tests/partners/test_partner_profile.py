"""What partners tell of their users: taken, remembered, bounded, and shown to nobody else."""

import pytest

from functions.partner.app import MAX_NUMBER, MAX_TEXT_BYTES, PROFILE
from local.operate.partner_register import Register
from tests.helpers.players.client import Client
from tests.helpers.players.partner_server import PartnerServer, register_at, session_of
from tests.helpers.service import lambdas
from tests.helpers.service.aws import Aws
from tests.helpers.service.store import Store

TEXTS = [name for name, value in PROFILE.items() if value == ""]
NUMBERS = [name for name, value in PROFILE.items() if value == 0]
EVERYTHING = {name: f"the {name}" for name in TEXTS} | {name: number for number, name in enumerate(NUMBERS, 7)}
PASSWORD = "correct horse battery staple"


@pytest.fixture
def register(store: Store, engine: str) -> Register:
    """Give the register of partners, which is empty."""
    assert store.rows("PartnersTable") == []
    return register_at(engine)


@pytest.fixture
def server(register: Register) -> PartnerServer:
    """Give a partner's server."""
    return PartnerServer(lambdas.invoke, register.add("Partner"))


def test_profile_is_taken_and_remembered(server: PartnerServer) -> None:
    """Every field of the profile is answered as it was sent, at once and in later sessions."""
    first = server.start("user", **EVERYTHING).body
    later = server.start("user").body

    assert {name: first[name] for name in PROFILE} == {name: later[name] for name in PROFILE} == EVERYTHING


def test_new_values_replace_old_ones(server: PartnerServer) -> None:
    """What is sent later changes its own fields; an empty text, a zero forgets one; null says nothing."""
    server.start("user", name="Anna", level=7, os_name="Linux", rank=3)

    body = server.start("user", name="", level=0, os_name=None, rank=4).body

    assert (body["name"], body["level"], body["os_name"], body["rank"]) == ("", 0, "Linux", 4)


def test_everything_can_be_forgotten_and_told_again(server: PartnerServer) -> None:
    """A profile that was emptied takes new values."""
    server.start("user", name="Anna")
    server.start("user", name="")

    assert server.start("user", name="Berta").body["name"] == "Berta"


def test_zero_of_a_new_user_needs_no_room(server: PartnerServer, store: Store) -> None:
    """Empty fields are not stored."""
    session = session_of(server.start("user", name="", level=0))

    assert "partner_profile" not in store.user(session.user_id)


def test_profiles_belong_to_one_user(server: PartnerServer, register: Register) -> None:
    """A user's profile shows with no other user, nor with a namesake at another partner."""
    rival = PartnerServer(lambdas.invoke, register.add("Rival"))
    server.start("user", **EVERYTHING)

    others = [server.start("other").body, rival.start("user").body]

    assert [{name: body[name] for name in PROFILE} for body in others] == [PROFILE, PROFILE]


def test_platforms_own_fields_are_not_the_partners(server: PartnerServer) -> None:
    """Ids and addresses that the platform gives out are not taken from a request."""
    sent = {"indigg_id": "7", "indigg_wallet_address": "0x1", "wallet_address": "0x2", "session_id": "x"}
    sent |= {"third_party_client_id": "1", "is_new_user": "no", "access_token": "t"}

    body = server.start("user", **sent).body

    assert (body["indigg_id"], body["indigg_wallet_address"], body["wallet_address"]) == (None, "", "")
    assert (body["third_party_client_id"], body["is_new_user"]) == (server.keys.client_id, True)
    assert not {"x", "t"} & {body["session_id"], body["access_token"]}


def test_profile_is_no_part_of_the_account(client: Client, server: PartnerServer) -> None:
    """Neither the account nor the public user shows what a partner said; nor does a partner choose the username."""
    session = session_of(server.start("user", **EVERYTHING))

    account = client.get_account(session).body
    [user] = client.get_users(session, ids=session.user_id).body["users"]

    assert not [value for value in EVERYTHING.values() if str(value) in f"{account} {user}" and isinstance(value, str)]
    assert "email" not in account
    assert account["user"]["username"] != EVERYTHING["username"]


def test_email_of_a_profile_is_no_login_and_no_claim(client: Client, server: PartnerServer) -> None:
    """An address that a partner sends leads to nobody's account, and stays free for whoever links it."""
    anna = client.authenticate("email", email="anna@example.com", password=PASSWORD)
    impostor = session_of(server.start("user", email="anna@example.com", username="anna"))

    again = client.authenticate("email", email="anna@example.com", password=PASSWORD)

    assert again.user_id == anna.user_id != impostor.user_id
    assert client.authenticate("email", {"create": "false"}, email="b@example.com", password=PASSWORD).status == 404
    server.start("other", email="b@example.com")
    fresh = client.authenticate("email", email="b@example.com", password=PASSWORD)
    assert fresh.body["created"] is True


@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_bounded(server: PartnerServer, store: Store, name: str) -> None:
    """A text has at most 255 bytes without control characters; a longer one makes no account."""
    message = f"Profile invalid, {name} must be at most 255 bytes, no control characters."

    assert server.start("user", **{name: "é" * 128}).error == (400, 3, message)
    assert server.start("user", **{name: "a\x1bb"}).error == (400, 3, message)
    assert server.start("user", **{name: 7}).error == (400, 3, f"invalid value for string field {name}")
    assert store.rows("UsersTable") == []
    assert server.start("user", **{name: "x" * MAX_TEXT_BYTES}).status == 200


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_bounded(server: PartnerServer, name: str) -> None:
    """A number is a whole one from 0 on that fits 32 bits with a sign."""
    message = f"Profile invalid, {name} must be 0 to {MAX_NUMBER}."

    assert [server.start("user", **{name: value}).error for value in (-1, 2**31)] == [(400, 3, message)] * 2
    assert server.start("user", **{name: "many"}).error == (400, 3, f"invalid value for int64 field {name}")
    assert server.start("user", **{name: True}).error == (400, 3, f"invalid value for int64 field {name}")
    assert server.start("user", **{name: MAX_NUMBER}).body[name] == MAX_NUMBER


def test_only_news_is_written(server: PartnerServer, aws: Aws) -> None:
    """A session of a known user about whom nothing new is said costs three reads, and no write."""
    server.start("user", name="Anna")
    aws.asked.clear()

    server.start("user", name="Anna")

    assert [asked.operation for asked in aws.asked] == ["GetItem"] * 3


def test_two_servers_tell_different_things_at_once(server: PartnerServer, aws: Aws) -> None:
    """What another session stored meanwhile stays."""
    server.start("user", name="Anna")
    aws.overtake("UpdateItem", lambda: server.start("user", level=7))

    server.start("user", rank=3)

    body = server.start("user").body
    assert (body["name"], body["level"], body["rank"]) == ("Anna", 7, 3)


def test_two_servers_tell_the_first_at_once(server: PartnerServer, aws: Aws) -> None:
    """That holds for the first things that are said of a user, too."""
    server.start("user")
    aws.overtake("UpdateItem", lambda: server.start("user", level=7))

    server.start("user", rank=3)

    body = server.start("user").body
    assert (body["level"], body["rank"]) == (7, 3)


def test_transaction_on_the_same_account(server: PartnerServer, aws: Aws) -> None:
    """A transaction that is just changing the account makes the profile wait, not fail."""
    server.start("user", name="Anna")
    aws.refuse("UpdateItem", "TransactionConflictException")

    assert server.start("user", rank=3).body["rank"] == 3


def test_user_deleted_meanwhile(client: Client, server: PartnerServer, aws: Aws, store: Store) -> None:
    """Nothing is stored for an account that is gone."""
    session = session_of(server.start("user"))
    aws.overtake("UpdateItem", lambda: client.delete_account(session))

    assert server.start("user", name="Anna").error == (404, 5, "Account not found.")
    assert store.rows("UsersTable") == []
