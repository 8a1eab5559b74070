"""Apple as it exchanges codes and revokes tokens, for who shows a client secret; and what Lambda would start for it."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from local.gateway.invocations import Invocations
from tests.helpers.providers.credentials import settle
from tests.helpers.providers.id_tokens import APPLE_ID
from tests.helpers.providers.internet import APPLE, Internet, Seen
from tests.helpers.providers.replies import Reply, as_json
from tests.helpers.service import lambdas

TOKEN, REVOKE = f"{APPLE}/auth/token", f"{APPLE}/auth/revoke"
FUNCTION = "RevocationFunction"
_MOVED_CLOCKS = 7 * 24 * 3600
"""The code's clock is a test's, that of whoever reads tokens here is not."""

TOKEN_KEY = "the-key-for-tokens-of-apple-0123456789"


@cache
def private_key() -> ec.EllipticCurvePrivateKey:
    """Give the studio's key for Sign in with Apple."""
    return ec.generate_private_key(ec.SECP256R1())


def pem(key: Any = None) -> str:  # noqa: ANN401 (any private key)
    """Give a private key as a .p8 file has it."""
    key = key or private_key()
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def section(**changed: object) -> dict[str, object]:
    """Give the settings, beside the audiences, with changes."""
    usual = {"team_id": "ABCDE12345", "key_id": "FGHIJ67890", "private_key": pem(), "token_key": TOKEN_KEY}
    return usual | changed


@dataclass
class AppleTokens:
    """Apple's part: each code gives a token of `subject` once; `revoked` has the tokens that were taken back."""

    subject: str = "anna"
    revoked: list[str] = field(default_factory=list)
    exchanged: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    events: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)

    def announce(self, internet: Internet) -> None:
        """Answer from now on."""
        internet.announce(TOKEN, self._token)
        internet.announce(REVOKE, self._revoke)

    def run(self) -> list[dict[str, Any]]:
        """Run the function for each event with which it was started, and give those."""
        threading.Event().wait(0.05)  # who starts it does not wait; a test's clock would not sleep
        done = []
        while not self.events.empty():
            done.append(self.events.get())
            invoke(done[-1])
        return done

    def _token(self, seen: Seen) -> Reply:
        if refusal := self._refusal(seen):
            return refusal
        form = self.forms[-1]
        given = form.get("code") or form.get("refresh_token", "")
        if not given.startswith("good") or given in self.exchanged:
            return as_json({"error": "invalid_grant"}, 400)
        self.exchanged.append(given)
        id_token = APPLE_ID.token({"sub": self.subject, "aud": form["client_id"]})
        answer = {"access_token": "a", "token_type": "Bearer", "expires_in": 3600, "id_token": id_token}
        return as_json(answer | ({"refresh_token": f"r-of-{given}"} if "code" in form else {}))

    def _revoke(self, seen: Seen) -> Reply:
        if refusal := self._refusal(seen):
            return refusal
        self.revoked.append(self.forms[-1]["token"])
        return Reply(200)

    def _refusal(self, seen: Seen) -> Reply | None:
        form = dict(seen.form)
        self.forms.append(form)
        try:
            said = jwt.decode(
                form["client_secret"],
                private_key().public_key(),
                ["ES256"],
                audience="https://appleid.apple.com",
                leeway=_MOVED_CLOCKS,
            )
        except jwt.PyJWTError:
            return as_json({"error": "invalid_client"}, 400)
        is_ours = (said["iss"], said["sub"]) == ("ABCDE12345", form["client_id"])
        key_id = jwt.get_unverified_header(form["client_secret"])["kid"]
        return None if is_ours and key_id == "FGHIJ67890" else as_json({"error": "invalid_client"}, 400)


def invoke(event: dict[str, Any]) -> None:
    """Run the function as Lambda does."""
    lambdas.handler_of(FUNCTION)(event, None)


@contextmanager
def running(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppleTokens]:
    """Have Apple answer, the settings name the key, and Lambda start the function."""
    apple = AppleTokens()
    [function] = [function for function in lambdas.TEMPLATE.functions if function.name == FUNCTION]
    with Invocations() as invocations:
        invocations.serve([(function, lambda event, _context: apple.events.put(event))])
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", invocations.endpoint)
        monkeypatch.setenv("REVOCATION_FUNCTION", FUNCTION)
        settle(monkeypatch, apple=section())
        APPLE_ID.publish(internet)
        apple.announce(internet)
        yield apple
