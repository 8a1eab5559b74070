"""Game servers and players who meet in matches, so that tests read as conversations."""

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import SETTINGS
from tests.helpers.players.client import Answer, Call, Client, basic, bearer
from tests.helpers.service.process import restart

HTTP_KEY = "the-http-key-of-the-tests-0123456789"
ENDPOINT = "10.0.0.1:192.0.2.1:6792"


@dataclass(frozen=True)
class Matchmaking:
    """The procedures of matches; `client` carries the calls, `http_key` is what game servers show."""

    client: Client
    http_key: str = HTTP_KEY

    def by_server(self, rpc_id: str, /, **payload: object) -> Answer:
        """Call a procedure as a game server."""
        return self._call(rpc_id, payload, {"authorization": basic(self.http_key)})

    def by(self, session: Answer, rpc_id: str, /, **payload: object) -> Answer:
        """Call a procedure as a player."""
        return self._call(rpc_id, payload, bearer(session))

    def register(self, **fields: object) -> Answer:
        """Register a server, which has an endpoint if nothing else."""
        return self.by_server("match/register", **{"endpoint": ENDPOINT} | fields)

    def parked(self, operator: Answer, **fields: object) -> str:
        """Register a server of an operator, and give the id of its match."""
        answer = self.register(operator=operator.user_id, **fields)
        assert answer.status == 200, answer.body
        return str(answer.body["id"])

    def prepared(self, operator: Answer, wish: dict[str, object] | None = None, **fields: object) -> str:
        """Register a server, let its operator prepare the match, with `wish`, and give its id."""
        match_id = self.parked(operator, **fields)
        answer = self.by(operator, "match/prepare", **{"id": match_id, "mode": "arena"} | (wish or {}))
        assert answer.status == 200, answer.body
        return match_id

    def join(self, session: Answer, match_id: str, **fields: object) -> Answer:
        """Join a match."""
        return self.by(session, "match/join", id=match_id, **fields)

    def label(self, match_id: str) -> dict[str, Any]:
        """Give the label of a match, as a server sees it."""
        answer = self.by_server("match/label", id=match_id)
        assert answer.status == 200, answer.body
        label: dict[str, Any] = answer.body["label"]
        return label

    def listed(self, session: Answer, **wanted: object) -> list[str]:
        """Give the ids of the matches that a player finds."""
        answer = self.by(session, "match/list", **wanted)
        assert answer.status == 200, answer.body
        return [label["id"] for label in answer.body["matches"]]

    def _call(self, rpc_id: str, payload: dict[str, object], headers: dict[str, str]) -> Answer:
        return self.client.call(f"POST /v2/rpc/{rpc_id}", payload, {"unwrap": "null"}, headers)


def use_settings(monkeypatch: pytest.MonkeyPatch, **sections: object) -> None:
    """Let the functions have the http key, and other sections of the settings."""
    monkeypatch.setenv("SETTINGS", json.dumps(SETTINGS | {"http_key": HTTP_KEY} | sections))
    restart()


def over_http(url: str) -> Callable[[Call], Answer]:
    """Give what takes calls to a server, each over a connection of its own."""

    def send(call: Call) -> Answer:
        method, path = call.route.split(" ")
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        connection.request(method, f"{path}?{call.query}", call.body, dict(call.headers))
        response = connection.getresponse()
        body = json.loads(response.read())
        connection.close()
        return Answer(response.status, dict(response.getheaders()), body)

    return send
