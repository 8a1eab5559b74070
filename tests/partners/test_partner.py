"""Partner sessions: the answer, the account and the wallet behind it, and what the log says."""

import json
import re
import time
from datetime import UTC, datetime

import pytest

from local import ROOT
from local.operate.partner_register import Issued, Register
from tests.conftest import Log
from tests.helpers.players.client import Call, Client, claims_of
from tests.helpers.players.partner_server import (
    NAME,
    PartnerServer,
    differences,
    documented_call,
    register_at,
    session_of,
)
from tests.helpers.service import lambdas
from tests.helpers.service.process import restart
from tests.helpers.service.store import Store
from tests.helpers.watch.metrics import by_filters

WALLET_SEED = "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"


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


@pytest.fixture
def wallets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Configure a wallet seed."""
    monkeypatch.setenv("PROVIDER_SETTINGS", json.dumps({"partner": {"wallet_seed": WALLET_SEED}}))
    restart()


@pytest.mark.usefixtures("wallets")
def test_documented_request_has_the_documented_answer(keys: Issued) -> None:
    """The documented request, with only host and keys changed, is answered field by field as documented."""
    first = lambdas.invoke(documented_call(keys))
    second = lambdas.invoke(documented_call(keys))

    assert first.body["is_new_user"] is True
    assert list(differences(second.body, first.body, keys)) == []
    assert (first.status, second.status) == (200, 200)


def test_first_session_makes_the_account(server: PartnerServer, store: Store) -> None:
    """A user's first session makes an account, which every later one finds."""
    first, second = server.start("FTC_User1"), server.start("FTC_User1")

    [user] = store.rows("UsersTable")
    assert user["links"] == {"partner": f"{server.keys.client_id}#FTC_User1"}
    assert (first.body["is_new_user"], second.body["is_new_user"]) == (True, False)
    assert session_of(first).user_id == session_of(second).user_id == user["user_id"]


def test_tokens_are_a_session_like_any_other(client: Client, server: PartnerServer) -> None:
    """The access token opens the account, the refresh token is exchanged, a logout ends both."""
    session = session_of(server.start())

    assert client.get_account(session).status == 200
    assert client.refresh(session.refresh_token).status == 200
    assert client.logout(session).status == 200
    assert client.get_account(session).status == 401


def test_session_id_is_that_of_the_tokens(server: PartnerServer) -> None:
    """`session_id` names the session in both tokens, and each session has its own."""
    first, second = server.start().body, server.start().body

    assert first["session_id"] == claims_of(first["access_token"])["tid"] == claims_of(first["refresh_token"])["tid"]
    assert first["session_id"] != second["session_id"]


def test_start_time_is_now(server: PartnerServer) -> None:
    """`session_start_time` is the present moment in UTC, in the form in which Go prints times."""
    text = server.start().body["session_start_time"]

    moment = datetime.strptime(text[:26], "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    assert re.fullmatch(r".{19}\.[0-9]{9} \+0000 UTC", text)
    assert abs(time.time() - moment.timestamp()) < 60


@pytest.mark.usefixtures("wallets")
def test_wallets_belong_to_one_user(server: PartnerServer, rival: PartnerServer) -> None:
    """A user's wallet address never changes, and no other user has it, nor a namesake at another partner."""
    addresses = [answer.body["wallet_address"] for answer in (server.start("a"), server.start("b"), rival.start("a"))]

    assert len(set(addresses)) == 3
    assert server.start("a").body["wallet_address"] == addresses[0]


def test_without_a_seed_there_is_no_wallet(server: PartnerServer) -> None:
    """Where no wallet seed is configured, the address is empty."""
    assert server.start().body["wallet_address"] == ""


def test_wrong_seed_is_the_operators_mistake(
    server: PartnerServer, store: Store, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    """A seed with a typo makes no account; the log names the setting, the partner learns nothing, nobody the seed."""
    typo = WALLET_SEED.replace("letter", "latter")
    monkeypatch.setenv("PROVIDER_SETTINGS", json.dumps({"partner": {"wallet_seed": typo}}))
    restart()

    answer = server.start()

    [line] = log()
    assert answer.error == (500, 13, "The service is not configured correctly.")
    assert "partner.wallet_seed" in line["detail"]
    assert "latter" not in json.dumps(line)
    assert store.rows("UsersTable") == []


def test_banned_user(server: PartnerServer, store: Store) -> None:
    """A banned user gets no session from a partner either."""
    store.ban(session_of(server.start()).user_id)

    assert server.start().error == (403, 7, "User account banned.")


@pytest.mark.usefixtures("wallets")
def test_deleted_user_starts_anew(client: Client, server: PartnerServer) -> None:
    """Who deleted the account comes back as a new user, to the same wallet."""
    first = server.start()
    assert client.delete_account(session_of(first)).status == 200

    second = server.start()

    assert second.body["is_new_user"] is True
    assert session_of(second).user_id != session_of(first).user_id
    assert second.body["wallet_address"] == first.body["wallet_address"]


@pytest.mark.parametrize("path", ["/s2s/session", "/s2s/session/"])
def test_slash_at_the_end_does_not_matter(server: PartnerServer, keys: Issued, path: str) -> None:
    """The path is served with a slash at its end and without one."""
    call = documented_call(keys)

    assert server.send(Call(f"POST {path}", headers=call.headers, body=call.body)).status == 200


def test_sample_event(keys: Issued) -> None:
    """The event in events/ is what API Gateway sends; it needs a partner's keys."""
    event = json.loads((ROOT / "events/partner_session.json").read_text())
    event["headers"] |= {"x-client-id": keys.client_id, "x-client-secret": keys.secret}

    answer = lambdas.run(event)

    sent = json.loads(event["body"])
    assert answer.status == 200
    assert {name: answer.body[name] for name in sent} == sent


def test_longer_paths_are_unknown(server: PartnerServer, keys: Issued) -> None:
    """What follows the slash is no path of ours."""
    call = documented_call(keys)

    assert server.send(Call("POST /s2s/session/x", headers=call.headers, body=call.body)).error[:2] == (404, 5)


def test_log_has_no_secret_and_no_user_data(server: PartnerServer, log: Log) -> None:
    """A line says whose account it was and how it ended, is the metric, and has nothing that the partner sent."""
    answer = server.start("FTC_User1", name="Anna", email="anna@example.com", phonenumber="555-0100")
    server.ask({"user_id": "FTC_User2"}, x_client_secret="a-wrong-secret")

    good, bad = log()
    assert (good["verb"], good["outcome"], good["user_id"]) == ("partner", "ok", session_of(answer).user_id)
    assert [name for name, _ in by_filters(good)] == ["AccountsCreated", "PartnerSessions"]
    assert [name for name, _ in by_filters(bad)] == ["PartnerSessions"]
    assert (bad["outcome"], bad["status"]) == ("Unauthenticated", 401)
    sent = ["FTC_User", "Anna", "example.com", "555-0100", "a-wrong-secret", server.keys.secret]
    assert not [text for text in [*sent, answer.body["access_token"]] if text in json.dumps([good, bad])]
