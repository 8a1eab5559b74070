"""Load over HTTP: players who each keep a connection and ask as fast as they are answered, for a bounded time.

The players share the machine with the server, so that throughput is what both together reach; processor time for each
request is the server's own. It speaks Nakama's API, so that a Nakama can be measured in the same run.
"""

import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from bench.servers import Server
from bench.table import table
from tests.helpers.players.client import basic

_PASSWORD = "a long password"  # noqa: S105 (made up)


@dataclass(frozen=True)
class Load:
    """What a load did: seconds for each answer, how many were no success, and the server's processor time."""

    seconds: float
    latencies: Sequence[float]
    failures: int
    cpu: Sequence[float]


@dataclass
class Player:
    """A player with an account of its own and a kept connection to the server."""

    url: str
    server_key: str
    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    session: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sign up, by device and by e-mail."""
        self._connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        self._application = {"authorization": basic(self.server_key), "content-type": "application/json"}
        self.session = self.ask("POST /v2/account/authenticate/device", {"id": self.name})
        self.ask("POST /v2/account/authenticate/email", self.login)
        self.latencies.clear()

    @property
    def login(self) -> dict[str, str]:
        """The e-mail address and password of this player."""
        return {"email": f"{self.name}@example.com", "password": _PASSWORD}

    def ask(self, route: str, body: object = None, token: str = "") -> dict[str, Any]:
        """Send a request and note how long the answer took and whether it is a success; give its JSON."""
        method, path = route.split(" ")
        headers = {"authorization": f"Bearer {token}"} if token else self._application
        started = time.perf_counter()
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = self._connection.getresponse()
        content = response.read()
        self.latencies.append(time.perf_counter() - started)
        self.failures += response.status != HTTPStatus.OK
        answer: dict[str, Any] = json.loads(content)
        return answer

    def refresh(self) -> None:
        """Exchange the refresh token, for the next exchange too."""
        self.session |= self.ask("POST /v2/account/session/refresh", {"token": self.session["refresh_token"]})


ROUTES: dict[str, Callable[[Player], object]] = {
    "device, account exists": lambda player: player.ask(
        "POST /v2/account/authenticate/device?create=false", {"id": player.name}
    ),
    "device, new account": lambda player: player.ask("POST /v2/account/authenticate/device", {"id": uuid.uuid4().hex}),
    "email": lambda player: player.ask("POST /v2/account/authenticate/email?create=false", player.login),
    "session refresh": Player.refresh,
    "account get": lambda player: player.ask("GET /v2/account", token=player.session["token"]),
    "healthcheck": lambda player: player.ask("GET /healthcheck"),
}


def run(server: Server, action: Callable[[Player], object], players: int, seconds: float) -> Load:
    """Let so many players do that for so long."""
    everyone = [Player(server.url, server.key) for _ in range(players)]
    for player in everyone:
        action(player)
        player.latencies.clear()
    before, started = server.cpu_seconds(), time.perf_counter()
    threads = [threading.Thread(target=_play, args=(player, action, started + seconds)) for player in everyone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    cpu = [after - spent for after, spent in zip(server.cpu_seconds(), before, strict=True)]
    latencies = [latency for player in everyone for latency in player.latencies]
    return Load(elapsed, latencies, sum(player.failures for player in everyone), cpu)


def report(servers: Sequence[Server], players: Sequence[int], seconds: float) -> str:
    """Load every route of each server in turns, and give the figures as a table."""
    titles = ["route", "server", "players", "requests/s", "p50 ms", "p99 ms", "CPU ms/request", "failed"]
    rows = [
        [name, server.name, str(count), *_row(run(server, action, count, seconds))]
        for name, action in ROUTES.items()
        for count in players
        for server in servers
    ]
    return table(titles, rows)


def _row(load: Load) -> list[str]:
    count = len(load.latencies)
    slowest = quantiles(load.latencies, n=100)[-1] if count > 1 else load.latencies[0]
    cpu = " + ".join(f"{spent / count * 1000:.2f}" for spent in load.cpu)
    rate = f"{count / load.seconds:.0f}"
    return [rate, f"{median(load.latencies) * 1000:.1f}", f"{slowest * 1000:.1f}", cpu, str(load.failures)]


def _play(player: Player, action: Callable[[Player], object], until: float) -> None:
    while time.perf_counter() < until:
        action(player)
