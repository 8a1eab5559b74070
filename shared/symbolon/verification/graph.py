"""Facebook's Graph API as our app may use it: whose an access token is, the user's profile, the user's friends.

Inspection: https://developers.facebook.com/docs/graph-api/reference/debug_token; a token counts only when Facebook says
that it is a valid user token of our app. Every other call has appsecret_proof
(https://developers.facebook.com/docs/graph-api/guides/secure-requests).
Friends: https://developers.facebook.com/docs/graph-api/reference/user/friends, those who use our app and let it know.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Self

from symbolon.errors import Misconfigured, Unauthenticated
from symbolon.identities.identity import Profile, is_subject, text_claim
from symbolon.internet.answers import Answer, Call
from symbolon.internet.outbound import BUDGET_SECONDS, Outbound
from symbolon.limits.forgeries import Asking
from symbolon.values import concealing

HOST = "graph.facebook.com"
REFUSED = "Could not authenticate Facebook profile."
MAX_PAGES = 20
PAGE = 100

_OUTAGE = frozenset({1, 2})
_LIMIT = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
_OUR_VERSION = frozenset({12, 2500, 2635})
"""Graph's error codes: https://developers.facebook.com/docs/graph-api/guides/error-handling and
https://developers.facebook.com/docs/graph-api/overview/rate-limiting. An API that is gone, or a path that is unknown,
is the version's fault: paths are ours, and no player has a part in them."""

_BAD_ARGUMENT = 100
"""About a user's token it may be the token's fault; from the calls that show appsecret_proof, only the proof's."""

_TOKEN = re.compile(r"[A-Za-z0-9|_.~%+/=-]{1,4096}")
_VERSION = re.compile(r"v[0-9]{1,3}\.[0-9]{1,2}")


class Graph(NamedTuple):
    """The Graph API for one request of a client.

    Every method raises Unauthenticated when Facebook refuses the token, Unavailable when it does not answer.
    """

    app_id: str
    app_secret: str
    url: str
    door: Outbound

    def __repr__(self) -> str:
        """Show what is no secret."""
        return concealing(self, "app_secret")

    @classmethod
    def of(cls, section: Mapping[str, Any], seconds: float = BUDGET_SECONDS) -> Self:
        """Return the API as the facebook section of the settings has it; all calls together take `seconds` at most."""
        secret, version = section.get("app_secret"), section.get("graph_version", "v25.0")
        if not isinstance(secret, str) or not secret:
            raise Misconfigured("settings: facebook.app_secret is missing")
        if not isinstance(version, str) or not _VERSION.fullmatch(version):
            raise Misconfigured("settings: facebook.graph_version must look like v25.0")
        return cls(app_id_of(section), secret, f"https://{HOST}/{version}", Outbound("Facebook", [HOST], seconds))

    def owner(self, token: str, asking: Asking) -> str:
        """Return the id of the user who gave our app the token; ResourceExhausted when Facebook is not to be asked."""
        if not _TOKEN.fullmatch(token):
            raise Unauthenticated(REFUSED)
        return asking.about(token, lambda: self._inspected(token))

    def _inspected(self, token: str) -> str:
        inspection = {"input_token": token, "access_token": f"{self.app_id}|{self.app_secret}"}
        answer = self.door.ask(Call(f"{self.url}/debug_token", inspection))
        # What is wrong with the user's token stands within `data`; an error outside is about who asks, which is us.
        inspected = _said(answer, Misconfigured("settings: facebook.app_id or app_secret was refused")).get("data")
        if not isinstance(inspected, Mapping):
            raise answer.nonsense()
        return _owner(inspected, self.app_id)

    def profile(self, token: str, user_id: str) -> Profile:
        """Return what there is of name, e-mail address and picture of this user, who must be the token's."""
        me = self._ask("me", token, fields="id,name,email,picture")
        if me.get("id") != user_id:
            raise Unauthenticated(REFUSED, "Graph: the profile is of another user")
        picture = me.get("picture")
        data = picture.get("data") if isinstance(picture, Mapping) else None
        url = text_claim(data, "url") if isinstance(data, Mapping) else ""
        return Profile(text_claim(me, "name"), url, text_claim(me, "email"))

    def friends(self, token: str) -> list[str]:
        """Return the ids of the user's friends, of at most MAX_PAGES pages."""
        found: list[str] = []
        place: dict[str, str] = {}
        for _ in range(MAX_PAGES):
            page = self._ask("me/friends", token, fields="id", limit=str(PAGE), **place)
            found += _ids(page)
            after = _next(page)
            if not after:
                break
            place = {"after": after}
        return found

    def _ask(self, path: str, token: str, **params: str) -> Mapping[str, Any]:
        proof = hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        proven = {"access_token": token, "appsecret_proof": proof}
        return _said(self.door.ask(Call(f"{self.url}/{path}", params | proven)))


def app_id_of(section: Mapping[str, Any]) -> str:
    """Return our app's id; raises Misconfigured when the settings have none."""
    app_id = section.get("app_id")
    if not isinstance(app_id, str) or not app_id:
        raise Misconfigured("settings: facebook.app_id is missing")
    return app_id


def _owner(token: Mapping[str, Any], app_id: str) -> str:
    """Return the id of the user whose token was inspected; raises Unauthenticated unless it is a valid one of ours."""
    if token.get("is_valid") is not True:
        raise Unauthenticated(REFUSED, "Graph: the token is not valid")
    if token.get("app_id") != app_id or token.get("type") != "USER":
        raise Unauthenticated(REFUSED, "Graph: the token is not a user token of our app")
    expires_at, user_id = token.get("expires_at"), token.get("user_id")  # 0: never
    if not isinstance(expires_at, int) or (expires_at and expires_at <= time.time()):
        raise Unauthenticated(REFUSED, "Graph: the token has expired")
    if not is_subject(user_id):
        raise Unauthenticated(REFUSED, "Graph: the token has no user")
    return user_id


def _said(answer: Answer, otherwise: Misconfigured | None = None) -> Mapping[str, Any]:
    """Return what Graph says, unless it is an error; one that tells neither of a limit nor of us is the token's.

    With `otherwise` that one is raised in its place, where the user's token has no part in it.
    """
    body = answer.json()
    if answer.status == HTTPStatus.OK and "error" not in body:
        return body
    error = body.get("error")
    code = error.get("code") if isinstance(error, Mapping) else None
    if not isinstance(code, int) or code in _OUTAGE:
        raise answer.nonsense()
    if code in _LIMIT:
        raise answer.busy()
    if code in _OUR_VERSION:
        raise Misconfigured(f"settings: facebook.graph_version: Graph: error {code}")
    if otherwise is None and code == _BAD_ARGUMENT:
        raise Misconfigured("settings: facebook.app_secret: Graph refuses appsecret_proof")
    if otherwise is not None and code != _BAD_ARGUMENT:
        raise otherwise
    raise Unauthenticated(REFUSED, f"Graph: error {code}")


def _ids(page: Mapping[str, Any]) -> list[str]:
    people = page.get("data")
    ids = [person.get("id") for person in people if isinstance(person, Mapping)] if isinstance(people, list) else []
    return [who for who in ids if is_subject(who)]


def _next(page: Mapping[str, Any]) -> str:
    """Return the cursor of the page after this one, "" when this is the last."""
    paging = page.get("paging")
    if not isinstance(paging, Mapping) or not paging.get("next"):
        return ""
    cursors = paging.get("cursors")
    return text_claim(cursors, "after") if isinstance(cursors, Mapping) else ""
