"""Who believes a player without being Nakama's client: whoever verifies tokens, asks about them, or has an authorizer.

What the stack was set up with decides what there is to try: audiences, and an algorithm that others can verify.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import jwt

from local.errors import SmokeError
from local.trial.service import Service, basic, bearer

Json = Mapping[str, Any]

AUDIENCE, ANOTHER = "studio-api", "somebody-else"
_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
_KIND = "urn:ietf:params:oauth:token-type:access_token"


@dataclass
class Believer:
    """A service with its key for servers, and a player who is made up anew."""

    service: Service
    http_key: str
    device: str = field(default_factory=lambda: f"believed-{secrets.token_hex(12)}")

    def sign_in(self) -> Json:
        """Give a session of the player."""
        session: Json = self.service.call("POST /v2/account/authenticate/device", 200, {"id": self.device})
        return session

    def exchange(self, token: str, audience: str, expected: int = 200) -> Json:
        """Exchange a session's token for one for the audience, as RFC 8693 has it."""
        form = {"grant_type": _GRANT, "subject_token_type": _KIND, "subject_token": token, "audience": audience}
        answer: Json = self.service.call("POST /oauth2/token", expected, urlencode(form), {})
        return answer

    def ask(self, token: str) -> Json:
        """Ask about a token, as RFC 7662 has it."""
        return self._as_a_server("introspect", token)

    def end(self, token: str) -> None:
        """End a token, as RFC 7009 has it."""
        self._as_a_server("revoke", token)

    def _as_a_server(self, what: str, token: str) -> Json:
        answer: Json = self.service.call(f"POST /oauth2/{what}", 200, urlencode({"token": token}), basic(self.http_key))
        return answer


def _discovery(believer: Believer) -> None:
    session = believer.sign_in()["token"]
    document = believer.service.call("GET /.well-known/openid-configuration", 200, None, {})
    keys = believer.service.call("GET /.well-known/jwks.json", 200, None, {})["keys"]
    if not keys:
        if document["id_token_signing_alg_values_supported"] != ["HS256"]:
            raise SmokeError("there are no public keys, and the document does not say why")
        return
    for token, audience in ((session, "symbolon"), (believer.exchange(session, AUDIENCE)["access_token"], AUDIENCE)):
        key = jwt.PyJWKSet(keys)[jwt.get_unverified_header(token)["kid"]]
        jwt.decode(token, key, algorithms=["ES256", "RS256"], issuer=document["issuer"], audience=audience)


def _tokens(believer: Believer) -> None:
    session = believer.sign_in()
    token = believer.exchange(session["token"], AUDIENCE)["access_token"]
    believer.service.call("GET /v2/account", 401, None, bearer(token))
    believer.exchange(token, ANOTHER, 400)
    believer.exchange(session["refresh_token"], AUDIENCE, 400)
    believer.exchange(session["token"], "nobody", 400)
    if believer.ask(token).get("aud") != AUDIENCE:
        raise SmokeError("a token that was just made is not in force")
    believer.end(token)
    if believer.ask(token) != {"active": False} or not believer.ask(session["token"])["active"]:
        raise SmokeError("the end of a token is not its own")


def _ends(believer: Believer) -> None:
    session = believer.sign_in()
    token = believer.exchange(session["token"], AUDIENCE)["access_token"]
    believer.service.call("POST /v2/session/logout", 200, {}, bearer(session["token"]))
    for ended in (token, session["token"], session["refresh_token"]):
        if believer.ask(ended) != {"active": False}:
            raise SmokeError("a logout did not end all tokens of the player")


STEPS: Mapping[str, Callable[[Believer], None]] = {
    "sessions, and tokens for others, verified by discovery alone": _discovery,
    "tokens for others, useless here, asked about and ended": _tokens,
    "a logout, which ends them all": _ends,
}


def walk_beliefs(believer: Believer, audiences: Json) -> None:
    """Take every step and print a line for each, up to the first that fails. Raises SmokeError, which names it."""
    if not {AUDIENCE, ANOTHER} <= audiences.keys():
        print(f"skipped tokens for others: the settings have no audiences {AUDIENCE} and {ANOTHER}", flush=True)
        return
    for name, step in STEPS.items():
        start = time.perf_counter()
        try:
            step(believer)
        except (SmokeError, LookupError, TypeError, jwt.PyJWTError) as error:
            raise SmokeError(f"FAILED  {name}: {error}") from error
        print(f"ok      {name} ({(time.perf_counter() - start) * 1000:.0f} ms)", flush=True)


def walk_studio(believer: Believer, studio: Service, *, by_token: bool) -> None:
    """Use the studio's own API, by the route behind each authorizer. Raises SmokeError.

    `by_token` says whether the first can find the key set, for which the API's name has to be known.
    """
    session = believer.sign_in()
    token = believer.exchange(session["token"], AUDIENCE)["access_token"]
    another = believer.exchange(session["token"], ANOTHER)["access_token"]
    for route in ("GET /by-token", "GET /by-player") if by_token else ("GET /by-player",):
        for good in (token, session["token"]):
            if studio.call(route, 200, None, bearer(good))["user_id"] != believer.ask(good)["sub"]:
                raise SmokeError(f"{route} takes a player for somebody else")
        for wrong in (another, session["refresh_token"], f"{token[:-8]}AAAAAAAA", "none"):
            studio.call(route, (401, 403), None, bearer(wrong))
        studio.call(route, 401, None, {})
