"""What a game server registered, only it may change: known by its own key, by its secret, or by its network."""

from collections.abc import Callable

import pytest

from local.operate.partner_register import Register
from tests.helpers.players.client import Answer, Client, basic
from tests.helpers.players.matchmaking import ENDPOINT, HTTP_KEY, Matchmaking, use_settings
from tests.helpers.players.partner_server import PartnerServer, register_at
from tests.helpers.service import lambdas
from tests.helpers.service.store import Store

NOT_OWN = (403, 7, "Match belongs to another game server.")
TAKEN = (409, 6, "Match belongs to another game server.")
SECRET = "a-secret-of-one-server"

Attack = Callable[[Matchmaking, str, str], Answer]

ATTACKS: dict[str, Attack] = {
    "open": lambda server, match_id, _: server.by_server("match/open", id=match_id, open=False),
    "unregister": lambda server, match_id, _: server.by_server("match/unregister", id=match_id),
    "leave": lambda server, match_id, ada: server.by_server("match/leave", id=match_id, user_id=ada),
    "invite": lambda server, match_id, ada: server.by_server("match/invite", id=match_id, user_ids=[ada]),
}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    use_settings(monkeypatch)


@pytest.fixture
def register(engine: str, store: Store) -> Register:
    """Give the register of servers in the store of the test."""
    assert store.rows("PartnersTable") == []
    return register_at(engine)


@pytest.fixture
def matches(client: Client) -> Matchmaking:
    """Give the server that registers."""
    return Matchmaking(client)


@pytest.fixture
def operator(client: Client) -> Answer:
    """Give the session of somebody who operates game servers."""
    return client.sign_in("operator")


@pytest.fixture
def ada(client: Client) -> Answer:
    """Give the session of a player."""
    return client.sign_in("ada")


def elsewhere(http_key: str = HTTP_KEY, address: str = "198.51.100.7") -> Matchmaking:
    """Give a server in another network."""
    return Matchmaking(Client(lambdas.from_address(address)), http_key)


def own_key(register: Register, *operators: str) -> Matchmaking:
    """Give a server in the first one's network that has a key of its own."""
    return Matchmaking(Client(lambdas.invoke), register.add_server("eu-1", operators).key)


def withstands(match: Matchmaking, other: Matchmaking, match_id: str, ada: Answer) -> None:
    """Make sure that another server can do nothing to the match, which stays as it is, and that its own can."""
    assert match.join(ada, match_id).status == 200
    before = match.label(match_id)

    for attack in ATTACKS.values():
        assert attack(other, match_id, ada.user_id).error == NOT_OWN
    assert other.register(id=match_id).error == TAKEN
    assert match.label(match_id) == before
    for attack in (ATTACKS[name] for name in ("invite", "open", "leave", "unregister")):
        assert attack(match, match_id, ada.user_id).status == 200


def test_servers_of_other_networks(matches: Matchmaking, operator: Answer, ada: Answer) -> None:
    """With one key for all servers, one cannot change a match that was registered from another network."""
    withstands(matches, elsewhere(), matches.prepared(operator), ada)


@pytest.mark.parametrize("address", ["192.0.2.1", "198.51.100.7"])
def test_servers_with_keys_of_their_own(register: Register, operator: Answer, ada: Answer, address: str) -> None:
    """The holder of one server's key can do nothing to another's match, from wherever."""
    server = own_key(register, operator.user_id)
    other = elsewhere(register.add_server("eu-2", []).key, address)

    withstands(server, other, server.prepared(operator), ada)


def test_the_key_of_all_servers_against_one_with_its_own(register: Register, operator: Answer, ada: Answer) -> None:
    """The http key changes no match of a server that has its own key, nor does that one change others."""
    server = own_key(register, operator.user_id)
    studio = Matchmaking(server.client)

    withstands(server, studio, server.prepared(operator), ada)
    withstands(studio, server, studio.prepared(operator), ada)


def test_a_server_with_its_own_key_may_move(register: Register, operator: Answer) -> None:
    """A server is known by its key in whatever network it is, and after a rotation by the new one."""
    issued = register.add_server("eu-1", [operator.user_id])
    match_id = Matchmaking(Client(lambdas.invoke), issued.key).prepared(operator)
    new = register.rotate(issued.client_id)

    assert elsewhere(new.key).by_server("match/open", id=match_id).status == 200
    assert elsewhere(issued.key, "2001:db8::1").by_server("match/unregister", id=match_id).status == 200


def test_a_server_with_a_secret(matches: Matchmaking, operator: Answer, ada: Answer) -> None:
    """A server that chose a secret is known by it from every network, and nobody without it."""
    match_id = matches.prepared(operator, secret=SECRET)
    other = elsewhere()

    for attack in ATTACKS.values():
        assert attack(matches, match_id, ada.user_id).error == NOT_OWN
    assert matches.by_server("match/open", id=match_id).error == NOT_OWN
    assert other.by_server("match/open", id=match_id, secret=SECRET[::-1]).error == NOT_OWN
    assert matches.register(id=match_id).error == TAKEN
    assert other.register(id=match_id, secret=SECRET).status == 200
    assert other.by_server("match/unregister", id=match_id, secret=SECRET).status == 200


def test_a_secret_is_stored_as_a_hash(matches: Matchmaking, operator: Answer, store: Store) -> None:
    """Neither the secret nor an address is in the table, nor in a label."""
    match_id = matches.parked(operator, secret=SECRET)
    elsewhere().parked(operator)

    assert SECRET not in str(store.rows("MatchesTable"))
    assert "198.51.100.7" not in str(store.rows("MatchesTable"))
    assert "owner" not in matches.label(match_id)


@pytest.mark.parametrize("secret", ["short", "x" * 129, "with a space in it", "häufig-genug-gesagt"])
def test_bad_secret(matches: Matchmaking, secret: str) -> None:
    """A secret is 16 to 128 visible characters."""
    answer = matches.register(secret=secret)

    assert answer.error == (400, 3, "secret must be 16 to 128 visible characters.")


def test_one_network_in_ipv6(operator: Answer) -> None:
    """A server whose address changes within its /64 stays the one that registered; in another it is a stranger."""
    match_id = elsewhere(address="2001:db8:1:2::3").prepared(operator)

    assert elsewhere(address="2001:db8:1:2:ffff::9").by_server("match/open", id=match_id).status == 200
    assert elsewhere(address="2001:db8:1:3::3").by_server("match/open", id=match_id).error == NOT_OWN


def test_forwarded_addresses_are_not_believed(matches: Matchmaking, operator: Answer) -> None:
    """Where a request comes from is what the API saw, whatever its headers say."""
    match_id = matches.prepared(operator)
    headers = {"authorization": basic(HTTP_KEY), "x-forwarded-for": "192.0.2.1", "forwarded": "for=192.0.2.1"}

    answer = elsewhere().client.call("POST /v2/rpc/match/open", {"id": match_id}, {"unwrap": ""}, headers)

    assert answer.error == NOT_OWN


def test_operators_of_a_server(register: Register, operator: Answer, ada: Answer) -> None:
    """A server with its own key registers for its operators alone, the first of them where it names none."""
    server = own_key(register, operator.user_id)

    assert server.register(operator=ada.user_id).error == (
        403,
        7,
        "The game server may not register for this operator.",
    )
    assert server.register().body["label"]["broadcaster"]["oper"] == operator.user_id
    assert own_key(register).register(operator=ada.user_id).status == 403
    assert own_key(register).register().body["label"]["broadcaster"]["oper"] == ""


def test_endpoints_of_others(register: Register, matches: Matchmaking, operator: Answer) -> None:
    """A server with its own key is not told where the others are."""
    server = own_key(register, operator.user_id)
    own, other = server.parked(operator), matches.parked(operator)

    assert server.label(own)["broadcaster"]["endpoint"] == ENDPOINT
    assert "endpoint" not in server.label(other)["broadcaster"]
    assert matches.label(own)["broadcaster"]["endpoint"] == ENDPOINT


def test_known_servers_only(
    register: Register, matches: Matchmaking, operator: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the settings ask for it, the http key registers nothing, and keys of their own do."""
    use_settings(monkeypatch, match={"known_servers_only": True})

    assert matches.register().error == (403, 7, "Game servers need keys of their own.")
    assert own_key(register, operator.user_id).register().status == 200


def test_disabled_and_retired_keys(register: Register) -> None:
    """A key counts no more once its server is disabled, or once a newer one is its only one."""
    issued = register.add_server("eu-1", [])
    server = Matchmaking(Client(lambdas.invoke), issued.key)
    assert server.register().status == 200

    register.set_enabled(issued.client_id, enabled=False)
    assert server.register().error == (403, 7, "Game server disabled.")
    register.set_enabled(issued.client_id, enabled=True)
    register.rotate(issued.client_id)
    assert server.register().status == 200
    register.retire(issued.client_id)
    assert server.register().error == (401, 16, "HTTP key invalid")


def test_keys_of_servers_and_partners_are_no_others(register: Register) -> None:
    """A server's key starts no partner sessions, and a partner's secret is no server's key."""
    server, partner = register.add_server("eu-1", []), register.add("A partner")

    assert PartnerServer(lambdas.invoke, server).start().error == (401, 16, "Client ID or secret invalid.")
    assert Matchmaking(Client(lambdas.invoke), partner.key).register().error == (401, 16, "HTTP key invalid")
