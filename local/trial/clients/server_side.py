"""What a game's client never sends, tried out on a stack that is thrown away: game servers' procedures and partners.

Also what needs two accounts, and lookups by identities that only a provider can prove. Nothing is cleaned up.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from local.errors import SmokeError
from local.operate.partner_register import Register
from local.trial.service import Service, bearer

Json = Mapping[str, Any]

PASSWORD = secrets.token_hex(10)


@dataclass
class Backstage:
    """A service with its key for servers and its register of partners, and two players who are made up anew."""

    service: Service
    http_key: str
    register: Register
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    def sign_in(self, name: str) -> Json:
        """Give a session of a player with this name, an address and a password; the first makes the account."""
        credential = {"email": f"{name}-{self.mark}@example.com", "password": PASSWORD}
        route = f"POST /v2/account/authenticate/email?username={self.named(name)}"
        session: Json = self.service.call(route, 200, credential)
        return session

    def named(self, name: str) -> str:
        """Give a player's username."""
        return f"{name}-{self.mark}"

    def rpc(self, name: str, content: Json, expected: int = 200, session: Json | None = None) -> Any:  # noqa: ANN401 (JSON)
        """Call a procedure as a player, or without a session as a game server."""
        if session:
            return self.service.call(f"POST /v2/rpc/{name}?unwrap=", expected, content, bearer(session["token"]))
        key = quote(self.http_key, safe="")  # in the query, since a generated one may have a colon, which Basic ends at
        try:
            return self.service.call(f"POST /v2/rpc/{name}?unwrap=&http_key={key}", expected, content, {})
        except SmokeError as error:
            raise SmokeError(str(error).replace(key, "…")) from None


def _passwords(stage: Backstage) -> None:
    session = stage.sign_in("ada")
    user_id = stage.service.call("GET /v2/account", 200, None, bearer(session["token"]))["user"]["id"]
    for known in ({"username": stage.named("ada")}, {"user_id": user_id}):
        stage.rpc("account/authenticate/password", {**known, "password": PASSWORD})
    stage.rpc("account/authenticate/password", {"refresh_token": session["refresh_token"]})
    stage.rpc("account/lookup", {"discord_id": "1"}, 404, session)


def _matches(stage: Backstage) -> None:
    session = stage.sign_in("ada")
    operator = stage.service.call("GET /v2/account", 200, None, bearer(session["token"]))["user"]["id"]
    registered = stage.rpc("match/register", {"endpoint": "192.0.2.1:6792", "operator": operator})
    match = {"id": registered["id"]}
    stage.rpc("match/prepare", {"mode": "arena", "role_alignments": {"1": "blue"}}, 404, session)
    stage.rpc("match/prepare", {"mode": "arena"}, 200, session)
    stage.rpc("match/join", match, 200, session)
    stage.rpc("match/list", {"mode": "arena"}, 200, session)
    stage.rpc("match/label", match, 200, session)
    stage.rpc("match/leave", match, 200, session)
    stage.rpc("match/open", {**match, "open": False})
    stage.rpc("match/unregister", match)


def _partners(stage: Backstage) -> None:
    issued = stage.register.add("A partner")
    keys = {"x-client-id": issued.client_id, "x-client-secret": issued.secret}
    route = "POST /s2s/session"  # MiniStack knows no {proxy+} that is empty, which the slash at the end would need
    first = stage.service.call(route, 200, {"user_id": "one"}, keys)
    again = stage.service.call(route, 200, {"user_id": "one", "name": "Anna"}, keys)
    if (first["is_new_user"], again["is_new_user"], again["name"]) != (True, False, "Anna"):
        raise SmokeError("a partner's user is not known again")


def _friends(stage: Backstage) -> None:
    ada, grace, _ = (stage.sign_in(name) for name in ("ada", "grace", "joan"))
    _befriend(stage, ada, "friend", "grace")
    _befriend(stage, grace, "friend", "ada")
    _befriend(stage, ada, "friend/block", "joan")
    stage.service.call("GET /v2/user?facebook_ids=1", 200, None, bearer(ada["token"]))
    stage.service.call("DELETE /v2/account", 200, None, bearer(ada["token"]))
    if stage.service.call("GET /v2/friend", 200, None, bearer(grace["token"])).get("friends"):
        raise SmokeError("a deleted account is still somebody's friend")


def _befriend(stage: Backstage, session: Json, how: str, other: str) -> None:
    stage.service.call(f"POST /v2/{how}?usernames={stage.named(other)}", 200, None, bearer(session["token"]))


def _callbacks(stage: Backstage) -> None:
    for path in ("apple", "google", "facebook/deauthorize", "facebook/deletion"):
        stage.service.call(f"POST /v2/callback/{path}", (400, 401), {"payload": "not.a.token"}, {})


STEPS: Mapping[str, Callable[[Backstage], None]] = {
    "a game server signs in by password": _passwords,
    "a match, from its registration to its end": _matches,
    "a partner's user, new and known": _partners,
    "friends, of whom one goes": _friends,
    "platforms' callbacks refuse what no platform has signed": _callbacks,
}


def walk_backstage(stage: Backstage) -> None:
    """Take every step and print a line for each, up to the first that fails. Raises SmokeError, which names it."""
    for name, step in STEPS.items():
        start = time.perf_counter()
        try:
            step(stage)
        except (SmokeError, LookupError, TypeError) as error:
            raise SmokeError(f"FAILED  {name}: {error}") from error
        print(f"ok      {name} ({(time.perf_counter() - start) * 1000:.0f} ms)", flush=True)
