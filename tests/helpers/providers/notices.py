"""What Apple, Google and Facebook tell of their users, signed as they sign it, and the calls that bring it."""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from tests.helpers.players.client import Answer, Call, Client
from tests.helpers.providers.credentials import signed
from tests.helpers.providers.id_tokens import APPLE_ID, GOOGLE_ID, Issuer
from tests.helpers.providers.internet import GOOGLE, Internet
from tests.helpers.providers.replies import as_json

APP_SECRET = "the-app-secret"
RISC = "https://schemas.openid.net/secevent/risc/event-type/"
OAUTH = "https://schemas.openid.net/secevent/oauth/event-type/"
CONFIGURATION = "accounts.google.com/.well-known/risc-configuration"
APPLE, GOOGLE_ROUTE = "POST /v2/callback/apple", "POST /v2/callback/google"
DEAUTHORIZE, DELETION = "POST /v2/callback/facebook/deauthorize", "POST /v2/callback/facebook/deletion"


@dataclass(frozen=True)
class Notifier(Issuer):
    """An issuer whose tokens tell of its users: what is in one, and how it is brought."""

    events: Callable[[], Any] = dict
    bring: Callable[[Client, str], Answer] = lambda _client, _token: Answer(0, {}, {})

    def claims(self, changed: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Give the claims of a notice that is in order, with changes; None drops one."""
        usual = {"sub": None, "jti": secrets.token_hex(16), "events": self.events()}
        return super().claims(usual | dict(changed or {}))

    def tell(self, client: Client, /, **changed: object) -> Answer:
        """Bring a notice with these claims."""
        return self.bring(client, self.token(changed))


def _to_apple(client: Client, token: str) -> Answer:
    return client.call(APPLE, {"payload": token})


def _to_google(client: Client, token: str) -> Answer:
    return client.send(Call(GOOGLE_ROUTE, "", {"content-type": "application/secevent+jwt"}, token))


def apple_event(kind: str, sub: str = "anna", **more: object) -> str:
    """Give an event as Apple writes it, JSON within JSON."""
    return json.dumps({"type": kind, "sub": sub, "event_time": int(time.time() * 1000), **more})


def google_event(kind: str, sub: str = "anna", *, uri: str = RISC, **more: object) -> dict[str, Any]:
    """Give the events of a token of Google's: one."""
    subject = {"subject_type": "iss-sub", "iss": "https://accounts.google.com/", "sub": sub}
    return {f"{uri}{kind}": {"subject": subject, **more}}


_APPLE = Notifier(**vars(APPLE_ID), bring=_to_apple)
_GOOGLE = replace(Notifier(**vars(GOOGLE_ID), bring=_to_google), url="https://accounts.google.com/")


def apple(kind: str = "consent-revoked", sub: str = "anna") -> Notifier:
    """Give Apple with something to tell of a user."""
    return replace(_APPLE, events=lambda: apple_event(kind, sub))


def google(kind: str = "sessions-revoked", sub: str = "anna", **more: Any) -> Notifier:  # noqa: ANN401 (JSON)
    """Give Google with something to tell of a user."""
    return replace(_GOOGLE, events=lambda: google_event(kind, sub, **more))


def publish(internet: Internet) -> None:
    """Have Apple and Google publish their keys, and Google where they are."""
    APPLE_ID.publish(internet)
    GOOGLE_ID.publish(internet)
    document = {"issuer": "https://accounts.google.com/", "jwks_uri": f"https://{GOOGLE}/oauth2/v3/certs"}
    internet.announce(CONFIGURATION, as_json(document))


def signed_request(secret: str = APP_SECRET, **changed: object) -> str:
    """Give what Facebook signs about the user 77, with changes; None drops a part."""
    usual = {"algorithm": "HMAC-SHA256", "issued_at": int(time.time()), "user_id": "77"}
    return signed({name: value for name, value in (usual | changed).items() if value is not None}, secret)


def post(client: Client, route: str, request: str) -> Answer:
    """Bring a signed request as Facebook does."""
    return client.form(route, urlencode({"signed_request": request}))
