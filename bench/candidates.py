"""What is measured: for each function a request of the usual kind, a new one each time, as API Gateway hands it in."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bench.sandbox import FunctionFailed, Program, Sandbox
from bench.world import SERVER_KEY, World
from local.template.template import load_template
from tests.helpers.players.client import Answer, Call, Client, bearer
from tests.helpers.providers import credentials, discord
from tests.helpers.service.lambdas import make_event

BASELINE = "boto3_client"
CLIENTS = (BASELINE, "botocore_client", "signed_urllib3", "symbolon_client")
"""DynamoDB clients, each with one GetItem; the first is the ten-line handler that all else is compared with."""

ASYMMETRIC = ("ES256", "RS256")
"""Algorithms by which others can verify sessions: a device sign-in is measured with each."""

MakeEvent = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Candidate:
    """A program, and how its events are made; without that, only its start is measured."""

    name: str
    program: Program
    event: MakeEvent | None


@contextmanager
def candidates(world: World) -> Iterator[list[Candidate]]:
    """Give the clients and all functions; sign-ins are of accounts that exist."""
    deployed = {function.directory.split("/")[1]: function for function in load_template().functions}
    functions = {name: world.program(function) for name, function in deployed.items()}
    signing = {f"device, {algorithm}": world.signing(deployed["device"], algorithm) for algorithm in ASYMMETRIC}
    with Sandbox(functions["device"]) as device:
        usher = Client(lambda call: _answer(device, make_event(call)), SERVER_KEY)
        events = _events(usher)
        for name in events.keys() & _IDENTITIES.keys():  # the first sign-in makes the account
            with Sandbox(functions[name]) as sandbox:
                check(_answer(sandbox, events[name]()).status)
        yield [
            *(Candidate(name, world.client(name), dict) for name in CLIENTS),
            *(Candidate(name, program, events.get(name)) for name, program in functions.items()),
            *(Candidate(name, program, events["device"]) for name, program in signing.items()),
        ]


def check(status: int) -> None:
    """Raise FunctionFailed unless that is the status of success: a refusal would be quicker."""
    if status != HTTPStatus.OK:
        raise FunctionFailed(f"status {status}")


_MATCHES = {"mode": "echo_arena_private", "region": "eu", "open": True, "limit": 10}
_IDENTITIES: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "device": lambda: {"id": "a-device-of-the-benchmark"},
    "custom": lambda: {"id": "a-custom-id-of-the-benchmark"},
    "email": lambda: {"email": "player@example.com", "password": "a long password"},
    "discord": lambda: {"token": discord.TOKEN},
    "steam": lambda: {"token": uuid.uuid4().hex * 3},  # good for one sign-in
    **{
        name: credentials.WAYS[name].credential
        for name in ("apple", "google", "facebook", "facebookinstantgame", "gamecenter")
    },
}


def _events(usher: Client) -> dict[str, MakeEvent]:
    player = {"id": "an-usher-of-the-benchmark"}
    session = usher.authenticate("device", **player)

    def refresh() -> dict[str, Any]:
        token = usher.authenticate("device", **player).refresh_token
        return _event("POST /v2/account/session/refresh", usher.application, {"token": token})

    def sign_in(name: str) -> MakeEvent:
        return lambda: _event(f"POST /v2/account/authenticate/{name}", usher.application, _IDENTITIES[name]())

    return {
        **{name: sign_in(name) for name in _IDENTITIES},
        "session": refresh,
        "account": lambda: _event("GET /v2/account", bearer(session)),
        "friend": lambda: _event("GET /v2/friend", bearer(session)),
        "rpc": lambda: _event("POST /v2/rpc/match/list", bearer(session), _MATCHES),
    }


def _event(route: str, headers: Mapping[str, str], body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    query = "unwrap" if "/rpc/" in route else ""
    return make_event(Call(route, query, headers, json.dumps(body) if body else ""))


def _answer(sandbox: Sandbox, event: dict[str, Any]) -> Answer:
    _, answer = sandbox.invoke(event)
    return Answer(answer["statusCode"], answer["headers"], json.loads(answer["body"]))
