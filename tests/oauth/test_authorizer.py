"""The Lambda authorizer for a studio's own API, and the example that uses it."""

import importlib.util
import json
from collections.abc import Callable
from typing import Any

import pytest

from local import ROOT
from local.template.cloudformation import load_document
from symbolon.settings.succession import published
from tests.helpers.players.client import Answer, Client
from tests.helpers.players.keys import ASYMMETRIC, pem
from tests.helpers.players.oauth import ISSUER, player, settle
from tests.helpers.service.aws import Aws
from tests.helpers.service.deployment import deployed
from tests.helpers.service.keeper import instance
from tests.helpers.service.store import Store

EXAMPLE = ROOT / "examples/studio-api"
DOCUMENT = load_document(EXAMPLE / "template.yaml")
AUDIENCES = {"studio-api": {"vars": ["clan"]}, "match-server": {}}

Ask = Callable[[str], dict[str, Any]]


def loaded(folder: str) -> Callable[[dict[str, Any], object], dict[str, Any]]:
    """Give the handler of one of the example's functions."""
    spec = importlib.util.spec_from_file_location(f"studio_{folder}", EXAMPLE / folder / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    handler: Callable[[dict[str, Any], object], dict[str, Any]] = module.handler
    return handler


@pytest.fixture(params=ASYMMETRIC)
def algorithm(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the algorithm of the service whose players are believed."""
    name = str(request.param)
    settle(monkeypatch, {"algorithm": name, "keys": [pem(name)]}, audiences=AUDIENCES)
    return name


@pytest.fixture
def ask(algorithm: str, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Give what asks the example's authorizer about a token, with the settings of its template, in its own instance."""
    variables = DOCUMENT["Resources"]["AuthorizerFunction"]["Properties"]["Environment"]["Variables"]
    own = json.loads(deployed(variables["SETTINGS"]).replace("${TokenExpirySec}", "3600"))
    own["session"] |= {"issuer": ISSUER, "audience": "symbolon", "public_keys": published([pem(algorithm)])}
    own["audiences"] = {"studio-api": {}}
    handler, state = loaded("authorizer"), dict[str, Any]()

    def about(token: str, authorization: str = "Bearer {}") -> dict[str, Any]:
        event = {"headers": {"Authorization": authorization.format(token)}, "identitySource": [token]}
        with instance(state), monkeypatch.context() as patch:
            patch.setenv("SETTINGS", json.dumps(own))
            patch.delenv("SYMBOLON_LOCAL")
            return handler(event, None)

    return about


def exchanged(client: Client, session: Answer, audience: str = "studio-api") -> str:
    """Exchange a session."""
    return str(player(client).exchange(session.token, audience).body["access_token"])


def test_players_are_let_in(client: Client, ask: Ask, aws: Aws) -> None:
    """A session, and a token for the API, say who the player is, with public keys alone and one read."""
    session = client.authenticate("device", {"username": "anna"}, id="1234567890", vars={"clan": "red", "cash": "7"})
    token = exchanged(client, session)
    ask(token)
    before = len(aws.asked)

    by_session, by_token = ask(session.token), ask(token)

    assert len(aws.asked) == before + 2
    assert by_session["isAuthorized"]
    assert by_token == {
        "isAuthorized": True,
        "context": {
            "sub": session.user_id,
            "username": "anna",
            "kind": "access",
            "vars": {"clan": "red"},
            "aud": "studio-api",
            "exp": by_token["context"]["exp"],
            "client_id": "player",
        },
    }


def test_who_is_not_let_in(client: Client, ask: Ask) -> None:
    """A token for somebody else, a refresh token, and what is none, let nobody in."""
    session = client.sign_in("anna")

    for token in (exchanged(client, session, "match-server"), session.refresh_token, "a.b.c", "", session.token[:-2]):
        assert ask(token) == {"isAuthorized": False}


@pytest.mark.parametrize("authorization", ["{}", "Basic {}", "", "Bearer"])
def test_other_headers(client: Client, ask: Callable[..., dict[str, Any]], authorization: str) -> None:
    """A token counts as a bearer token alone."""
    assert ask(client.sign_in("anna").token, authorization) == {"isAuthorized": False}


def test_logouts_bans_and_deletions(client: Client, ask: Ask, store: Store) -> None:
    """What ended a session holds here with the next question."""
    players = [client.sign_in(name) for name in ("anna", "bert", "carl", "dora")]
    tokens = [exchanged(client, session) for session in players]
    client.logout(players[0])
    client.logout(players[1], token=players[1].token)
    store.ban(players[2].user_id)
    client.delete_account(players[3])

    assert [ask(token)["isAuthorized"] for token in tokens] == [False] * 4
    assert [ask(session.token)["isAuthorized"] for session in players] == [False] * 4


def test_outage(client: Client, ask: Ask, aws: Aws) -> None:
    """While nobody can tell, nobody is let in, and API Gateway hears that it was our fault."""
    token = client.sign_in("anna").token
    ask(token)
    with aws.outage(), pytest.raises(RuntimeError, match="Unavailable"):
        ask(token)


@pytest.mark.parametrize("algorithm", ["RS256"], indirect=True)
def test_route_behind_it(client: Client, ask: Ask) -> None:
    """The example's route greets whom either authorizer has let in."""
    session = client.sign_in("anna")
    answer = ask(session.token)["context"]

    for known in ({"lambda": answer}, {"jwt": {"claims": session.claims}}):
        greeting = loaded("hello")({"requestContext": {"authorizer": known}}, None)
        assert json.loads(greeting["body"]) == {"hello": "anna", "user_id": session.user_id}


def test_example_says_for_how_long_an_answer_holds() -> None:
    """The template and its README say the same of how late a ban is."""
    authorizers = DOCUMENT["Resources"]["Api"]["Properties"]["Auth"]["Authorizers"]

    assert authorizers["Player"]["Identity"]["ReauthorizeEvery"] == 60
    assert "after 60 seconds" in (EXAMPLE / "README.md").read_text()
