"""What the functions do with the tables is what their roles allow: nothing is refused in AWS, and nothing is spare."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import argon2
import pytest

from local.template.cloudformation import load_document
from local.template.roles import Permission, needed, permissions_of
from local.template.template import TEMPLATE
from symbolon.identities import usernames
from symbolon.limits import counters
from symbolon.settings.session import SessionSettings
from tests.conftest import SETTINGS
from tests.helpers.players import mail
from tests.helpers.players.client import Answer, Call, Client, basic, bearer
from tests.helpers.players.devices import Television, approve, fill, ticket_in
from tests.helpers.players.friends import do, listing, make_friends, wish
from tests.helpers.players.mail import Post
from tests.helpers.players.merging import merged, ticket_of
from tests.helpers.players.old_server import moving_from
from tests.helpers.players.operator import Operator
from tests.helpers.players.partner_server import PartnerServer, register_at
from tests.helpers.providers import apple_tokens, friend_sources, issuer, notices
from tests.helpers.providers.apple_tokens import AppleTokens
from tests.helpers.providers.credentials import ACCESS_TOKEN, announce_facebook
from tests.helpers.providers.id_tokens import APPLE_ID
from tests.helpers.providers.internet import Internet
from tests.helpers.providers.ways import WAYS
from tests.helpers.service import lambdas
from tests.helpers.service.aws import Aws
from tests.helpers.service.clock import Clock
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store

Permissions = set[Permission]

DOCUMENT = load_document(TEMPLATE)

PASSWORD = "correct horse battery staple"


def function_of(route: str) -> str:
    """Give the logical id of the function that serves a method and path."""
    match = lambdas.ROUTER.match(*route.split(" "))
    assert match
    return match.target


def granted(function: str) -> Permissions:
    """Give what a function's role allows with tables."""
    return {held for held in permissions_of(DOCUMENT, function) if held.action.startswith("dynamodb:")}


@pytest.fixture
def used(store: Store) -> dict[str, Permissions]:
    """Give the permissions that each function needed so far."""
    assert store.rows("UsersTable") == []
    return defaultdict(set)


@pytest.fixture(autouse=True)
def _tracked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have sessions tracked, which each condition of the template being true implies."""
    monkeypatch.setattr(SessionSettings, "track", property(lambda _: True))


@pytest.fixture(autouse=True)
def _rare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each new account counted, as the eleventh of its network is, and as if another had been refused before."""
    monkeypatch.setattr(counters, "_ROUGHLY", 10**9)
    claim = usernames.claim

    def claim_anew(username: str, user_id: str) -> bool:
        assert claim("of-a-refused", user_id)
        usernames.release("of-a-refused", user_id)
        return claim(username, user_id)

    monkeypatch.setattr(usernames, "claim", claim_anew)


@pytest.fixture
def player(used: dict[str, Permissions], aws: Aws) -> Client:
    """Give a client whose calls are noted under the function that served them."""

    def send(call: Call) -> Answer:
        before = len(aws.asked)
        answer = lambdas.invoke(call)
        for asked in aws.asked[before:]:
            used[function_of(call.route)] |= needed(asked.operation, asked.content)
        return answer

    return Client(send)


CREDENTIALS: dict[str, Callable[[int], dict[str, str]]] = {
    "device": lambda number: {"id": f"device-id-{number}"},
    "email": lambda number: {"email": f"player{number}@example.com", "password": PASSWORD},
}


@pytest.mark.parametrize("provider", CREDENTIALS)
def test_sign_in_functions(player: Client, used: dict[str, Permissions], provider: str) -> None:
    """A provider's function, used in every way, needs all that its role allows and no more."""
    first, second, third = (CREDENTIALS[provider](number) for number in (1, 2, 3))

    player.authenticate(provider, None, **third)
    player.authenticate(provider, {"username": "ada"}, **first)
    session = player.authenticate(provider, None, **first)
    if provider == "email":
        assert player.authenticate(provider, {"username": "ada"}, password=PASSWORD).status == 200
        nobody = {"email": "nobody@example.com", "password": PASSWORD}
        assert player.authenticate(provider, {"create": "false"}, **nobody).status == 404
    assert player.link(session, "custom", id="custom-id-of-ada").status == 200
    assert player.link(session, provider, **second).status == 200
    assert player.unlink(session, provider, **second).status == 200

    function = f"{provider.capitalize()}Function"
    assert used[function] == granted(function)


@pytest.fixture
def _studio(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an issuer besides all providers, and all ID tokens work once."""
    once = {"id_tokens": {"once": ["apple", "google", "facebook", "oidc:studio"]}}
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | once))
    issuer.settle(internet, monkeypatch)


PROVIDERS = sorted({way.provider for way in WAYS.values()})


@pytest.mark.usefixtures("_studio")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_provider_functions(player: Client, used: dict[str, Permissions], internet: Internet, provider: str) -> None:
    """The function of a provider that is asked, used in all its ways, needs all that its role allows and no more."""
    ways = [way for way in WAYS.values() if way.provider == provider]
    for number, way in enumerate(ways):
        way.announce(internet)
        session = player.authenticate(provider, **way.credential())
        nested = {"account": way.credential()} if provider == "steam" else way.credential()
        assert player.link(session, "custom", id=f"custom-id-{number}").status == 200
        assert player.unlink(session, provider).status == 200
        assert player.link(session, provider, **nested).status == 200
        assert player.authenticate(provider, **way.credential()).status == 200
    if provider == "apple":
        transferred = APPLE_ID.token({"sub": "of-another-team", "transfer_sub": "noted-by-nobody"})
        assert player.authenticate(provider, token=transferred).status == 200

    [function] = {function_of(f"POST /v2/account/link/{provider}")}
    assert used[function] == granted(function)


@pytest.mark.usefixtures("_studio")
def test_custom_function(player: Client, used: dict[str, Permissions]) -> None:
    """Custom ids and the tokens of issuers need all that the role allows and no more."""
    session = player.authenticate("custom", id="custom-id-of-ada")

    assert player.authenticate("custom", id="custom-id-of-ada").status == 200
    assert player.link(session, "custom", id=f"studio|{issuer.token()}").status == 200
    assert player.unlink(session, "custom", id="custom-id-of-ada").status == 200

    assert used["CustomFunction"] == granted("CustomFunction")


def test_session_function(player: Client, used: dict[str, Permissions], clock: Clock) -> None:
    """Refreshing, reusing a refresh token, and both ways to log out need all that the role allows and no more."""
    first, second = player.sign_in("ada"), player.sign_in("ada")

    assert player.refresh(player.refresh(first.refresh_token).refresh_token).status == 200
    clock.advance(60)
    assert player.refresh(first.refresh_token).status == 401
    third = player.sign_in("ada")
    assert player.call("GET /v2/session", headers=bearer(third)).status == 200
    ended = {"id": third.claims["tid"]}
    assert player.call("DELETE /v2/session", query=ended, headers=bearer(player.sign_in("ada"))).status == 200
    third = player.sign_in("ada")
    assert player.logout(second, token=second.token, refresh_token=second.refresh_token).status == 200
    assert player.logout(third).status == 200

    assert used["SessionFunction"] == granted("SessionFunction")


def keep_token(store: Store, session: Answer) -> None:
    """Give the account an identity of Apple's, with a token that is to be revoked."""
    links = store.user(session.user_id)["links"]
    store.set_user(session.user_id, links={**links, "apple": "ada"})
    kept = {"client_id": "com.example.game", "sealed": "AAAA", "at": 1}
    store.put("IdentitiesTable", {"identity": "apple#ada", "user_id": session.user_id, "kept_token": kept})


def test_account_function(player: Client, used: dict[str, Permissions], store: Store, aws: Aws) -> None:
    """Reading, changing, deleting and looking up accounts, races lost, need all that the role allows and no more."""
    session, friend, other = (player.sign_in(name) for name in ("ada", "grace", "joan"))
    player.link(session, "custom", id="custom-id-of-ada")
    store.put_note(session.user_id)
    make_friends(player, session, friend)
    do(player, "block", session, other)

    assert player.get_account(session).status == 200
    aws.overtake("TransactWriteItems", lambda: player.update_account(session, username="augusta"))
    assert player.update_account(session, username="alan").status == 200
    assert player.get_users(session, usernames="alan", facebook_ids="1").status == 200
    keep_token(store, session)
    assert player.delete_account(session).status == 200

    assert used["AccountFunction"] == granted("AccountFunction")


@pytest.fixture
def _steam(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have Steam tell of two friends."""
    friend_sources.use(monkeypatch, "steam")
    friend_sources.announce_list(internet, ["76561190000000010", "76561190000000011"])


@pytest.mark.usefixtures("_steam")
def test_friend_function(player: Client, used: dict[str, Permissions], internet: Internet) -> None:
    """Listing, changing and importing friends need all that the role allows and no more."""
    friend_sources.announce_ticket(internet)
    session, friend = player.sign_in("ada"), player.sign_in("grace")

    make_friends(player, session, friend)
    assert wish(player, "delete", session, usernames="grace").status == 200
    do(player, "block", session, friend)
    do(player, "delete", session, friend)
    assert listing(player, session).status == 200
    token = {"token": friend_sources.TICKET}
    assert player.call("POST /v2/friend/steam", token, {"reset": "true"}, bearer(session)).status == 200
    friend_sources.announce_ticket(internet, result="Fail")
    assert player.call("POST /v2/friend/steam", {"token": "15" * 40}, {}, bearer(session)).status == 401

    assert used["FriendFunction"] == granted("FriendFunction")


@pytest.mark.usefixtures("_steam")
def test_friend_import_function(client: Client, aws: Aws, store: Store) -> None:
    """Importing friends, of whom one has half an edge, needs all that the role allows and no more."""
    session, friend, half = (client.sign_in(name) for name in ("ada", "grace", "joan"))
    store.put_identity("steam#76561190000000010", friend.user_id)
    store.put_identity("steam#76561190000000011", half.user_id)
    store.put_edge(half.user_id, session.user_id, 0)
    aws.asked.clear()

    lambdas.handler_of("FriendImportFunction")(
        {"user_id": session.user_id, "provider": "steam", "steam_id": friend_sources.STEAM_ID}, None
    )

    found = {permission for asked in aws.asked for permission in needed(asked.operation, asked.content)}
    assert found == granted("FriendImportFunction")


def recover(session: Answer, call: Callable[[str, dict[str, Any], dict[str, str]], Answer], post: Post) -> None:
    """Prove an address, change it, and forget the password, by procedures."""
    mine = bearer(session)
    call("account/email/change", {"email": "ada@example.com", "password": PASSWORD}, mine)
    call("account/email/verify", {"email": "ada@example.com", "code": post.code()}, mine)
    call("account/email/change", {"email": "new@example.com", "password": PASSWORD}, mine)
    call("account/email/verify", {"email": "new@example.com", "code": post.code()}, mine)
    call("account/password/forgot", {"email": "new@example.com"}, mine)


def approve_one(player: Client, call: Callable[[str, dict[str, Any], dict[str, str]], Answer]) -> None:
    """Sign in another device, by a procedure."""
    code = Television(player).user_code
    assert call("account/device/approve", {"user_code": code}, bearer(player.sign_in("ada"))).status == 200


def merge_two(player: Client, call: Callable[[str, dict[str, Any], dict[str, str]], Answer]) -> None:
    """Make one account of two that have friends, by a procedure."""
    old, new, friend, foe = (player.sign_in(name) for name in ("alan", "alan2", "joan", "mary"))
    make_friends(player, old, friend)
    do(player, "block", old, foe)
    ticket = ticket_of(player, new, "device", id="device-of-alan")
    call("account/merge", {"ticket": ticket}, bearer(new))
    assert call("account/merge", {"ticket": ticket, "keep": "this"}, bearer(new)).status == 200


def test_merge_function(player: Client, used: dict[str, Permissions], post: Post) -> None:
    """Looking at two accounts and making one of them needs what the role allows and no more."""
    assert post.is_empty()

    def call(_rpc_id: str, payload: dict[str, Any], headers: dict[str, str]) -> Answer:
        if "keep" in payload:
            return player.call("POST /v2/account/merge", payload, headers=headers)
        return player.call("GET /v2/account/merge", query=payload, headers=headers)

    merge_two(player, call)

    assert used["MergeFunction"] == granted("MergeFunction")


@pytest.fixture
def post(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:  # noqa: ARG001 (it empties the tables)
    """Give the players' mailbox, with an http key."""

    def settle() -> None:
        monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"http_key": "a-key", "mail": mail.SETTINGS}))
        restart()

    with mail.running_post(monkeypatch, settle) as post:
        yield post


def test_rpc_function(player: Client, store: Store, used: dict[str, Permissions], post: Post) -> None:
    """Signing in by password, looking players up, recovery and matches need what the role allows and no more."""
    session = player.sign_in("ada")
    outdated = argon2.PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    store.set_user(session.user_id, password_hash=outdated)
    shown = {"authorization": basic("a-key")}

    def call(rpc_id: str, payload: dict[str, Any], headers: dict[str, str]) -> Answer:
        return player.call(f"POST /v2/rpc/{rpc_id}", payload, {"unwrap": ""}, headers)

    call("account/authenticate/password", {"username": "ada", "password": PASSWORD}, shown)
    call("account/authenticate/password", {"user_id": session.user_id, "password": PASSWORD}, shown)
    call("account/authenticate/password", {"user_id": "nobody", "password": PASSWORD}, shown)
    call("account/authenticate/password", {"refresh_token": session.refresh_token}, shown)
    call("account/lookup", {"discord_id": "1"}, bearer(session))
    call("match/register", {"endpoint": "192.0.2.1:6792", "operator": session.user_id}, shown)
    prepared = call("match/prepare", {"mode": "arena"}, bearer(session))
    call("match/prepare", {"mode": "arena", "role_alignments": {"1": "blue"}}, bearer(session))
    call("match/join", {"id": prepared.body["id"]}, bearer(session))
    call("match/unregister", {"id": prepared.body["id"]}, shown)
    call("match/unregister", {"id": prepared.body["id"]}, {"authorization": basic("1234567890.no-key")})
    recover(session, call, post)
    merge_two(player, call)
    approve_one(player, call)

    assert used["RpcFunction"] == granted("RpcFunction")


def test_activate_function(player: Client, used: dict[str, Permissions], store: Store) -> None:
    """Approving in the game and on the page, by an outdated password, need what the role allows and no more."""
    session = player.authenticate("email", email="ada@example.com", password=PASSWORD)
    outdated = argon2.PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    store.set_user(session.user_id, password_hash=outdated)

    assert approve(player, session, Television(player).user_code).status == 200
    page = fill(player, user_code=Television(player).user_code, email="ada@example.com", password=PASSWORD)
    assert fill(player, ticket=ticket_in(page), answer="yes").status == 200

    assert used["ActivateFunction"] == granted("ActivateFunction")


def test_partner_function(player: Client, used: dict[str, Permissions], engine: str) -> None:
    """Starting sessions for a new user and a known one, and remembering, need all that the role allows and no more."""
    server = PartnerServer(player.send, register_at(engine).add("Partner"))

    assert server.start("user").status == 200
    assert server.start("user", name="Anna").status == 200
    assert server.ask({"user_id": "user"}, x_client_id="1234567890").status == 401

    assert used["PartnerFunction"] == granted("PartnerFunction")


@pytest.fixture
def operator(used: dict[str, Permissions], aws: Aws) -> Operator:
    """Give an operator whose requests are noted."""

    def send(event: dict[str, Any]) -> Answer:
        before = len(aws.asked)
        answer = lambdas.run(event)
        for asked in aws.asked[before:]:
            used["AdminFunction"] |= needed(asked.operation, asked.content)
        assert answer.status == 200, answer.body
        return answer

    return Operator(send=send)


def entry_about(session: Answer, action: str) -> str:
    """Give the name of the latest entry of that kind about an account."""
    [entry, *_] = [one for one in Operator().log(user=session.user_id) if one["action"] == action]
    return str(entry["entry"])


def test_admin_function(player: Client, used: dict[str, Permissions], operator: Operator, store: Store) -> None:
    """All that operators look at, change, undo and erase needs what the role allows and no more."""
    session, friend, other, foe = (player.sign_in(name) for name in ("ada", "grace", "joan", "mary"))
    user_id, sid = session.user_id, session.claims["tid"]
    make_friends(player, session, friend)
    do(player, "block", session, foe)
    player.link(session, "custom", id="custom-id-of-ada")
    player.refresh(session.refresh_token)

    operator.find("ada")
    operator.log()
    operator.log(operator=operator.arn)
    operator.undo(operator.edit(user_id, username="alan").body["entry"])
    operator.undo(operator.done("unlink", user_id, provider="custom"))
    operator.done("notes", user_id, text="A note.")
    operator.done("signout", user_id)
    operator.call(f"DELETE /admin/v1/users/{user_id}/sessions/{sid}")
    operator.call(f"GET /admin/v1/users/{user_id}/export")
    operator.show(user_id)
    merged(player, other, ticket_of(player, other, "custom", id="custom-id-of-ada"))
    operator.undo(entry_about(other, "merge"))
    keep_token(store, session)
    operator.erase(user_id)

    assert used["AdminFunction"] == granted("AdminFunction")


@pytest.mark.usefixtures("_studio")
def test_callback_function(player: Client, used: dict[str, Permissions], store: Store, internet: Internet) -> None:
    """All that providers tell, acted on, noted and refused, needs what the role allows and no more."""
    notices.publish(internet)
    announce_facebook(internet)
    signed_in = [player.authenticate("apple", token=APPLE_ID.token({"sub": who})) for who in ("ada", "grace")]
    player.link(signed_in[0], "custom", id="custom-id-of-ada")
    going, friend, blocked = player.authenticate("facebook", token=ACCESS_TOKEN), *map(player.sign_in, ("bert", "joan"))
    make_friends(player, going, friend)
    do(player, "block", going, blocked)
    store.put_note(going.user_id)
    player.link(going, "custom", id="custom-id-of-going")
    player.unlink(going, "custom")
    store.set_user(going.user_id, absorbed=["8b2f9b0e-0000-4000-8000-000000000000"])

    notices.apple(sub="ada").tell(player)
    notices.apple(sub="grace").tell(player)
    notices.apple("email-enabled", "grace").tell(player)
    notices.google().tell(player)
    notices.apple().tell(player, aud="another")
    answer = notices.post(player, notices.DELETION, notices.signed_request())
    assert notices.post(player, notices.DELETION, notices.signed_request()).body
    assert player.send(Call("GET /v2/callback/facebook/deletion", answer.body["url"].partition("?")[2])).status == 200

    assert used["CallbackFunction"] == granted("CallbackFunction")


@pytest.fixture
def apple(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppleTokens]:
    """Give Apple, which exchanges and revokes."""
    with apple_tokens.running(internet, monkeypatch) as apple:
        yield apple


def test_revocation_function(client: Client, aws: Aws, store: Store, apple: AppleTokens) -> None:
    """Keeping a token, revoking one of a deleted account, and the schedule need what the role allows and no more."""
    event = {"identity": "apple#anna", "client_id": APPLE_ID.audience, "code": "good"}
    session = client.authenticate("apple", token=APPLE_ID.token())

    apple_tokens.invoke(event)
    client.delete_account(session)
    [row] = store.rows("RevocationsTable")
    apple_tokens.invoke({"revocation": row["revocation"]})
    apple.subject = "bert"
    apple_tokens.invoke({**event, "identity": "apple#bert", "code": "good-2"})
    apple_tokens.invoke({})

    asked = [one for one in aws.asked if one.caller == "RevocationFunction"]
    found = {permission for one in asked for permission in needed(one.operation, one.content)}
    assert found == granted("RevocationFunction")


def test_legacy_function(aws: Aws, internet: Internet, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    """Bringing a player, a second identity and nobody at all needs what the role allows and no more."""
    client = Client(lambdas.invoke)
    with moving_from(internet, monkeypatch) as old:
        anna = old.player("ada", device={"id": "device-of-ada"})
        session = client.authenticate("device", id="device-of-ada")
        anna.ways["custom"] = {"id": "custom-id-of-ada"}
        client.authenticate("custom", id="custom-id-of-ada")
        client.authenticate("custom", {"create": "false"}, id="custom-id-of-nobody")

    assert session.user_id == anna.user_id
    assert len(store.owners()) == 2
    asked = [one for one in aws.asked if one.caller == "LegacyFunction"]
    found = {permission for one in asked for permission in needed(one.operation, one.content)}
    assert found == granted("LegacyFunction")
