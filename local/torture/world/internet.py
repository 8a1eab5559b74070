"""The internet of this world: those providers that are set up, as far as the functions ask them, each a few lines.

It stands where `symbolon.internet.outbound` opens a connection, so that its patience, retries and limits are the real
ones; what can go wrong at AWS's door can go wrong here as well.
"""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from local.torture.world import signing
from local.torture.world.processes import Died
from local.torture.world.world import World

STEAM_IDS = ("76561190000000001", "76561190000000002")
FACEBOOK_IDS = ("101", "102")
"""Everybody there, who are friends of each other."""

AT_A_PROVIDER = " at a provider"

_OK, _BAD_REQUEST, _TOO_MANY, _BROKEN = 200, 400, 429, 500
_TICKET = "steam-ticket-of:"
_TOKEN = "EAAB-"  # noqa: S105 (what a token begins with)

T = TypeVar("T")


def steam_ticket(steam_id: str, number: str) -> str:
    """Return a ticket that Steam gives a player: another one for each number."""
    return f"{_TICKET}{steam_id}:{number:>16}".encode().hex()


def facebook_token(user_id: str, number: str) -> str:
    """Return an access token that Facebook gives a user."""
    return f"{_TOKEN}{user_id}-{number}"


class Workers:
    """Takes the place of the threads that ask: in this world one waits by letting others go on."""

    def submit(self, work: Callable[..., T], *arguments: object) -> "Future[T]":
        """Do it, now."""
        done: Future[T] = Future()
        try:
            done.set_result(work(*arguments))
        except Died:
            raise
        except BaseException as error:  # noqa: BLE001 (as a thread does)
            done.set_exception(error)
        return done


@dataclass
class Response:
    """An HTTP response, as far as `symbolon.internet.outbound` looks at one."""

    status: int
    content: bytes
    length: int = 0
    will_close: bool = True
    is_read: bool = False

    def getheaders(self) -> list[tuple[str, str]]:
        """Return no header."""
        return []

    def isclosed(self) -> bool:
        """Tell whether all was read."""
        return self.is_read

    def read1(self, _most: int) -> bytes:
        """Return all of it."""
        self.is_read = True
        return self.content

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


@dataclass
class Connection:
    """Takes the place of `http.client.HTTPSConnection`, for one request."""

    internet: "Internet"
    host: str
    timeout: float
    target: str = ""
    sock: Any = field(init=False)

    def __post_init__(self) -> None:
        """Have a socket whose patience can be set."""
        self.sock = SimpleNamespace(settimeout=lambda seconds: setattr(self, "timeout", seconds))

    def request(self, _method: str, target: str, _body: str = "", headers: Mapping[str, str] | None = None) -> None:  # noqa: ARG002 (HTTPSConnection's)
        """Take a request."""
        self.target = target

    def getresponse(self) -> Response:
        """Answer it."""
        return self.internet.answer(self.host, self.target, self.timeout)

    def close(self) -> None:
        """Do nothing."""


class Internet:
    """All hosts that there are."""

    def __init__(self, world: World) -> None:
        self._world = world

    def connect(self, host: str, seconds: float) -> Connection:
        """Return a connection, which fails only when it is used."""
        return Connection(self, host, seconds)

    def answer(self, host: str, target: str, timeout: float) -> Response:
        """Answer a request, or let it go wrong; raises what a connection would, and Died."""
        visit = self._world.visit
        kind = self._world.place_of_call(visit, host, AT_A_PROVIDER)[1] if visit else ""
        fault = kind.partition(" ")[0]
        self._world.cut_off(fault, timeout)
        match fault:
            case "500":
                return Response(_BROKEN, b"")
            case "throttled":
                return Response(_TOO_MANY, b"")
            case "half":
                return Response(_OK, b'{"data": {')
        if kind == "slow":
            self._world.sleep(0.9 * timeout)
        url = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        return _written(_HOSTS[host](url.path, asked))


def _written(said: Mapping[str, Any]) -> Response:
    return Response(_BAD_REQUEST if "error" in said else _OK, json.dumps(said).encode())


def _steam(path: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
    if "GetFriendList" in path:
        others = [{"steamid": who} for who in STEAM_IDS if who != asked["steamid"]]
        return {"friendslist": {"friends": others}}
    kind, _, rest = bytes.fromhex(asked["ticket"]).decode(errors="replace").partition(":")
    if f"{kind}:" != _TICKET:
        return {"response": {"error": {"errorcode": 101, "errordesc": "Invalid ticket"}}}
    who = rest.partition(":")[0]
    bans = {"vacbanned": False, "publisherbanned": False}
    return {"response": {"params": {"result": "OK", "steamid": who, "ownersteamid": who, **bans}}}


def _graph(path: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
    token = asked.get("input_token") or asked["access_token"]
    user_id = token.removeprefix(_TOKEN).partition("-")[0] if token.startswith(_TOKEN) else ""
    match path.partition("/v25.0/")[2]:
        case "debug_token" if user_id:
            said = {"is_valid": True, "app_id": "1234567890", "type": "USER", "expires_at": 0, "user_id": user_id}
            return {"data": said}
        case "debug_token":
            return {"data": {"is_valid": False}}
        case "me":
            return {"id": user_id}
    return {"data": [{"id": who} for who in FACEBOOK_IDS if who != user_id]}


def _google(path: str, _asked: Mapping[str, str]) -> Mapping[str, Any]:
    if path == "/.well-known/risc-configuration":
        return {"jwks_uri": "https://www.googleapis.com/oauth2/v3/certs"}
    return {"error": "invalid_grant"} if path == "/token" else signing.published()


_HOSTS: Mapping[str, Callable[[str, Mapping[str, str]], Mapping[str, Any]]] = {
    "partner.steam-api.com": _steam,
    "graph.facebook.com": _graph,
    "limited.facebook.com": _google,
    "www.googleapis.com": _google,
    "accounts.google.com": _google,
    "oauth2.googleapis.com": _google,
    "appleid.apple.com": _google,
}
