"""A game's client, so that tests read as conversations; what carries its calls is given to it."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

Query = Mapping[str, str | Sequence[str]]
SERVER_KEY = "defaultkey"


@dataclass(frozen=True)
class Call:
    """One HTTP request; `route` is method and path, `body` is sent as it is."""

    route: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Answer:
    """One HTTP response with its JSON, parsed and as it was written; of a sign-in or refresh it is the session."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]
    text: str = ""

    @property
    def token(self) -> str:
        """The session token."""
        return str(self.body["token"])

    @property
    def refresh_token(self) -> str:
        """The refresh token."""
        return str(self.body["refresh_token"])

    @property
    def claims(self) -> dict[str, Any]:
        """What the session token says."""
        return claims_of(self.token)

    @property
    def user_id(self) -> str:
        """Whose session it is."""
        return str(self.claims["uid"])

    @property
    def error(self) -> tuple[int, int, str]:
        """HTTP status, gRPC code and message of a refusal."""
        return self.status, self.body["code"], self.body["message"]


class Client:
    """The calls of the API. `send` takes each to the service; a session is the answer that gave it."""

    def __init__(self, send: Callable[[Call], Answer], server_key: str = SERVER_KEY) -> None:
        self.send = send
        self.application = {"authorization": basic(server_key)}

    def sign_in(self, name: str) -> Answer:
        """Sign in a player with that username, with the device that `device_of` gives for it."""
        answer = self.authenticate("device", {"username": name}, id=device_of(name))
        assert answer.status == 200, answer.body
        return answer

    def authenticate(self, provider: str, query: Query | None = None, /, **body: object) -> Answer:
        """Sign in with a provider's credential."""
        return self.call(f"POST /v2/account/authenticate/{provider}", body, query, self.application)

    def link(self, session: Answer, provider: str, /, **body: object) -> Answer:
        """Link an identity to the session's account."""
        return self.call(f"POST /v2/account/link/{provider}", body, headers=bearer(session))

    def unlink(self, session: Answer, provider: str, /, **body: object) -> Answer:
        """Take an identity from the session's account."""
        return self.call(f"POST /v2/account/unlink/{provider}", body, headers=bearer(session))

    def refresh(self, token: str, /, **body: object) -> Answer:
        """Exchange a refresh token."""
        return self.call("POST /v2/account/session/refresh", {"token": token} | body, headers=self.application)

    def logout(self, session: Answer, /, **body: object) -> Answer:
        """Log out: of all sessions, or with the tokens `token` and `refresh_token` of theirs."""
        return self.call("POST /v2/session/logout", body, headers=bearer(session))

    def get_account(self, session: Answer) -> Answer:
        """Get the session's account."""
        return self.call("GET /v2/account", headers=bearer(session))

    def update_account(self, session: Answer, /, **fields: object) -> Answer:
        """Change fields of the session's account."""
        return self.call("PUT /v2/account", fields, headers=bearer(session))

    def delete_account(self, session: Answer) -> Answer:
        """Delete the session's account."""
        return self.call("DELETE /v2/account", headers=bearer(session))

    def get_users(self, session: Answer, /, **query: str | Sequence[str]) -> Answer:
        """Get users by ids, usernames and facebook_ids."""
        return self.call("GET /v2/user", query=query, headers=bearer(session))

    def form(self, route: str, body: str = "", query: str = "") -> Answer:
        """Send a form, or look at a page, as a browser does."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.send(Call(route, query, headers, body))

    def call(
        self,
        route: str,
        body: Mapping[str, object] | None = None,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send any request."""
        text = "" if body is None else json.dumps(body)
        return self.send(Call(route, urlencode(query or {}, doseq=True), headers or {}, text))


def device_of(name: str) -> str:
    """Give the id of the device that a player of that name signs in with."""
    return f"device-of-{name}"


def basic(user: str) -> str:
    """Give the authorization header that shows a key as user name."""
    return "Basic " + base64.b64encode(f"{user}:".encode()).decode()


def bearer(session: Answer) -> dict[str, str]:
    """Give the headers that show a session's token."""
    return {"authorization": f"Bearer {session.token}"}


def claims_of(token: str) -> dict[str, Any]:
    """Give what a token says, without verifying it."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims
