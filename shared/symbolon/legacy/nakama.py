"""Asking an old Nakama whose a credential is, without making an account there, and what it knows of the account.

https://heroiclabs.com/docs/nakama/client-libraries/rest/. An answer counts only where it is Nakama's: a page of a
proxy, or of a host that is somebody else's by now, says nothing about players.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from symbolon.errors import Misconfigured, Unavailable
from symbolon.identities.identity import text_claim
from symbolon.internet.answers import Answer, Call
from symbolon.internet.outbound import Outbound
from symbolon.legacy.accounts import BANNED, UNKNOWN, WRONG
from symbolon.settings.legacy import LegacySettings

TITLE = "The old server"
PAGE, MAX_PAGES = 100, 20
_MAX_ANSWER_BYTES = 1024 * 1024
"""A player may have many devices, and each of a hundred friends a page of metadata."""

_FRIENDS = 0
_NO_ROUTE = "Not Found"
_WRONG_KEY = "Server key"


@dataclass(frozen=True)
class Found:
    """An account there, as its API shows it, and a session of it."""

    account: Mapping[str, Any] = field(repr=False)
    token: str = field(repr=False)


class Nakama:
    """The old server, for one question."""

    def __init__(self, settings: LegacySettings, seconds: float) -> None:
        self._settings = settings
        self._door = Outbound(TITLE, [settings.host], seconds)

    def find(self, provider: str, username: str, credential: Mapping[str, Any]) -> Found | str:
        """Return the credential's account, or UNKNOWN, WRONG or BANNED.

        Raises Unavailable where the server is down, or cannot tell; Misconfigured where its address or key is wrong.
        """
        params = {"create": "false", **({"username": username} if username else {})}
        key = base64.b64encode(f"{self._settings.server_key}:".encode()).decode()
        headers = {"Authorization": f"Basic {key}"}
        url = f"{self._settings.url}/v2/account/authenticate/{provider}"
        answer = self._door.ask(Call(url, params, headers, json=credential, most=_MAX_ANSWER_BYTES))
        if answer.status != HTTPStatus.OK:
            return _refusal(answer, provider)
        token = text_claim(answer.json(), "token")
        if not token:
            raise answer.nonsense()
        return Found(self._get("/v2/account", token), token)

    def friends(self, token: str) -> list[str]:
        """Return the ids of the friends of the session's player, of some thousand at most; raises Unavailable."""
        found: list[str] = []
        cursor = ""
        for _ in range(MAX_PAGES):
            more = {"cursor": cursor} if cursor else {}
            page = self._get("/v2/friend", token, {"limit": str(PAGE), "state": str(_FRIENDS), **more})
            listed = page.get("friends", [])
            users = [one.get("user", {}) for one in listed if isinstance(one, Mapping) and not one.get("state")]
            found += [text_claim(user, "id").lower() for user in users if isinstance(user, Mapping)]
            cursor = text_claim(page, "cursor")
            if not cursor:
                break
        return found

    def _get(self, path: str, token: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"}
        answer = self._door.ask(Call(f"{self._settings.url}{path}", params or {}, headers, most=_MAX_ANSWER_BYTES))
        if answer.status != HTTPStatus.OK:
            raise answer.nonsense()
        return answer.json()


def _refusal(answer: Answer, provider: str) -> str:
    """Return what a refusal means; raises Unavailable where it means nothing."""
    said = answer.json()
    code, message = said.get("code"), text_claim(said, "message")
    match answer.status, code:
        case HTTPStatus.NOT_FOUND, 5 if message != _NO_ROUTE:
            return UNKNOWN
        case HTTPStatus.BAD_REQUEST, 3 | 9:  # what that server never took, or a provider that it was not set up for
            return UNKNOWN
        case HTTPStatus.FORBIDDEN, 7:
            return BANNED
        case HTTPStatus.UNAUTHORIZED, 16 if message.startswith(_WRONG_KEY):
            raise Misconfigured("settings: legacy.server_key is not the old server's key")
        case HTTPStatus.UNAUTHORIZED, 16 if provider == "email":
            return WRONG
        case HTTPStatus.NOT_FOUND, _:
            raise Misconfigured("settings: legacy.url leads to no Nakama")
    # Another provider's credential, which was right a moment ago: Nakama says so where it cannot ask the provider, too.
    raise Unavailable(f"{TITLE} is not available at the moment.", "legacy: it does not know what to say")
