"""Partners and their users: who may start sessions, and that nobody starts one for another partner's user."""

import pytest

from local.operate.partner_register import Issued, Register
from tests.helpers.players.client import Call, Client
from tests.helpers.players.partner_server import NAME, PartnerServer, register_at, session_of
from tests.helpers.service import lambdas
from tests.helpers.service.aws import Aws
from tests.helpers.service.store import Store

REFUSED = (401, 16, "Client ID or secret invalid.")


@pytest.fixture
def register(store: Store, engine: str) -> Register:
    """Give the register of partners, which is empty."""
    assert store.rows("PartnersTable") == []
    return register_at(engine)


@pytest.fixture
def keys(register: Register) -> Issued:
    """Give the client id and secret of a partner."""
    return register.add(NAME)


@pytest.fixture
def server(keys: Issued) -> PartnerServer:
    """Give that partner's server."""
    return PartnerServer(lambdas.invoke, keys)


@pytest.fixture
def rival(register: Register) -> PartnerServer:
    """Give the server of another partner."""
    return PartnerServer(lambdas.invoke, register.add("Rival"))


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [
        pytest.param(None, None, id="another secret"),
        pytest.param(None, "", id="no secret"),
        pytest.param("", None, id="no id"),
        pytest.param("1234567890", None, id="unknown id"),
        pytest.param("1234567890#x", None, id="id with a user"),
        pytest.param("0", "", id="nobody's id"),
        pytest.param("١٢٣٤٥٦٧٨٩٠", None, id="other digits"),
        pytest.param("1" * 3000, None, id="longer than a key"),
    ],
)
def test_strangers_are_refused_alike(
    server: PartnerServer, aws: Aws, client_id: str | None, secret: str | None
) -> None:
    """A wrong id and a wrong secret are refused in the same words after the same read and counting; nothing is made."""
    aws.asked.clear()
    shown = server.keys.client_id if client_id is None else client_id

    answer = server.ask({"user_id": "x"}, x_client_id=shown, x_client_secret="x" * 43 if secret is None else secret)

    assert answer.error == REFUSED
    assert [asked.operation for asked in aws.asked] == ["GetItem", "UpdateItem"]


def test_headers_are_needed(server: PartnerServer) -> None:
    """A request without the headers is refused like one with wrong ones."""
    assert server.send(Call("POST /s2s/session", body='{"user_id":"x"}')).error == REFUSED


def test_secret_is_asked_for_before_the_body(server: PartnerServer) -> None:
    """Who does not show a secret does not learn what is wrong with a body."""
    assert server.ask({"user_id": 1}, x_client_secret="wrong").error == REFUSED


def test_secrets_belong_to_one_partner(server: PartnerServer, rival: PartnerServer) -> None:
    """One partner's secret does not open another partner's id."""
    assert server.ask({"user_id": "x"}, x_client_id=rival.keys.client_id).error == REFUSED


def test_disabled_partner(server: PartnerServer, client: Client, register: Register) -> None:
    """A disabled partner starts no session, which only its own secret finds out; its users' sessions go on."""
    session = session_of(server.start())
    register.set_enabled(server.keys.client_id, enabled=False)

    assert server.start().error == (403, 7, "Partner disabled.")
    assert server.ask({"user_id": "x"}, x_client_secret="wrong").error == REFUSED
    assert client.get_account(session).status == 200

    register.set_enabled(server.keys.client_id, enabled=True)
    assert server.start().status == 200


def test_partners_never_share_users(server: PartnerServer, rival: PartnerServer, store: Store) -> None:
    """Whatever two partners call their users, no two of them get one account."""
    ours, theirs = server.keys.client_id, rival.keys.client_id
    tricks = ["x", "#x", f"{ours}#x", f"{theirs}#x", f"#{theirs}#x", "partner#x", f"../{theirs}", f"{theirs}%23x"]

    accounts = [session_of(one.start(trick)).user_id for one in (server, rival) for trick in tricks]

    assert len(set(accounts)) == 2 * len(tricks) == len(store.rows("UsersTable"))
    subjects = [row["links"]["partner"] for row in store.rows("UsersTable")]
    assert sorted(subject.partition("#")[0] for subject in subjects) == sorted([ours, theirs] * len(tricks))


def test_client_id_with_a_user_is_no_client_id(server: PartnerServer, rival: PartnerServer) -> None:
    """An id into which a user was written opens nothing, so that no two ways of splitting a name can meet."""
    answer = server.ask({"user_id": "y"}, x_client_id=f"{server.keys.client_id}#x")

    assert answer.error == REFUSED
    assert rival.start(f"{server.keys.client_id}#x").body["is_new_user"] is True


def test_look_alikes_are_different_users(server: PartnerServer) -> None:
    """User ids are compared byte by byte: case, alphabet, width, composition and spaces make different users."""
    names = ["user", "User", "us\u0435r", "\uff55ser", "user ", " user", "us\u00ader", "\u00e9", "e\u0301"]

    accounts = {session_of(server.start(name)).user_id for name in names}

    assert len(accounts) == len(names)


def test_other_providers_do_not_reach_partners_users(client: Client, server: PartnerServer) -> None:
    """No custom or device id leads to a partner's user."""
    partners = session_of(server.start("FTC_User1")).user_id
    subject = f"{server.keys.client_id}#FTC_User1"

    reached = [
        client.authenticate(provider, id=name).user_id
        for provider in ("custom", "device")
        for name in (subject, f"partner#{subject}")
    ]

    assert partners not in reached


@pytest.mark.parametrize("user_id", ["x", "x" * 128, "é" * 64, "with space", "a#b", "🎲"])
def test_user_ids_are_what_partners_have(server: PartnerServer, user_id: str) -> None:
    """A user id has 1 to 128 bytes of any text, and comes back as it was sent."""
    body = server.start(user_id).body

    assert (body["user_id"], body["namespaced_third_party_user_id"]) == (user_id, f"{server.keys.client_id}#{user_id}")


@pytest.mark.parametrize(
    ("user_id", "message"),
    [
        ("", "User ID is required."),
        (None, "User ID is required."),
        ("x" * 129, "User ID invalid, must be 1-128 bytes."),
        ("é" * 65, "User ID invalid, must be 1-128 bytes."),
        ("a\nb", "User ID invalid, no control characters allowed."),
        ("a\x7fb", "User ID invalid, no control characters allowed."),
        (7, "invalid value for string field user_id"),
    ],
)
def test_bad_user_id(server: PartnerServer, store: Store, user_id: object, message: str) -> None:
    """Another user id is refused, and makes no account."""
    assert server.start(user_id).error == (400, 3, message)
    assert store.rows("UsersTable") == []
